// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/state_values.h"

#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace buoyant::lmdb::state_values_test {

Identity sample_identity() {
  return {.cluster = "cluster",
          .server = ServerId(2),
          .incarnation = 3,
          .start_counter = 4,
          .start_id = 5};
}

GroupState sample_state() {
  GroupState state;
  state.hard_state = {.term = Term(1), .voted_for = ServerId(2)};
  state.base = {.term = Term(3), .index = Index(4)};
  state.last = Index(5);
  state.bootstrap = 6;
  return state;
}

SnapshotMetadata sample_snapshot() {
  SnapshotMetadata snapshot;
  snapshot.id = {.position = {.term = Term(1), .index = Index(2)},
                 .creator = ServerId(3),
                 .sequence = 4,
                 .checksum = 5};
  snapshot.configuration.members = {
      {.id = ServerId(6), .address = "six:6", .role = MemberRole::kLearner}};
  snapshot.configuration.outgoing = {{.id = ServerId(7), .address = ""}};
  snapshot.configuration_index = Index(8);
  snapshot.bytes = 9;
  return snapshot;
}

std::vector<std::byte> sealed() {
  return seal(view_of("key"), view_of("content"));
}

std::size_t unnoticed_flips(std::vector<std::byte> value) {
  std::size_t unnoticed = 0;
  for (std::size_t bit = 0; bit < value.size() * 8; ++bit) {
    const auto flip = static_cast<std::byte>(1U << bit % 8);
    value[bit / 8] ^= flip;
    unnoticed += unseal(view_of("key"), value) ? 1U : 0U;
    value[bit / 8] ^= flip;
  }
  return unnoticed;
}

TEST(LmdbSealedTest, GivesBackItsContent) {
  const std::vector<std::byte> value = sealed();

  const std::optional<ByteView> content = unseal(view_of("key"), value);

  ASSERT_TRUE(content.has_value());
  EXPECT_EQ(text_of(*content), "content");
}

TEST(LmdbSealedTest, MayBeEmpty) {
  const std::vector<std::byte> value = seal(view_of("key"), {});

  ASSERT_TRUE(unseal(view_of("key"), value).has_value());
  EXPECT_TRUE(unseal(view_of("key"), value)->empty());
}

TEST(LmdbSealedTest, NoticesEveryFlippedBit) {
  EXPECT_EQ(unnoticed_flips(sealed()), 0U);
}

TEST(LmdbSealedTest, BelongsToItsKey) {
  EXPECT_FALSE(unseal(view_of("kex"), sealed()).has_value());
}

TEST(LmdbSealedTest, NoticesThatItsEndIsMissing) {
  const std::vector<std::byte> value = sealed();

  EXPECT_FALSE(unseal(view_of("key"), ByteView(value).first(value.size() - 1)).has_value());
  EXPECT_FALSE(unseal(view_of("key"), ByteView(value).first(3)).has_value());
}

TEST(LmdbKeyTest, OrdersLikeItsNumbers) {
  const Key low(GroupId(1), Index(255));
  const Key high(GroupId(1), Index(256));
  const Key next_group(GroupId(2), Index(0));

  EXPECT_LT(text_of(low.view()), text_of(high.view()));
  EXPECT_LT(text_of(high.view()), text_of(next_group.view()));
}

TEST(LmdbKeyTest, KnowsItsIndexInItsGroupOnly) {
  const Key key(GroupId(1), Index(300));

  EXPECT_EQ(Key::index_of(GroupId(1), native(key.view())), Index(300));
  EXPECT_EQ(Key::index_of(GroupId(2), native(key.view())), std::nullopt);
  EXPECT_EQ(Key::index_of(GroupId(1), native(view_of("identity"))), std::nullopt);
}

TEST(LmdbStateValuesTest, TheIdentityComesBack) {
  EXPECT_EQ(decode_identity(encode(sample_identity()).view()), sample_identity());
}

TEST(LmdbStateValuesTest, TheFormatVersionStandsFirst) {
  EXPECT_EQ(decode_format_version(encode(sample_identity()).view()), kFormatVersion);
}

TEST(LmdbStateValuesTest, AnIdentityOfALaterFormatIsNotRead) {
  ContentWriter later;
  later.number(kFormatVersion + 1).text("whatever comes then");

  EXPECT_EQ(decode_format_version(later.view()), kFormatVersion + 1);
  EXPECT_EQ(decode_identity(later.view()), std::nullopt);
}

TEST(LmdbStateValuesTest, TheStateComesBack) {
  EXPECT_EQ(decode_group_state(encode(sample_state()).view()), sample_state());
}

TEST(LmdbStateValuesTest, AStateThatEndsBeforeItsBaseIsRefused) {
  GroupState state = sample_state();
  state.last = Index(3);

  EXPECT_EQ(decode_group_state(encode(state).view()), std::nullopt);
}

TEST(LmdbStateValuesTest, AShortOrALongStateIsRefused) {
  ContentWriter content = encode(sample_state());
  const ByteView whole = content.view();
  EXPECT_EQ(decode_group_state(whole.first(whole.size() - 1)), std::nullopt);

  content.number(0);

  EXPECT_EQ(decode_group_state(content.view()), std::nullopt);
}

TEST(LmdbStateValuesTest, TheSnapshotComesBack) {
  EXPECT_EQ(decode_snapshot(encode(sample_snapshot()).view()), sample_snapshot());
}

TEST(LmdbStateValuesTest, ASnapshotOfTooManyMembersIsRefused) {
  SnapshotMetadata snapshot = sample_snapshot();
  snapshot.configuration.members.resize(kMembersMax + 1);

  EXPECT_EQ(decode_snapshot(encode(snapshot).view()), std::nullopt);
}

TEST(LmdbStateValuesTest, ThePeersComeBack) {
  const std::vector<PeerIdentity> peers = {{.server = ServerId(1),
                                            .incarnation = 2,
                                            .start_counter = 3,
                                            .start_id = 4,
                                            .since = Index(5)},
                                           {.server = ServerId(6)}};

  EXPECT_EQ(decode_peers(encode(peers).view()), peers);
  EXPECT_EQ(decode_peers(encode(std::vector<PeerIdentity>()).view()), std::vector<PeerIdentity>());
}

TEST(LmdbStateValuesTest, ACountThatDoesNotFitIsRefused) {
  ContentWriter content;
  content.number(std::uint64_t{1} << 60U).number(1).number(2).number(3).number(4).number(5);

  EXPECT_EQ(decode_peers(content.view()), std::nullopt);
  EXPECT_EQ(decode_peers({}), std::nullopt);
}

}  // namespace buoyant::lmdb::state_values_test
