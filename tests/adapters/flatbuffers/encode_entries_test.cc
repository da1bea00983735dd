// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/flatbuffers/codec.h"
#include "tests/adapters/flatbuffers/samples.h"
#include "tests/adapters/flatbuffers/wire.h"
#include "tests/support/print.h"

#include <algorithm>
#include <string>
#include <vector>

namespace buoyant::flatbuf::encode_entries_test {

Entry command(std::uint64_t term, const std::string& text) {
  return {.term = Term(term), .kind = EntryKind::kCommand, .payload = Bytes::copy_of(text)};
}

AppendEntries append_entries() {
  return {.term = Term(9), .prev = {Term(2), Index(40)}, .commit = Index(41), .round = Round(6)};
}

class EncodeEntriesTest : public testing::Test {
 protected:
  /// The message and the entries after a way through the wire.
  Result<port::Decoded> round_trip(const AppendEntries& message,
                                   const std::vector<Entry>& entries) {
    return codec_.decode(wire_test::receive(codec_.encode_append(GroupId(), message, entries)));
  }

  /// Expects that exactly these entries come back, and what follows from them.
  void expect_round_trip(const std::vector<Entry>& entries) {
    const auto decoded = round_trip(append_entries(), entries);
    ASSERT_TRUE(decoded) << decoded.error();
    EXPECT_EQ(decoded->message, PeerMessage(samples::completed(append_entries(), entries, codec_)));
    EXPECT_EQ(decoded->entries, entries);
  }

  Entry configuration(std::uint64_t term, const Configuration& value) {
    return {.term = Term(term),
            .kind = EntryKind::kConfiguration,
            .payload = codec_.encode_configuration(value)};
  }

  FlatbuffersCodec codec_;
};

TEST_F(EncodeEntriesTest, AMessageWithoutEntriesComesBack) {
  expect_round_trip({});
}

TEST_F(EncodeEntriesTest, EncodeTakesAppendEntriesWithoutEntries) {
  const auto decoded =
      codec_.decode(wire_test::receive(codec_.encode(GroupId(), append_entries())));

  ASSERT_TRUE(decoded) << decoded.error();
  EXPECT_EQ(decoded->message, PeerMessage(append_entries()));
}

TEST_F(EncodeEntriesTest, OneCommandComesBack) {
  expect_round_trip({command(9, "a line")});
}

TEST_F(EncodeEntriesTest, AnEmptyCommandComesBack) {
  expect_round_trip({command(9, "")});
}

TEST_F(EncodeEntriesTest, ANoopComesBack) {
  expect_round_trip({{.term = Term(9), .kind = EntryKind::kNoop, .payload = {}}});
}

TEST_F(EncodeEntriesTest, EntriesOfSeveralTermsComeBack) {
  expect_round_trip({command(2, "a"), command(2, "b"), command(3, "c"), command(9, "d")});
}

TEST_F(EncodeEntriesTest, EntriesOfEveryKindComeBackInTheirOrder) {
  expect_round_trip({command(2, "a"),
                     {.term = Term(4), .kind = EntryKind::kNoop, .payload = {}},
                     configuration(4, samples::joint()),
                     command(4, "b"),
                     configuration(5, samples::three_voters()),
                     {.term = Term(9), .kind = EntryKind::kNoop, .payload = {}}});
}

TEST_F(EncodeEntriesTest, ManyEntriesComeBack) {
  std::vector<Entry> entries(20000, command(3, "12345"));
  std::fill(entries.begin() + 10000, entries.end(), command(4, "6"));

  expect_round_trip(entries);
}

TEST_F(EncodeEntriesTest, LargeAndSmallPayloadsComeBack) {
  expect_round_trip({command(3, std::string(2047, 'a')), command(3, std::string(2048, 'b')),
                     command(3, ""), command(3, std::string(100000, 'c'))});
}

TEST_F(EncodeEntriesTest, ConfigurationsAreGivenWithTheirIndex) {
  const std::vector<Entry> entries = {command(3, "a"), configuration(3, samples::joint())};

  const auto decoded = round_trip(append_entries(), entries);

  ASSERT_TRUE(decoded) << decoded.error();
  const std::vector<ConfigurationAt> expected = {{Index(42), samples::joint()}};
  EXPECT_EQ(std::get<AppendEntries>(decoded->message).configurations, expected);
}

TEST_F(EncodeEntriesTest, RunsOfTheMessageAreNotLookedAt) {
  AppendEntries message = append_entries();
  message.runs = {{Term(1), 1000}};

  const auto decoded = round_trip(message, {command(3, "a")});

  ASSERT_TRUE(decoded) << decoded.error();
  const std::vector<TermRun> expected = {{Term(3), 1}};
  EXPECT_EQ(std::get<AppendEntries>(decoded->message).runs, expected);
}

TEST_F(EncodeEntriesTest, LargePayloadsAreSentFromWhereTheyLie) {
  const Entry large = command(3, std::string(5000, 'l'));

  const Frame frame = codec_.encode_append(GroupId(), append_entries(), {&large, 1});

  ASSERT_GE(frame.pieces.size(), 2U);
  EXPECT_EQ(frame.pieces[1].data(), large.payload.data());
}

TEST_F(EncodeEntriesTest, PayloadsAreSlicesOfTheReceiveBuffer) {
  const Entry entry = command(3, "twelve bytes");
  const ReceivedFrame frame =
      wire_test::receive(codec_.encode_append(GroupId(), append_entries(), {&entry, 1}));

  const auto decoded = codec_.decode(frame);

  ASSERT_TRUE(decoded) << decoded.error();
  EXPECT_EQ(decoded->entries[0].payload.data(), frame.payload.data());
}

TEST_F(EncodeEntriesTest, ForwardedProposalsComeBack) {
  const std::vector<Bytes> payloads = {Bytes::copy_of("one"), Bytes(),
                                       Bytes::copy_of(std::string(3000, 'p'))};

  const auto decoded = codec_.decode(
      wire_test::receive(codec_.encode_forward(GroupId(), {.first_sequence = 17}, payloads)));

  ASSERT_TRUE(decoded) << decoded.error();
  EXPECT_EQ(decoded->message, PeerMessage(Forward{.first_sequence = 17}));
  EXPECT_EQ(decoded->payloads, payloads);
}

TEST_F(EncodeEntriesTest, AForwardWithoutProposalsComesBack) {
  const auto decoded =
      codec_.decode(wire_test::receive(codec_.encode_forward(GroupId(), Forward{}, {})));

  ASSERT_TRUE(decoded) << decoded.error();
  EXPECT_TRUE(decoded->payloads.empty());
}

using EncodeEntriesDeathTest = EncodeEntriesTest;

TEST_F(EncodeEntriesDeathTest, EntriesOfFallingTermsAreNotSent) {
  EXPECT_DEATH((void)round_trip(append_entries(), {command(4, "a"), command(3, "b")}), "defect_of");
}

TEST_F(EncodeEntriesDeathTest, EntriesOfALaterTermThanTheLeaderAreNotSent) {
  EXPECT_DEATH((void)round_trip(append_entries(), {command(10, "a")}), "defect_of");
}

TEST_F(EncodeEntriesDeathTest, ANoopWithAPayloadIsNotSent) {
  const Entry noop{.term = Term(3), .kind = EntryKind::kNoop, .payload = Bytes::copy_of("a")};

  EXPECT_DEATH((void)round_trip(append_entries(), {noop}), "payload");
}

}  // namespace buoyant::flatbuf::encode_entries_test
