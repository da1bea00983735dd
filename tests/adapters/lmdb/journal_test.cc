// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/journal.h"

#include "adapters/lmdb/log_image.h"
#include "buoyant/conformance/storage_conformance_fixture.h"
#include "tests/adapters/lmdb/support.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace buoyant::lmdb::journal_test {

using conformance::append;
using conformance::command;
using conformance::commands;
using conformance::compaction;
using conformance::joined;
using conformance::snapshot_at;
using conformance::truncation;
using conformance::vote;
using port::StorageWrite;

class LmdbJournalTest : public conformance::StorageFixture<support::Harness> {
 protected:
  std::string data() { return harness.path("data.mdb"); }

  /// Of the newest commit.
  JournalContents journal() {
    const Result<PageFile> file = PageFile::open(harness.path());
    const Result<FileHeader> view = file->newest();
    LogImage image(*file, *view, GroupId(0));
    Result<JournalContents> contents = image.journal();
    EXPECT_TRUE(contents.has_value());
    return contents ? std::move(*contents) : JournalContents();
  }

  std::uint64_t transaction() { return PageFile::open(harness.path())->newest()->transaction; }

  JournalPlace place() {
    const Result<PageFile> file = PageFile::open(harness.path());
    return *find_journal(*file, *file->newest(), state.identity.incarnation);
  }

  /// As a process that was killed leaves it; the log is what was durable.
  void kill_and_open() {
    harness.crash();
    open();
  }

  void change_journal(const std::function<void(std::byte*)>& change) {
    const JournalPlace at = place();
    std::string content = support::read_file(data());
    change(reinterpret_cast<std::byte*>(content.data()) + at.offset);
    support::write_file(data(), content);
  }
};

TEST_F(LmdbJournalTest, TakesLogAndHardStateWithoutATransaction) {
  const std::uint64_t before = transaction();

  write(vote(2, 1));
  write(append(1, commands(2, 1, 10)));
  write(truncation(5));

  EXPECT_EQ(transaction(), before);
  EXPECT_EQ(journal().batches, 3U);
}

TEST_F(LmdbJournalTest, WhatAKilledProcessLeftThereIsTheLog) {
  write(append(1, commands(1, 1, 10)));
  write(vote(3, 2));
  write(truncation(8));
  write(append(8, commands(3, 8, 12)));

  kill_and_open();

  EXPECT_EQ(state.hard_state, (HardState{.term = Term(3), .voted_for = ServerId(2)}));
  EXPECT_EQ(state.runs,
            (std::vector<TermRun>{{.term = Term(1), .count = 7}, {.term = Term(3), .count = 5}}));
  EXPECT_EQ(read_all(1, 12), joined(commands(1, 1, 7), commands(3, 8, 12)));
  EXPECT_EQ(journal().batches, 0U);
}

TEST_F(LmdbJournalTest, ATruncationReachesIntoTheTables) {
  write(support::in_tables(append(1, commands(1, 1, 10))));
  write(truncation(4));
  EXPECT_EQ(read_error(4, 4), Errc::kNotReady);
  write(append(4, commands(2, 4, 5)));

  EXPECT_EQ(read_all(1, 5), joined(commands(1, 1, 3), commands(2, 4, 5)));
  kill_and_open();
  EXPECT_EQ(read_all(1, 5), joined(commands(1, 1, 3), commands(2, 4, 5)));
}

TEST_F(LmdbJournalTest, ACleanEndLeavesNothingInIt) {
  write(append(1, commands(1, 1, 10)));
  close();

  EXPECT_EQ(journal().batches, 0U);
  open();
  EXPECT_EQ(read_all(1, 10), commands(1, 1, 10));
}

