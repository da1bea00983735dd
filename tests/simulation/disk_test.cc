// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/disk.h"

#include "tests/simulation/disks.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace buoyant::simulation::disk_test {

using disks::append;
using disks::command;
using disks::noop;
using disks::truncation;
using disks::vote;

/// Writes down what becomes durable.
class Log final : public DiskWatcher {
 public:
  void on_hard_state(ServerId /*server*/, const HardState& before,
                     const HardState& after) override {
    add("term " + std::to_string(before.term.value()) + "->" + std::to_string(after.term.value()));
  }

  void on_entry(ServerId /*server*/, Index at, Term previous, const DiskEntry& entry) override {
    add("entry " + std::to_string(at.value()) + "/" + std::to_string(entry.entry.term.value()) +
        " after " + std::to_string(previous.value()));
  }

  void on_truncated(ServerId /*server*/, Index from,
                    const port::StorageWrite& /*write*/) override {
    add("from " + std::to_string(from.value()) + " of " +
        std::to_string(disk->last().index.value()));
  }

  void on_snapshot(ServerId /*server*/, const SnapshotMetadata& before,
                   const SnapshotMetadata& after) override {
    add("snapshot " + std::to_string(before.id.position.index.value()) + "->" +
        std::to_string(after.id.position.index.value()));
  }

  void on_compacted(ServerId /*server*/, LogPosition base) override {
    add("compacted " + std::to_string(base.index.value()) + "/" +
        std::to_string(base.term.value()));
  }

  const Disk* disk = nullptr;
  std::vector<std::string> lines;

 private:
  void add(std::string line) { lines.push_back(std::move(line)); }
};

class DiskTest : public testing::Test {
 protected:
  void SetUp() override { log.disk = &disk; }

  void write(const port::StorageWrite& write) { disk.apply(write, true); }

  [[nodiscard]] std::string text_at(std::uint64_t index) const {
    const DiskEntry* entry = disk.find(Index(index));
    return entry == nullptr ? "nothing" : std::string(entry->entry.payload.text());
  }

  Log log;
  Disk disk{ServerId(1), "test", 101, log};
};

TEST_F(DiskTest, ANewDiskIsEmpty) {
  const port::StoredState state = disk.open();

  EXPECT_EQ(state.hard_state, HardState());
  EXPECT_EQ(state.runs, std::vector<TermRun>());
  EXPECT_EQ(state.bootstrap, 0U);
  EXPECT_EQ(disk.last(), LogPosition());
}

TEST_F(DiskTest, WhatWasWrittenIsFoundAtTheNextStart) {
  write(vote(2, 3));
  write(append(1, {noop(1), command(2, "a"), command(2, "b")}));
  const Entry configuration{
      .term = Term(2), .kind = EntryKind::kConfiguration, .payload = Bytes::copy_of("members")};
  write(append(4, {configuration}));

  const port::StoredState state = disk.open();

  EXPECT_EQ(state.hard_state, (HardState{.term = Term(2), .voted_for = ServerId(3)}));
  EXPECT_EQ(state.runs, (std::vector<TermRun>{{Term(1), 1}, {Term(2), 3}}));
  EXPECT_EQ(state.configurations, (std::vector<port::StoredConfiguration>{
                                      {.index = Index(4), .payload = Bytes::copy_of("members")}}));
  EXPECT_EQ(state.bootstrap, entry_checksum(Index(1), noop(1)));
}

TEST_F(DiskTest, EachStartHasANumberOfItsOwn) {
  const Identity first = disk.open().identity;
  const Identity second = disk.open().identity;

  EXPECT_EQ(first.start_counter, 1U);
  EXPECT_EQ(second.start_counter, 2U);
  EXPECT_NE(first.start_id, second.start_id);
  EXPECT_EQ(first.incarnation, second.incarnation);
}

TEST_F(DiskTest, TheBootstrapIsThatOfTheFirstEntryEver) {
  write(append(1, {noop(1)}));
  write(truncation(1));
  write(append(1, {noop(2)}));

  EXPECT_EQ(disk.open().bootstrap, entry_checksum(Index(1), noop(1)));
}

TEST_F(DiskTest, AWriteTruncatesBeforeItAppends) {
  write(append(1, {command(1, "a"), command(1, "b")}));
  port::StorageWrite both = append(2, {command(2, "c")});
  both.truncate_from = Index(2);

  write(both);

  EXPECT_EQ(text_at(1), "a");
  EXPECT_EQ(text_at(2), "c");
  EXPECT_EQ(text_at(3), "nothing");
}

TEST_F(DiskTest, WithoutItsEntriesAWriteStillVotesAndTruncates) {
  write(append(1, {command(1, "a"), command(1, "b")}));
  port::StorageWrite all = append(2, {command(2, "c")});
  all.truncate_from = Index(2);
  all.hard_state = HardState{.term = Term(2), .voted_for = {}};

  disk.apply(all, false);

  EXPECT_EQ(disk.hard_state().term, Term(2));
  EXPECT_EQ(disk.last().index, Index(1));
}

TEST_F(DiskTest, HardStateAloneLeavesTheLogAsItIs) {
  write(append(1, {command(1, "a"), command(1, "b")}));
  port::StorageWrite both = truncation(2);
  both.hard_state = HardState{.term = Term(2), .voted_for = {}};

  disk.apply_hard_state(both);

  EXPECT_EQ(disk.hard_state().term, Term(2));
  EXPECT_EQ(disk.last().index, Index(2));
}

