// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/simulation/storage_fixture.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace buoyant::simulation::storage_failure_test {

using disks::append;
using disks::noop;
using disks::vote;
using port::StorageWrite;
using std::chrono::microseconds;
using std::chrono::seconds;

class SimulatedStorageFailureTest : public storage_fixture::StorageFixture {};

TEST_F(SimulatedStorageFailureTest, WithoutSpaceHardStateIsDurableAndEntriesAreNot) {
  disk.full = true;
  submit_entries(1);
  submit(vote(2, 3));

  run_all();

  EXPECT_EQ(reports.lines, (std::vector<std::string>{"1 no space", "2 durable"}));
  EXPECT_EQ(disk.hard_state(), (HardState{.term = Term(2), .voted_for = ServerId(3)}));
  EXPECT_EQ(disk.last().index, Index());
}

TEST_F(SimulatedStorageFailureTest, AfterNoSpaceEntriesAreRefusedUntilTheSubmitterSaysThatItKnows) {
  disk.full = true;
  submit(append(1, {noop(1)}));
  run_all();
  disk.full = false;
  submit(append(2, {noop(1)}));
  run_all();
  StorageWrite knowing = append(1, {noop(2)});
  knowing.after_no_space = true;
  submit(std::move(knowing));

  run_all();

  EXPECT_EQ(reports.lines, (std::vector<std::string>{"1 no space", "2 no space", "3 durable"}));
  EXPECT_EQ(disk.last(), (LogPosition{.term = Term(2), .index = Index(1)}));
}

TEST_F(SimulatedStorageFailureTest, ADiskThatIsStillFullRefusesAgain) {
  disk.full = true;
  submit(append(1, {noop(1)}));
  StorageWrite knowing = append(1, {noop(1)});
  knowing.after_no_space = true;
  submit(std::move(knowing));
  disk.full = false;
  submit(append(1, {noop(1)}));
  disk.full = true;

  run_all();

  EXPECT_EQ(reports.lines, (std::vector<std::string>{"3 no space"}));
  EXPECT_EQ(disk.last().index, Index());
}

TEST_F(SimulatedStorageFailureTest, AFailedWritePoisonsEveryLaterOne) {
  disk.fail_next_write = false;
  submit_entries(2);
  run_all();
  submit_entries(1);

  run_all();

  EXPECT_EQ(reports.lines, (std::vector<std::string>{"2 failed", "3 failed"}));
  EXPECT_EQ(watcher.failures, 2U);
  EXPECT_EQ(disk.last().index, Index());
  EXPECT_TRUE(storage->status().poisoned);
}

TEST_F(SimulatedStorageFailureTest, AFailedWriteMayBeDurable) {
  disk.fail_next_write = true;
  submit_entries(2);

  run_all();

  EXPECT_EQ(reports.lines, (std::vector<std::string>{"2 failed"}));
  EXPECT_EQ(disk.last().index, Index(1));
}

TEST_F(SimulatedStorageFailureTest, ACrashKeepsNothingOfAPoisonedStorage) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    open(seed);
    submitted = 0;
    disk.fail_next_write = false;
    submit_entries(1);
    run_all();
    submit_entries(3);
    run_for(microseconds(6));
    end_process();
    run_all();
  }

  EXPECT_EQ(disk.last().index, Index());
  EXPECT_EQ(disk.hard_state(), HardState());
}

TEST_F(SimulatedStorageFailureTest, TheNextProcessWritesAgainAfterAFailure) {
  disk.fail_next_write = false;
  submit_entries(1);
  run_all();
  end_process();
  open(2);

  submit(append(1, {noop(1)}));
  run_all();

  EXPECT_EQ(reports.lines, (std::vector<std::string>{"1 durable"}));
}

TEST_F(SimulatedStorageFailureTest, AStuckDiskGoesOnWhereItStood) {
  disk.stuck = true;
  submit_entries(2);
  run_for(seconds(100));
  EXPECT_EQ(reports.lines, std::vector<std::string>());
  EXPECT_EQ(disk.last().index, Index());

  disk.stuck = false;
  storage->unstick();
  run_all();

  EXPECT_EQ(reports.lines, (std::vector<std::string>{"2 durable"}));
}

}  // namespace buoyant::simulation::storage_failure_test
