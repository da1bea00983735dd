// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/storage.h"

#include "buoyant/conformance/storage_conformance_fixture.h"
#include "tests/adapters/lmdb/support.h"

#include <chrono>
#include <string>
#include <vector>

namespace buoyant::lmdb::storage_test {

using conformance::append;
using conformance::commands;
using conformance::vote;
using posix::support::inherited;
using posix::support::mode_of;

class LmdbStorageTest : public conformance::StorageFixture<support::Harness> {
 protected:
  void submit_and_hang() {
    harness.hold_writes();
    submit(append(1, commands(1, 1, 1)));
    harness.wait_until_held();
  }
};

TEST_F(LmdbStorageTest, AWorkerThatIsLeftBehindKeepsTheDirectory) {
  submit_and_hang();
  close();

  EXPECT_EQ(harness.open_error(), Errc::kDirectoryInUse);

  harness.release_writes();
  open();
}

TEST_F(LmdbStorageTest, AWorkerThatIsLeftBehindMayFinishItsCommit) {
  submit_and_hang();
  close();
  harness.release_writes();

  open();

  EXPECT_TRUE(recorder.events.empty());
  EXPECT_EQ(read(1, 1), commands(1, 1, 1));
}

TEST_F(LmdbStorageTest, CloseDoesNotWaitOnTheLoop) {
  submit_and_hang();
  harness.options().hang_limit = std::chrono::seconds(30);
  bool closed = false;

  const auto before = std::chrono::steady_clock::now();
  harness.storage().close([&] { closed = true; });
  const auto duration = std::chrono::steady_clock::now() - before;

  EXPECT_LT(duration, std::chrono::milliseconds(100));
  EXPECT_FALSE(closed);
  harness.release_writes();
  run_until([&] { return closed; });
  harness.forget();
}

TEST_F(LmdbStorageTest, DestructionWhileTheDiskHangsIsBounded) {
  submit_and_hang();

  harness.crash();

  EXPECT_EQ(harness.open_error(), Errc::kDirectoryInUse);
  harness.release_writes();
  harness.run_some();
  EXPECT_TRUE(recorder.events.empty());
}

TEST_F(LmdbStorageTest, TheDirectoryIsFreeWhenCloseCallsBack) {
  bool reopened = false;
  harness.storage().close([&] { reopened = true; });
  run_until([&] { return reopened; });
  harness.forget();

  const auto loop = std::make_shared<support::WatchingLoop>();
  EXPECT_TRUE(LmdbStorage::open(harness.options(), loop).has_value());
}

TEST_F(LmdbStorageTest, AThousandWritesThatWaitAreOneCommit) {
  submit_and_hang();
  for (std::uint64_t index = 2; index <= 1001; ++index) {
    submit(append(index, commands(1, index, index)));
  }

  harness.release_writes();
  settle();

  EXPECT_EQ(harness.storage().status().commits, 2U);
  EXPECT_EQ(read_all(1, 1001), commands(1, 1, 1001));
}

TEST_F(LmdbStorageTest, APoisonedStorageStillReadsWhatIsDurable) {
  write(append(1, commands(1, 1, 3)));
  harness.fail_next_write(port::WriteOutcome::kFailed);
  write(vote(2, 1));

  EXPECT_EQ(read(1, 3), commands(1, 1, 3));
}

TEST_F(LmdbStorageTest, APoisonedStorageWritesNothingMore) {
  harness.fail_next_write(port::WriteOutcome::kFailed);
  write(vote(2, 1));
  write(vote(3, 1));

  reopen();

  EXPECT_EQ(state.hard_state, HardState{});
}

TEST_F(LmdbStorageTest, StatusTellsTheSizes) {
  write(append(1, commands(1, 1, 3)));

  const port::StorageStatus status = harness.storage().status();

  EXPECT_GT(status.bytes_used, 0U);
  EXPECT_GE(status.bytes_file, status.bytes_used);
  EXPECT_EQ(status.bytes_max, harness.options().map_bytes_max);
}

class LmdbOptionsTest : public testing::Test {
 protected:
  Errc open_error() {
    const auto loop = std::make_shared<support::WatchingLoop>();
    const auto storage = LmdbStorage::open(options, loop);
    return storage ? Errc::kFaulted : storage.error().code();
  }

  support::TemporaryDirectory parent;
  LmdbOptions options = support::options_for(parent / "data");
};

TEST_F(LmdbOptionsTest, NeedADirectory) {
  options.directory = "";

  EXPECT_EQ(open_error(), Errc::kInvalidOptions);
}

TEST_F(LmdbOptionsTest, NeedACluster) {
  options.cluster = "";

  EXPECT_EQ(open_error(), Errc::kInvalidOptions);
}

TEST_F(LmdbOptionsTest, RefuseALongCluster) {
  options.cluster = std::string(kClusterBytesMax + 1, 'c');

  EXPECT_EQ(open_error(), Errc::kInvalidOptions);
}

TEST_F(LmdbOptionsTest, NeedAServer) {
  options.server = ServerId(0);

  EXPECT_EQ(open_error(), Errc::kInvalidOptions);
}

TEST_F(LmdbOptionsTest, RefuseATinyMap) {
  options.map_bytes_max = 1000;

  EXPECT_EQ(open_error(), Errc::kInvalidOptions);
}

TEST_F(LmdbOptionsTest, RefuseAReserveOfMostOfTheMap) {
  options.map_bytes_max = std::uint64_t{4} << 20U;
  options.reserve_bytes = std::uint64_t{3} << 20U;

  EXPECT_EQ(open_error(), Errc::kInvalidOptions);
}

TEST_F(LmdbStorageTest, LeavesNoDescriptorToProgramsThatAreStarted) {
  EXPECT_EQ(inherited(harness.path()), std::vector<std::string>());
  EXPECT_EQ(mode_of(harness.path("data.mdb")), 0600U);
  EXPECT_EQ(mode_of(harness.path("lock.mdb")), 0600U);
}

TEST_F(LmdbStorageTest, AReadFromTheTablesIntoTheJournalHasNoGapAndEndsInTime) {
  write(support::in_tables(append(1, commands(1, 1, 10))));
  write(append(11, {conformance::noop(1)}));
  write(append(12, commands(1, 12, 20)));

  EXPECT_EQ(read(1, 20, 3), commands(1, 1, 3));
  EXPECT_EQ(read(9, 20, 3),
            conformance::joined(commands(1, 9, 10), std::vector{conformance::noop(1)}));
  EXPECT_EQ(read(9, 20, 5)->size(), 4U);
  EXPECT_EQ(read(9, 12),
            conformance::joined(commands(1, 9, 10),
                                conformance::joined({conformance::noop(1)}, commands(1, 12, 12))));
}

}  // namespace buoyant::lmdb::storage_test