TEST_F(LmdbJournalTest, AfterACleanEndNobodyAsksWhatIsInIt) {
  write(append(1, commands(1, 1, 10)));
  close();
  change_journal([&](std::byte* at) { std::fill_n(at, place().bytes, std::byte{0x55}); });

  open();

  EXPECT_EQ(read_all(1, 10), commands(1, 1, 10));
  write(append(11, commands(1, 11, 20)));
  kill_and_open();
  EXPECT_EQ(read_all(1, 20), commands(1, 1, 20));
}

TEST_F(LmdbJournalTest, WhatDoesNotFitTakesItOver) {
  const std::string large(200'000, 'l');
  for (std::uint64_t index = 1; index <= 20; ++index) {
    write(append(index, {command(1, large + std::to_string(index))}));
  }

  EXPECT_LT(journal().bytes, place().bytes);
  kill_and_open();
  for (std::uint64_t index = 1; index <= 20; ++index) {
    EXPECT_EQ(read(index, index), std::vector{command(1, large + std::to_string(index))});
  }
}

TEST_F(LmdbJournalTest, AnEntryLargerThanItIsATransaction) {
  const Entry large = command(1, std::string(place().bytes, 'l'));
  write(append(1, commands(1, 1, 1)));
  write(append(2, {large}));

  EXPECT_EQ(journal().batches, 0U);
  EXPECT_EQ(read(2, 2), std::vector{large});
}

TEST_F(LmdbJournalTest, AMomentOfQuietTakesItOver) {
  close();
  harness.options().journal_quiet = std::chrono::milliseconds(1);
  open();

  write(append(1, commands(1, 1, 10)));
  for (int round = 0; round < 500 && journal().batches > 0; ++round) {
    harness.run_some();
  }

  EXPECT_EQ(journal().batches, 0U);
  EXPECT_EQ(read_all(1, 10), commands(1, 1, 10));
  write(append(11, commands(1, 11, 12)));
  EXPECT_EQ(read_all(1, 12), commands(1, 1, 12));
}

TEST_F(LmdbJournalTest, IsKeptWhileWritesGoOn) {
  close();
  harness.options().journal_quiet = std::chrono::hours(1);
  open();
  const std::uint64_t before = transaction();

  write(append(1, commands(1, 1, 10)));
  // Wakes the writer now and then.
  for (int round = 0; round < 10; ++round) {
    static_cast<void>(harness.storage().status());
    harness.run_some();
  }

  EXPECT_EQ(transaction(), before);
  EXPECT_EQ(journal().batches, 1U);
}

TEST_F(LmdbJournalTest, IsAsLargeAsIsAskedFor) {
  close();
  std::filesystem::remove_all(harness.path());
  harness.options().journal_bytes_max = 100'000;
  open();

  EXPECT_EQ(place().bytes, 98'304U);
}

TEST_F(LmdbJournalTest, ACompactionTakesItOver) {
  write(append(1, commands(1, 1, 10)));
  StorageWrite taken = compaction(6);
  taken.snapshot = snapshot_at(1, 6);
  write(std::move(taken));

  EXPECT_EQ(journal().batches, 0U);
  kill_and_open();
  EXPECT_EQ(state.base.index, Index(6));
  EXPECT_EQ(read_all(7, 10), commands(1, 7, 10));
}

TEST_F(LmdbJournalTest, ABatchThatWasCutOffNeverWas) {
  write(append(1, commands(1, 1, 10)));
  const std::uint64_t begin = journal().bytes;
  write(append(11, {command(1, std::string(10'000, 'x'))}));
  const std::uint64_t end = journal().bytes;
  harness.crash();
  const std::string whole = support::read_file(data());
  // A disk writes a sector whole or not at all: any of them may still be as it was made.
  for (std::uint64_t lost = begin; lost < end; lost += kSectorBytes) {
    support::write_file(data(), whole);
    change_journal([&](std::byte* at) {
      std::vector<std::byte> blank(place().bytes);
      write_blank_sectors(blank.data(), blank.size(), place().tag);
      std::copy_n(blank.data() + lost, kSectorBytes, at + lost);
    });
    open();
    EXPECT_EQ(read_all(1, 10), commands(1, 1, 10));
    EXPECT_EQ(read_error(11, 11), Errc::kNotReady);
    harness.crash();
  }
  open();
}

TEST_F(LmdbJournalTest, ABatchThatIsDamagedIsNotTakenForOneThatWasCutOff) {
  write(append(1, commands(1, 1, 10)));
  write(append(11, {command(1, std::string(2'000, 'x'))}));
  const std::uint64_t end = journal().bytes;
  harness.crash();

  for (std::uint64_t at = 100; at < end; at += kSectorBytes) {
    change_journal([&](std::byte* journal) { journal[at] ^= std::byte{1}; });
    EXPECT_EQ(harness.open_error(), Errc::kStorageCorrupt) << at;
    change_journal([&](std::byte* journal) { journal[at] ^= std::byte{1}; });
  }
  open();
  EXPECT_EQ(read_all(1, 10), commands(1, 1, 10));
}

TEST_F(LmdbJournalTest, ABatchThatOthersFollowIsNotMissing) {
  write(append(1, commands(1, 1, 10)));
  write(append(11, commands(1, 11, 20)));
  harness.crash();
  const std::string whole = support::read_file(data());
  change_journal([&](std::byte* at) {
    std::vector<std::byte> blank(place().bytes);
    write_blank_sectors(blank.data(), blank.size(), place().tag);
    std::copy_n(blank.data(), kSectorBytes, at);
  });

  EXPECT_EQ(harness.open_error(), Errc::kStorageCorrupt);

  support::write_file(data(), whole);
  open();
  EXPECT_EQ(read_all(1, 20), commands(1, 1, 20));
}

TEST_F(LmdbJournalTest, ABatchOfAnEarlierRunNeverCountsAgain) {
  // All of one size: what the first run wrote second lies just behind what the next one writes.
  write(append(1, commands(1, 1, 1)));
  write(append(2, commands(1, 2, 2)));
  kill_and_open();
  StorageWrite instead = append(1, commands(2, 1, 1));
  instead.truncate_from = Index(1);
  write(std::move(instead));

  kill_and_open();

  EXPECT_EQ(read_all(1, 1), commands(2, 1, 1));
  EXPECT_EQ(read_error(2, 2), Errc::kNotReady);
}

TEST_F(LmdbJournalTest, WhatWasCutOffNeverCompletesABatchOfTheNextRun) {
  write(append(1, commands(1, 1, 1)));
  write(append(2, {command(1, std::string(10'000, 'b'))}));
  harness.crash();
  // All of the second batch but its first sector came to the disk.
  std::vector<std::byte> left(place().bytes);
  change_journal([&](std::byte* at) {
    std::vector<std::byte> blank(left.size());
    write_blank_sectors(blank.data(), blank.size(), place().tag);
    std::copy_n(blank.data() + kSectorBytes, kSectorBytes, at + kSectorBytes);
    std::copy_n(at, left.size(), left.data());
  });
  open();
  write(append(2, {command(1, std::string(10'000, 'c'))}));
  harness.crash();
  // And of this one only the first two did.
  change_journal([&](std::byte* at) {
    std::copy(left.begin() + 2 * kSectorBytes, left.end(), at + 2 * kSectorBytes);
  });

  open();

  EXPECT_EQ(read_all(1, 1), commands(1, 1, 1));
  EXPECT_EQ(read_error(2, 2), Errc::kNotReady);
}

TEST_F(LmdbJournalTest, TheFirstEntryThatEverWasStaysKnown) {
  write(append(1, commands(1, 1, 1)));
  StorageWrite instead = append(1, commands(2, 1, 1));
  instead.truncate_from = Index(1);
  write(std::move(instead));

  reopen();

  EXPECT_EQ(read_all(1, 1), commands(2, 1, 1));
  EXPECT_EQ(state.bootstrap, entry_checksum(Index(1), commands(1, 1, 1).front()));
}

TEST_F(LmdbJournalTest, ABatchThatFailedUsesUpItsSequence) {
  const std::uint64_t before = journal().next;
  harness.commits().fail_next(ENOSPC);

  write(append(1, commands(1, 1, 3)));

  // It may be there, whole, at the place of the next one.
  EXPECT_EQ(recorder.events.back().outcome, port::WriteOutcome::kNoSpace);
  EXPECT_EQ(journal().next, before + 1);
}

TEST_F(LmdbJournalTest, WhileThereIsNoSpaceNoEntryGetsIn) {
  harness.commits().fail_next(ENOSPC);
  write(append(1, commands(1, 1, 3)));

  // Submitted before that was heard of.
  write(append(4, commands(1, 4, 6)));

  EXPECT_EQ(recorder.events.back().outcome, port::WriteOutcome::kNoSpace);
  StorageWrite again = append(1, commands(1, 1, 3));
  again.after_no_space = true;
  write(std::move(again));
  kill_and_open();
  EXPECT_EQ(last_index(), 3U);
}

TEST_F(LmdbJournalTest, AFullDiskLeavesNothingOfTheBatch) {
  write(append(1, commands(1, 1, 3)));
  harness.commits().fail_next(ENOSPC);
  write(append(4, commands(1, 4, 6)));
  EXPECT_EQ(recorder.events.back().outcome, port::WriteOutcome::kNoSpace);

  kill_and_open();

  EXPECT_EQ(read_all(1, 3), commands(1, 1, 3));
  EXPECT_EQ(read_error(4, 4), Errc::kNotReady);
}

TEST_F(LmdbJournalTest, WhatItHoldsFitsIntoTheReserve) {
  // The file cannot grow; entries until they are refused.
  close();
  std::filesystem::remove_all(harness.path());
  harness.options().map_bytes_max = harness.options().map_bytes_initial;
  open();
  std::uint64_t last = 0;
  do {
    last += 1;
    write(append(last, {command(1, std::string(20'000, 'x'))}));
  } while (recorder.events.back().outcome == port::WriteOutcome::kDurable);
  write(vote(9, 2));

  kill_and_open();

  EXPECT_EQ(state.hard_state, (HardState{.term = Term(9), .voted_for = ServerId(2)}));
  EXPECT_EQ(read(last - 1, last - 1), std::vector{command(1, std::string(20'000, 'x'))});
  EXPECT_EQ(read_error(last, last), Errc::kNotReady);
}

TEST_F(LmdbJournalTest, ABatchThatIsLargerThanTheJournalIsDamaged) {
  write(append(1, commands(1, 1, 10)));
  const JournalContents before = journal();
  harness.crash();
  std::vector<std::byte> sectors(kSectorBytes);
  // Eight bytes of ones: so many sectors that their number wraps around.
  write_sectors(std::vector<std::byte>(8, std::byte{0xff}), before.bytes / kSectorBytes,
                before.next, place().tag, sectors.data());
  change_journal([&](std::byte* at) { std::ranges::copy(sectors, at + before.bytes); });

  EXPECT_EQ(harness.open_error(), Errc::kStorageCorrupt);

  change_journal([&](std::byte* at) { write_blank_sectors(at, place().bytes, place().tag); });
}

TEST_F(LmdbJournalTest, ATagOfAnotherFileIsRefused) {
  const JournalPlace at = place();
  close();
  std::string content = support::read_file(data());
  content[at.offset - kJournalHeadBytes + 8] ^= 1;
  support::write_file(data(), content);

  EXPECT_EQ(harness.open_error(), Errc::kStorageCorrupt);
  content[at.offset - kJournalHeadBytes + 8] ^= 1;
  support::write_file(data(), content);
}

}  // namespace buoyant::lmdb::journal_test