TEST_F(DiskTest, EachVoteIsRemembered) {
  write(vote(1, 2));
  write(vote(2, 0));
  write(vote(3, 1));

  EXPECT_EQ(disk.vote_in(Term(1)), ServerId(2));
  EXPECT_EQ(disk.vote_in(Term(2)), ServerId());
  EXPECT_EQ(disk.vote_in(Term(3)), ServerId(1));
}

TEST_F(DiskTest, EntriesShareNoMemoryWithWhoeverWroteThem) {
  const Entry entry = command(1, "a");

  write(append(1, {entry}));

  EXPECT_NE(disk.find(Index(1))->entry.payload.data(), entry.payload.data());
  EXPECT_EQ(text_at(1), "a");
}

TEST_F(DiskTest, TheWatcherHearsWhatBecomesDurableInOrder) {
  write(append(1, {noop(1)}));
  port::StorageWrite all = append(1, {noop(2), noop(2)});
  all.truncate_from = Index(1);
  all.hard_state = HardState{.term = Term(2), .voted_for = {}};

  write(all);

  EXPECT_EQ(log.lines, (std::vector<std::string>{"entry 1/1 after 0", "term 0->2", "from 1 of 1",
                                                 "entry 1/2 after 0", "entry 2/2 after 2"}));
}

TEST_F(DiskTest, TheWatcherHearsNothingOfWhatChangesNothing) {
  write(vote(1, 2));
  log.lines.clear();

  write(vote(1, 2));
  write(truncation(1));

  EXPECT_EQ(log.lines, std::vector<std::string>());
}

TEST_F(DiskTest, ACorruptEntryThatIsTruncatedIsGone) {
  write(append(1, {noop(1), noop(1)}));
  disk.corrupt(Index(2));
  EXPECT_TRUE(disk.is_corrupt(Index(2)));
  EXPECT_FALSE(disk.is_corrupt(Index(1)));

  write(truncation(2));

  EXPECT_FALSE(disk.has_corruption());
}

TEST_F(DiskTest, ChecksStillSeeWhatWasCompactedHere) {
  write(append(1, {command(1, "a"), command(2, "b"), command(2, "c")}));

  write(disks::snapshot(2, 3, 2));

  EXPECT_EQ(text_at(1), "a");
  EXPECT_EQ(text_at(3), "c");
  EXPECT_EQ(disk.base(), (LogPosition{.term = Term(2), .index = Index(2)}));
  EXPECT_EQ(disk.last(), (LogPosition{.term = Term(2), .index = Index(3)}));
  EXPECT_FALSE(disk.covers(Index(1)));
}

TEST_F(DiskTest, AnInstalledSnapshotReplacesTheLog) {
  write(append(1, {command(1, "a"), command(1, "b")}));

  write(disks::installation(3, 9));

  EXPECT_EQ(text_at(1), "nothing");
  EXPECT_TRUE(disk.covers(Index(1)));
  EXPECT_TRUE(disk.covers(Index(9)));
  EXPECT_FALSE(disk.covers(Index(10)));
  EXPECT_EQ(disk.last(), (LogPosition{.term = Term(3), .index = Index(9)}));
  EXPECT_EQ(disk.term_at(Index(9)), Term(3));
  EXPECT_EQ(disk.term_at(Index(8)), std::nullopt);
}

TEST_F(DiskTest, TheLogGoesOnBehindItsBase) {
  write(append(1, {command(1, "a"), command(1, "b"), command(1, "c")}));
  write(disks::snapshot(1, 2, 2));

  port::StorageWrite replacement = append(3, {command(2, "d"), command(2, "e")});
  replacement.truncate_from = Index(3);
  write(replacement);

  EXPECT_EQ(text_at(3), "d");
  EXPECT_EQ(text_at(4), "e");
  EXPECT_EQ(disk.term_at(Index(4)), Term(2));
}

TEST_F(DiskTest, TheWatcherHearsOfSnapshotsAndCompaction) {
  write(append(1, {noop(1), noop(1)}));
  log.lines.clear();

  write(disks::snapshot(1, 2, 1));
  write(disks::compaction(1));
  write(disks::installation(3, 9));

  EXPECT_EQ(log.lines, (std::vector<std::string>{"snapshot 0->2", "compacted 1/1", "snapshot 2->9",
                                                 "compacted 9/3"}));
}

TEST_F(DiskTest, AnInstalledSnapshotDropsWhatIsBehindIt) {
  write(append(1, {noop(1), noop(1), noop(1)}));
  log.lines.clear();

  write(disks::installation(3, 2));

  EXPECT_EQ(log.lines, (std::vector<std::string>{"snapshot 0->2", "from 3 of 3", "compacted 2/3"}));
  EXPECT_EQ(text_at(3), "nothing");
}

TEST_F(DiskTest, ACorruptEntryThatIsCompactedIsGone) {
  write(append(1, {noop(1), noop(1)}));
  disk.corrupt(Index(1));

  write(disks::snapshot(1, 1, 1));

  EXPECT_FALSE(disk.has_corruption());
}

}  // namespace buoyant::simulation::disk_test
