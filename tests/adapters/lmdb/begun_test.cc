// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Writes that the loop's thread begins, and the change of hands between it and the writer.

#include "adapters/lmdb/journal_writer.h"
#include "adapters/lmdb/log_image.h"
#include "buoyant/conformance/storage_conformance_fixture.h"
#include "tests/adapters/lmdb/support.h"

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace buoyant::lmdb::begun_test {

using conformance::append;
using conformance::command;
using conformance::commands;
using conformance::vote;
using port::WriteOutcome;
using support::in_tables;
using support::WatchingLoop;

class LmdbBegunTest : public conformance::StorageFixture<support::Harness> {
 protected:
  void SetUp() override {
    StorageFixture::SetUp();
    // The writer looks after a new log first; then nobody holds it.
    for (std::uint64_t term = 1; begun() == 0 && term <= 100; ++term) {
      write(vote(term, 1));
      harness.run_some();
    }
    if (begun() == 0) {
      GTEST_SKIP() << "there is no io_uring, or no O_DIRECT";
    }
    first_event = recorder.events.size();
  }

  std::size_t first_event = 0;

  std::uint64_t begun() { return harness.commits().begun(); }

  WriteOutcome outcome_of(port::StorageWrite what) {
    write(std::move(what));
    return recorder.events.back().outcome;
  }

  std::uint64_t batches_in_journal() {
    const Result<PageFile> file = PageFile::open(harness.path());
    const FileHeader view = *file->newest();
    LogImage image(*file, view, GroupId(0));
    const Result<JournalContents> contents = image.journal();
    return contents ? contents->batches : 0;
  }

  /// The journal, without anything that wakes the writer.
  bool becomes_empty() {
    const auto deadline = std::chrono::steady_clock::now() + conformance::kPatience;
    while (batches_in_journal() > 0 && std::chrono::steady_clock::now() < deadline) {
      harness.run_some();
    }
    return batches_in_journal() == 0;
  }

  bool is_poisoned() { return std::filesystem::exists(harness.path("POISON")); }

  /// How many there are when the completion of one finds it low, in a file that does not grow.
  static std::uint64_t writes_until_low(bool direct_io, std::size_t bytes) {
    support::Harness own;
    own.options().direct_io = direct_io;
    own.options().journal_quiet = std::chrono::hours(1);
    own.options().map_bytes_max = own.options().map_bytes_initial;
    own.open();
    static_cast<void>(own.storage().take_stored_state());
    conformance::StorageRecorder recorder;
    own.storage().start(recorder);
    bool is_low = false;
    recorder.on_event = [&] { is_low = own.storage().status().space == SpaceState::kLow; };
    std::uint64_t count = 0;
    while (!is_low && count < 1'000) {
      count += 1;
      port::StorageWrite next = append(count, {command(1, std::string(bytes, 'x'))});
      next.id = WriteId(count);
      own.storage().write(std::move(next));
      EXPECT_TRUE(own.run_until([&] { return recorder.has(WriteId(count)); }));
    }
    own.crash();
    return count;
  }

  void crash_and_open() {
    harness.crash();
    open();
  }
};

TEST_F(LmdbBegunTest, SmallWritesAreBegunOnTheLoop) {
  const std::uint64_t before = begun();

  write(append(1, commands(1, 1, 10)));
  write(append(11, commands(1, 11, 11)));

  EXPECT_EQ(begun(), before + 2);
  crash_and_open();
  EXPECT_EQ(read_all(1, 11), commands(1, 1, 11));
}

TEST_F(LmdbBegunTest, LargeOnesAreTheWriters) {
  const std::uint64_t before = begun();

  write(append(1, {command(1, std::string(100'000, 'x'))}));

  EXPECT_EQ(begun(), before);
  crash_and_open();
  EXPECT_EQ(read_all(1, 1), (std::vector{command(1, std::string(100'000, 'x'))}));
}

TEST_F(LmdbBegunTest, WhatComesMeanwhileGoesTogether) {
  const std::uint64_t before = begun();

  std::vector<WriteId> ids;
  for (std::uint64_t index = 1; index <= 20; ++index) {
    ids.push_back(submit(append(index, commands(1, index, index))));
  }
  run_until([&] { return recorder.has(ids.back()); });

  EXPECT_EQ(begun(), before + 2);
  EXPECT_EQ(read_all(1, 20), commands(1, 1, 20));
}

TEST_F(LmdbBegunTest, BatchesThatShareABlockKeepEachOther) {
  for (std::uint64_t index = 1; index <= 60; ++index) {
    // Of one sector, of three, of more than a block.
    const std::size_t bytes = index % 7 == 0 ? 5'000 : index % 3 == 0 ? 1'200 : 10;
    write(append(index, {command(1, std::to_string(index) + std::string(bytes, 'x'))}));
    if (index % 11 == 0) {
      crash_and_open();
    }
  }

  crash_and_open();

  ASSERT_EQ(read_all(1, 60).size(), 60U);
  EXPECT_TRUE(read_all(60, 60)[0].payload.text().starts_with("60x"));
}

TEST_F(LmdbBegunTest, WhatTheWriterDidIsHeardOfBeforeWhatWasBegunLater) {
  std::vector<WriteId> ids;
  for (std::uint64_t index = 1; index <= 60; index += 2) {
    const std::uint64_t commits = harness.storage().status().commits;
    ids.push_back(submit(in_tables(append(index, commands(1, index, index)))));
    while (harness.storage().status().commits == commits) {
      std::this_thread::yield();
    }
    // Until the writer has let go; then until the disk is done, and the loop has heard of neither.
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    ids.push_back(submit(append(index + 1, commands(1, index + 1, index + 1))));
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    run_until([&] { return recorder.has(ids.back()); });
  }

  ASSERT_EQ(recorder.events.size() - first_event, ids.size());
  for (std::size_t at = 0; at < ids.size(); ++at) {
    EXPECT_EQ(recorder.events[first_event + at].through, ids[at]);
  }
}

TEST_F(LmdbBegunTest, AnEventMayDestroyTheStorageAndOpenItAgain) {
  const std::uint64_t before = begun();
  Errc error = Errc::kFaulted;
  recorder.on_event = [&] {
    recorder.on_event = nullptr;
    harness.crash();
    const auto again = LmdbStorage::open(harness.options(), std::make_shared<WatchingLoop>());
    error = again ? Errc{} : again.error().code();
  };

  write(append(1, commands(1, 1, 1)));

  EXPECT_EQ(begun(), before + 1);
  EXPECT_EQ(error, Errc{});
  open();
  EXPECT_EQ(read_all(1, 1), commands(1, 1, 1));
}

TEST_F(LmdbBegunTest, AnErrorOfTheDiskPoisons) {
  harness.commits().fail_begun(EIO);

  EXPECT_EQ(outcome_of(append(1, commands(1, 1, 1))), WriteOutcome::kFailed);
  EXPECT_EQ(outcome_of(vote(200, 1)), WriteOutcome::kFailed);
  EXPECT_TRUE(harness.storage().status().poisoned);
  run_until([&] { return is_poisoned(); });
  EXPECT_TRUE(is_poisoned());
}

TEST_F(LmdbBegunTest, WithoutSpaceTheHardStateIsStillKept) {
  harness.commits().fail_begun(ENOSPC);
  port::StorageWrite both = append(1, commands(7, 1, 3));
  both.hard_state = HardState{.term = Term(300), .voted_for = ServerId(2)};

  EXPECT_EQ(outcome_of(both), WriteOutcome::kNoSpace);

  crash_and_open();
  EXPECT_EQ(state.hard_state.term, Term(300));
  EXPECT_TRUE(state.runs.empty());
}

TEST_F(LmdbBegunTest, WhatTheKernelDidNotFinishATransactionTakes) {
  write(append(1, commands(1, 1, 5)));
  harness.commits().fail_begun(EAGAIN);

  EXPECT_EQ(outcome_of(append(6, commands(1, 6, 6))), WriteOutcome::kDurable);
  EXPECT_EQ(outcome_of(append(7, commands(1, 7, 7))), WriteOutcome::kDurable);

  crash_and_open();
  EXPECT_EQ(read_all(1, 7), commands(1, 1, 7));
}

TEST_F(LmdbBegunTest, WhatTheKernelDoesNotTakeTheWriterDoes) {
  write(append(1, commands(1, 1, 5)));
  const std::uint64_t before = begun();
  posix::support::break_rings();

  // In their order: what was not begun is given back before what came meanwhile.
  for (std::uint64_t index = 6; index <= 30; ++index) {
    submit(append(index, commands(1, index, index)));
  }
  settle();

  EXPECT_EQ(begun(), before);
  EXPECT_EQ(recorder.events.back().outcome, WriteOutcome::kDurable);
  EXPECT_GT(batches_in_journal(), 0U);
  crash_and_open();
  EXPECT_EQ(read_all(1, 30), commands(1, 1, 30));
}

TEST_F(LmdbBegunTest, WhatIsTooMuchForOneBatchStaysInOrder) {
  constexpr std::size_t kMuch = std::size_t{1} << 20U;
  submit(append(1, commands(1, 1, 1)));
  // Meanwhile; the loop takes as much as a batch may have, and gives it back.
  for (std::uint64_t index = 2; index <= 13; ++index) {
    submit(append(index, {command(1, std::to_string(index) + std::string(kMuch, 'x'))}));
  }
  settle();

  EXPECT_EQ(recorder.events.back().outcome, WriteOutcome::kDurable);
  crash_and_open();
  for (std::uint64_t index = 2; index <= 13; ++index) {
    const std::string text(read_all(index, index).at(0).payload.text());
    EXPECT_TRUE(text.starts_with(std::to_string(index) + "x")) << index;
  }
}

TEST_F(LmdbBegunTest, SpaceIsLowNoLaterThanAWriterWouldSay) {
  for (const std::size_t bytes : {5'000U, 7'000U, 9'000U}) {
    EXPECT_LE(writes_until_low(true, bytes), writes_until_low(false, bytes)) << bytes;
  }
}

TEST_F(LmdbBegunTest, WritesAfterOneThatFailedWaitForTheWriter) {
  harness.commits().fail_begun(EAGAIN);

  submit(append(1, commands(1, 1, 1)));
  submit(append(2, commands(1, 2, 2)));
  const WriteId last = submit(append(3, commands(1, 3, 3)));
  run_until([&] { return recorder.has(last); });

  EXPECT_EQ(recorder.events.back().outcome, WriteOutcome::kDurable);
  crash_and_open();
  EXPECT_EQ(read_all(1, 3), commands(1, 1, 3));
}

TEST_F(LmdbBegunTest, AClosedStorageFinishesWhatWasBegun) {
  submit(append(1, commands(1, 1, 1)));
  submit(append(2, commands(1, 2, 2)));

  close();

  open();
  EXPECT_EQ(read_all(1, 2), commands(1, 1, 2));
}

TEST_F(LmdbBegunTest, ADestroyedStorageWaitsForWhatWasBegun) {
  for (std::uint64_t round = 0; round < 20; ++round) {
    submit(vote(1000 + round, 1));
    crash_and_open();
  }

  EXPECT_GE(state.hard_state.term, Term(1));
}

TEST_F(LmdbBegunTest, TheWriterTakesOverWhatItHolds) {
  // More than the journal holds, in writes that the loop begins; under load the writer has some.
  const std::uint64_t before = begun();
  std::uint64_t count = 0;
  while (begun() < before + 40 && count < 2'000) {
    count += 1;
    ASSERT_EQ(outcome_of(append(count, {command(1, std::string(30'000, 'x'))})),
              WriteOutcome::kDurable);
  }

  EXPECT_EQ(begun(), before + 40);
  crash_and_open();
  EXPECT_EQ(read_all(1, count).size(), count);
}

TEST_F(LmdbBegunTest, GoesIntoTheTablesAfterAMomentOfQuiet) {
  close();
  harness.options().journal_quiet = std::chrono::milliseconds(500);
  open();
  for (int round = 0; round < 100 && batches_in_journal() == 0; ++round) {
    write(vote(1000, 1));
    harness.run_some();
  }
  ASSERT_GT(batches_in_journal(), 0U);
  const std::uint64_t before = begun();
  write(append(1, commands(1, 1, 3)));
  ASSERT_EQ(begun(), before + 1);

  EXPECT_TRUE(becomes_empty());
  EXPECT_EQ(read_all(1, 3), commands(1, 1, 3));
}

TEST_F(LmdbBegunTest, GoesIntoTheTablesAlsoAfterBatchesThatFollowedEachOther) {
  close();
  harness.options().journal_quiet = std::chrono::milliseconds(100);
  open();
  harness.run_some();
  const std::uint64_t before = begun();
  // One is always queued: the writer wakes for the first while another one is under way.
  std::uint64_t left = 30;
  recorder.on_event = [&] {
    if (left > 0) {
      left -= 1;
      submit(vote(2'000 - left, 1));
    }
  };

  submit(vote(1'000, 1));
  submit(vote(1'001, 1));
  run_until([&] { return left == 0 && recorder.has(WriteId(last_id)); });

  EXPECT_GT(begun(), before);
  EXPECT_TRUE(becomes_empty());
}

}  // namespace buoyant::lmdb::begun_test
