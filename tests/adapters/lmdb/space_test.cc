// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/space.h"

#include "adapters/lmdb/environment.h"
#include "buoyant/conformance/storage_conformance_fixture.h"
#include "tests/adapters/lmdb/support.h"

#include <memory>
#include <optional>
#include <string>
#include <sys/stat.h>

namespace buoyant::lmdb::space_test {

using conformance::append;
using conformance::command;
using conformance::compaction;
using conformance::truncation;
using conformance::vote;
using port::StorageWrite;
using port::WriteOutcome;

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20U;

Entry big(std::uint64_t index) {
  return command(1, std::to_string(index) + std::string(100'000, '.'));
}

std::vector<Entry> bigs(std::uint64_t first, std::uint64_t last) {
  std::vector<Entry> entries;
  for (std::uint64_t index = first; index <= last; ++index) {
    entries.push_back(big(index));
  }
  return entries;
}

class SpaceTest : public conformance::StorageFixture<support::Harness> {
 protected:
  void open_with_max(std::uint64_t bytes) {
    close();
    harness.options().map_bytes_max = bytes;
    open();
  }

  /// Appends until an append is refused; the last index that was not.
  std::uint64_t fill() {
    std::uint64_t index = 0;
    do {
      index += 1;
      write(append(index, {big(index)}));
    } while (recorder.events.back().outcome == WriteOutcome::kDurable && index < 1000);
    return index - 1;
  }

  WriteOutcome outcome() { return recorder.events.back().outcome; }

  /// Tries again, as the node does, until entries are accepted; bounded.
  void append_again(std::uint64_t index) {
    for (int round = 0; round < 20; ++round) {
      StorageWrite again = append(index, {big(index)});
      again.after_no_space = true;
      write(again);
      if (outcome() == WriteOutcome::kDurable) {
        return;
      }
    }
    ADD_FAILURE() << "still no space";
  }
};

TEST_F(SpaceTest, TheFileIsAllocatedAhead) {
  struct stat status = {};
  ASSERT_EQ(::stat(harness.path("data.mdb").c_str(), &status), 0);

  EXPECT_EQ(harness.storage().status().bytes_file, 4 * kMiB);
  EXPECT_GE(status.st_blocks * 512, static_cast<blkcnt_t>(4 * kMiB));
}

TEST_F(SpaceTest, TheFileGrowsWithTheLog) {
  write(append(1, bigs(1, 100)));

  EXPECT_EQ(outcome(), WriteOutcome::kDurable);
  EXPECT_GT(harness.storage().status().bytes_file, 10 * kMiB);
  EXPECT_EQ(read_all(1, 100), bigs(1, 100));
}

TEST_F(SpaceTest, OneWriteMayBeLargerThanTheFile) {
  write(append(1, bigs(1, 300)));
  reopen();

  EXPECT_EQ(last_index(), 300U);
  EXPECT_EQ(read(300, 300), bigs(300, 300));
}

TEST_F(SpaceTest, TheMapGrowsWhileEntriesAreRead) {
  write(append(1, bigs(1, 10)));
  std::size_t good = 0;
  std::size_t answers = 0;
  for (std::uint64_t index = 11; index <= 200; ++index) {
    submit(append(index, {big(index)}));
    harness.storage().read(Index(1), Index(10), 2 * kMiB, [&](Result<std::vector<Entry>> entries) {
      good += entries == bigs(1, 10) ? 1U : 0U;
      answers += 1;
    });
    // No more of them at a time than a storage takes.
    run_until([&] {
      return index % 16 != 0 || (recorder.has(WriteId(last_id)) && answers == index - 10);
    });
  }
  settle();
  run_until([&] { return good == 190; });

  EXPECT_GT(harness.storage().status().bytes_file, 16 * kMiB);
}

TEST_F(SpaceTest, TheFileNeverGrowsBeyondItsMaximum) {
  open_with_max(8 * kMiB);

  fill();

  EXPECT_EQ(harness.storage().status().bytes_file, 8 * kMiB);
  EXPECT_LE(harness.storage().status().bytes_used, 8 * kMiB);
  EXPECT_EQ(harness.storage().status().bytes_max, 8 * kMiB);
}

TEST_F(SpaceTest, AtTheMaximumEntriesAreRefusedAndTheLogIsWhole) {
  open_with_max(8 * kMiB);

  const std::uint64_t last = fill();

  EXPECT_GT(last, 50U);
  EXPECT_EQ(outcome(), WriteOutcome::kNoSpace);
  EXPECT_EQ(recorder.last_error->code(), Errc::kStorageFull);
  EXPECT_EQ(read_all(1, last), bigs(1, last));
}

TEST_F(SpaceTest, AtTheMaximumVotesGoOn) {
  open_with_max(8 * kMiB);
  fill();

  for (std::uint64_t term = 2; term <= 100; ++term) {
    submit(vote(term, term % 3));
    settle();
  }

  EXPECT_EQ(outcome(), WriteOutcome::kDurable);
  reopen();
  EXPECT_EQ(state.hard_state.term, Term(100));
}

TEST_F(SpaceTest, AtTheMaximumATruncationInsideARecordGoesOn) {
  open_with_max(8 * kMiB);
  write(append(1, bigs(1, 2)));
  write(append(3, bigs(3, 4)));
  std::uint64_t last = 4;
  while (outcome() == WriteOutcome::kDurable) {
    write(append(last + 1, bigs(last + 1, last + 2)));
    last += 2;
  }

  write(truncation(last - 2));

  EXPECT_EQ(outcome(), WriteOutcome::kDurable);
  reopen();
  EXPECT_EQ(last_index(), last - 3);
  EXPECT_EQ(read(last - 3, last), bigs(last - 3, last - 3));
}

TEST_F(SpaceTest, AFullLogOpensAndStaysFull) {
  open_with_max(8 * kMiB);
  const std::uint64_t last = fill();

  reopen();
  write(append(last + 1, {big(last + 1)}));

  EXPECT_EQ(outcome(), WriteOutcome::kNoSpace);
  EXPECT_EQ(last_index(), last);
}

TEST_F(SpaceTest, CompactionMakesRoomForEntries) {
  open_with_max(8 * kMiB);
  const std::uint64_t last = fill();

  write(compaction(last - 5));
  append_again(last + 1);
  write(append(last + 2, bigs(last + 2, last + 20)));

  EXPECT_EQ(outcome(), WriteOutcome::kDurable);
  EXPECT_EQ(read_all(last - 4, last + 20), bigs(last - 4, last + 20));
  EXPECT_LE(harness.storage().status().bytes_file, 8 * kMiB);
}

TEST_F(SpaceTest, TruncationMakesRoomForEntries) {
  open_with_max(8 * kMiB);
  const std::uint64_t last = fill();

  write(truncation(10));
  append_again(10);
  write(append(11, bigs(11, last - 5)));

  EXPECT_EQ(outcome(), WriteOutcome::kDurable);
  EXPECT_EQ(read_all(1, last - 5), bigs(1, last - 5));
}

TEST_F(SpaceTest, CompactedPagesAreUsedAgain) {
  open_with_max(16 * kMiB);

  for (std::uint64_t index = 1; index <= 400; index += 10) {
    StorageWrite next = append(index, bigs(index, index + 9));
    next.compact_through = Index(index + 4);
    write(next);
  }

  EXPECT_EQ(outcome(), WriteOutcome::kDurable);
  EXPECT_EQ(read_all(396, 400), bigs(396, 400));
}

TEST_F(SpaceTest, ACommitThatTheDiskRefusesIsNoSpaceAndNotTheEnd) {
  harness.commits().fail_next(EDQUOT);

  write(append(1, bigs(1, 1)));

  EXPECT_EQ(outcome(), WriteOutcome::kNoSpace);
  EXPECT_FALSE(harness.storage().status().poisoned);
}

class LowSpaceTest : public SpaceTest {
 protected:
  SpaceState space() { return harness.storage().status().space; }

  /// Asks, as the node does, until it says so.
  bool becomes(SpaceState wanted) {
    for (int round = 0; round < 500 && space() != wanted; ++round) {
      harness.run_some();
    }
    return space() == wanted;
  }

  /// Appends until it is low; the last index.
  std::uint64_t append_until_low() {
    std::uint64_t index = 0;
    while (space() == SpaceState::kEnough && index < 100) {
      index += 1;
      write(append(index, {big(index)}));
    }
    return index;
  }
};

TEST_F(LowSpaceTest, ANewStorageHasEnough) {
  EXPECT_EQ(space(), SpaceState::kEnough);
}

TEST_F(LowSpaceTest, LowIsSaidBeforeAWriteFails) {
  open_with_max(8 * kMiB);

  const std::uint64_t index = append_until_low();

  EXPECT_EQ(outcome(), WriteOutcome::kDurable);
  EXPECT_GT(index, 30U);
  // What is under way by then still fits.
  write(append(index + 1, {big(index + 1)}));
  write(append(index + 2, {big(index + 2)}));
  EXPECT_EQ(outcome(), WriteOutcome::kDurable);
}

TEST_F(LowSpaceTest, AFullLogIsLowAndSoItIsAfterAStart) {
  open_with_max(8 * kMiB);
  fill();
  EXPECT_EQ(space(), SpaceState::kLow);

  reopen();

  EXPECT_EQ(space(), SpaceState::kLow);
}

TEST_F(LowSpaceTest, CompactionMakesItEnoughAgain) {
  open_with_max(8 * kMiB);
  const std::uint64_t last = fill();

  write(compaction(last - 5));

  EXPECT_TRUE(becomes(SpaceState::kEnough));
}

TEST_F(LowSpaceTest, ADiskThatRefusedAWriteIsLowForAWhile) {
  harness.commits().fail_next(EDQUOT);

  write(append(1, bigs(1, 1)));

  EXPECT_EQ(space(), SpaceState::kLow);
  EXPECT_TRUE(becomes(SpaceState::kEnough));
}

/// As a quota does, of which statvfs says nothing.
TEST_F(LowSpaceTest, AGrowthThatIsRefusedIsHeardOfBeforeAWriteFails) {
  harness.commits().fail_growth(EDQUOT);

  const std::uint64_t index = append_until_low();

  EXPECT_EQ(outcome(), WriteOutcome::kDurable);
  EXPECT_GT(index, 20U);
  EXPECT_LT(index, 50U);
  // What is under way by then still fits, and so does what a new leader appends.
  write(append(index + 1, {big(index + 1)}));
  write(append(index + 2, {big(index + 2)}));
  EXPECT_EQ(outcome(), WriteOutcome::kDurable);
}

TEST_F(LowSpaceTest, WhenTheFileMayGrowItIsEnoughAgain) {
  harness.commits().fail_growth(EDQUOT);
  append_until_low();
  EXPECT_EQ(harness.storage().status().bytes_file, 4 * kMiB);

  harness.commits().fail_growth(0);

  EXPECT_TRUE(becomes(SpaceState::kEnough));
  EXPECT_GT(harness.storage().status().bytes_file, 4 * kMiB);
}

TEST_F(LowSpaceTest, CompactionIsEnoughWhereTheFileMayNotGrow) {
  harness.commits().fail_growth(EDQUOT);
  const std::uint64_t last = append_until_low();

  write(compaction(last - 5));

  EXPECT_TRUE(becomes(SpaceState::kEnough));
  EXPECT_EQ(harness.storage().status().bytes_file, 4 * kMiB);
}

TEST_F(LowSpaceTest, AnErrorOfAGrowthAheadEndsTheWriting) {
  harness.commits().fail_growth(EIO);
  std::uint64_t last = 0;
  do {
    last += 1;
    write(append(last, {big(last)}));
  } while (outcome() == WriteOutcome::kDurable && last < 100);

  EXPECT_EQ(outcome(), WriteOutcome::kFailed);
  const port::StorageStatus status = harness.storage().status();
  EXPECT_TRUE(status.poisoned);
  // There would have been room for it.
  EXPECT_LT(status.bytes_used + 2 * big(last).payload.size(),
            status.bytes_file - harness.options().reserve_bytes);
}

/// What the loop thread hears of space, without looking at the disk.
class NotedSpaceTest : public testing::Test {
 protected:
  void open_with_max(std::uint64_t bytes) {
    LmdbOptions options = support::options_for(directory_ / "");
    options.map_bytes_max = bytes;
    auto opened = Environment::open(options.directory, options);
    ASSERT_TRUE(opened.has_value());
    environment = std::move(*opened);
    space.emplace(*environment);
    space->refresh(0);
  }

  support::TemporaryDirectory directory_;
  std::unique_ptr<Environment> environment;
  std::optional<SpaceWatch> space;
};

TEST_F(NotedSpaceTest, WhatFitsIsNoNews) {
  open_with_max(64 * kMiB);

  EXPECT_FALSE(space->note(kMiB));
  EXPECT_EQ(space->state(), SpaceState::kEnough);
}

TEST_F(NotedSpaceTest, TheFileIsToGrowBeforeItIsFull) {
  open_with_max(64 * kMiB);

  EXPECT_TRUE(space->note(5 * kMiB / 2));
  EXPECT_EQ(space->state(), SpaceState::kEnough);

  space->refresh(5 * kMiB / 2);
  EXPECT_GT(environment->bytes_file(), 4 * kMiB);
  EXPECT_FALSE(space->note(5 * kMiB / 2));
}

TEST_F(NotedSpaceTest, AFileThatCannotGrowIsLowAtOnce) {
  open_with_max(4 * kMiB);

  EXPECT_TRUE(space->note(14 * kMiB / 5));
  EXPECT_EQ(space->state(), SpaceState::kLow);
  // The writer knows by now.
  EXPECT_FALSE(space->note(14 * kMiB / 5));
}

}  // namespace buoyant::lmdb::space_test
