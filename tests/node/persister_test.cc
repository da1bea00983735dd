// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/persister.h"

#include "tests/node/fakes.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

namespace buoyant::node::persister_test {

using fakes::command;

Configuration configuration() {
  return *make_configuration({{.id = ServerId(1), .address = "one:1"}});
}

class PersisterTest : public testing::Test {
 protected:
  static core::Write write_of(std::uint64_t id, std::uint64_t first, std::uint64_t last,
                              std::uint64_t term = 1) {
    core::Write write;
    write.id = WriteId(id);
    write.append = {.first = Index(first), .last = Index(last)};
    append_run(write.runs, Term(term), write.append.count());
    return write;
  }

  fakes::FakeStorage storage;
  flatbuf::FlatbuffersCodec codec;
  EntryCache cache{1'000'000};
  Persister persister{storage, codec, cache};
};

TEST_F(PersisterTest, AnEmptyWriteIsNotSubmitted) {
  persister.submit({});

  EXPECT_TRUE(storage.writes.empty());
  EXPECT_TRUE(persister.is_idle());
}

TEST_F(PersisterTest, TakesTheBytesFromTheCache) {
  cache.append(Index(5), command(1, "five"));
  cache.append(Index(6), command(1, "six"));
  core::Write write = write_of(1, 5, 6);
  write.hard_state = HardState{.term = Term(1), .voted_for = ServerId(2)};
  write.truncate_from = Index(5);
  persister.submit(write);

  ASSERT_EQ(storage.writes.size(), 1U);
  EXPECT_EQ(storage.writes[0].first, Index(5));
  EXPECT_EQ(storage.writes[0].entries, (std::vector{command(1, "five"), command(1, "six")}));
  EXPECT_EQ(storage.writes[0].hard_state, write.hard_state);
  EXPECT_EQ(storage.writes[0].truncate_from, Index(5));
}

TEST_F(PersisterTest, EncodesWhatTheCoreMade) {
  cache.append(Index(7), command(3, "proposed in the same turn"));
  core::Write write = write_of(1, 5, 7, 3);
  write.created = {{.index = Index(5), .term = Term(3), .configuration = {}},
                   {.index = Index(6), .term = Term(3), .configuration = configuration()}};
  persister.submit(write);

  ASSERT_EQ(storage.writes.size(), 1U);
  const std::vector<Entry>& entries = storage.writes[0].entries;
  EXPECT_EQ(entries[0].kind, EntryKind::kNoop);
  EXPECT_EQ(entries[1].kind, EntryKind::kConfiguration);
  EXPECT_EQ(*codec.decode_configuration(entries[1].payload.view()), configuration());
  EXPECT_EQ(entries[2].payload.text(), "proposed in the same turn");
  EXPECT_NE(cache.find(Index(6), Term(3)), nullptr);
}

TEST_F(PersisterTest, ReportsTheCoresOwnNumbers) {
  persister.submit(write_of(1, 1, 0));
  persister.submit(write_of(2, 1, 0));
  EXPECT_FALSE(persister.is_idle());

  EXPECT_EQ(persister.on_written(WriteId(2), port::WriteOutcome::kDurable), WriteId(2));
  EXPECT_TRUE(persister.is_idle());
}

TEST_F(PersisterTest, ANewCoreBeginsAtOneAgain) {
  persister.submit(write_of(1, 1, 0));
  persister.on_written(WriteId(1), port::WriteOutcome::kDurable);
  EXPECT_EQ(persister.submit_own({}), WriteId(2));
  EXPECT_EQ(persister.on_written(WriteId(2), port::WriteOutcome::kDurable), std::nullopt);
  persister.begin_core();
  persister.submit(write_of(1, 1, 0));

  EXPECT_EQ(storage.writes.back().id, WriteId(3));
  EXPECT_EQ(persister.storage_id(WriteId(1)), WriteId(3));
  EXPECT_EQ(persister.on_written(WriteId(3), port::WriteOutcome::kDurable), WriteId(1));
}

TEST_F(PersisterTest, TheSameCoreGoesOnAfterAWriteOfOurOwn) {
  persister.submit(write_of(1, 1, 0));
  persister.on_written(WriteId(1), port::WriteOutcome::kDurable);
  persister.submit_own({});
  persister.on_written(WriteId(2), port::WriteOutcome::kNoSpace);
  persister.submit(write_of(2, 1, 0));

  EXPECT_EQ(storage.writes.back().id, WriteId(3));
  EXPECT_TRUE(storage.writes.back().after_no_space);
  EXPECT_EQ(persister.on_written(WriteId(3), port::WriteOutcome::kDurable), WriteId(2));
}

TEST_F(PersisterTest, NoSpaceIsSaidToBeSeenOnce) {
  persister.submit_own({});
  persister.on_written(WriteId(1), port::WriteOutcome::kNoSpace);
  persister.submit_own({});
  persister.on_written(WriteId(2), port::WriteOutcome::kDurable);
  persister.submit_own({});

  EXPECT_FALSE(storage.writes[0].after_no_space);
  EXPECT_TRUE(storage.writes[1].after_no_space);
  EXPECT_FALSE(storage.writes[2].after_no_space);
}

using PersisterDeathTest = PersisterTest;

TEST_F(PersisterDeathTest, AnEntryWithoutBytesIsABrokenInvariant) {
  EXPECT_DEATH(persister.submit(write_of(1, 5, 5)), "entry != nullptr");
}

TEST_F(PersisterTest, ACoresLossOfSpaceIsSaidToBeSeenByAWriteOfOurOwn) {
  cache.append(Index(1), command(1, "one"));
  persister.submit(write_of(1, 1, 1));
  persister.on_written(WriteId(1), port::WriteOutcome::kNoSpace);

  persister.submit_own({});

  EXPECT_TRUE(storage.writes[1].after_no_space);
}

TEST_F(PersisterTest, AnEarlierLossIsNotSeenAgain) {
  cache.append(Index(1), command(1, "one"));
  cache.append(Index(2), command(1, "two"));
  persister.submit(write_of(1, 1, 1));
  persister.submit(write_of(2, 2, 2));
  persister.on_written(WriteId(1), port::WriteOutcome::kNoSpace);
  core::Write seen = write_of(3, 1, 1);
  seen.after_no_space = true;
  persister.submit(seen);
  persister.on_written(WriteId(2), port::WriteOutcome::kNoSpace);

  persister.submit(write_of(4, 2, 2));

  EXPECT_TRUE(storage.writes[2].after_no_space);
  EXPECT_FALSE(storage.writes[3].after_no_space);
}

}  // namespace buoyant::node::persister_test
