// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/storage.h"

#include "tests/simulation/storage_fixture.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace buoyant::simulation::storage_test {

using disks::append;
using disks::command;
using disks::noop;
using disks::truncation;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

class SimulatedStorageTest : public storage_fixture::StorageFixture {};

TEST_F(SimulatedStorageTest, AWriteIsDurableAndThenReported) {
  submit(append(1, {command(1, "a")}));
  EXPECT_EQ(disk.last().index, Index());

  run_all();

  EXPECT_EQ(disk.last().index, Index(1));
  EXPECT_EQ(reports.lines, (std::vector<std::string>{"1 durable"}));
  EXPECT_EQ(violated(), "");
}

TEST_F(SimulatedStorageTest, NothingIsReportedInsideTheWrite) {
  disk.write_time = Duration(0);

  submit(append(1, {command(1, "a")}));

  EXPECT_EQ(reports.lines, std::vector<std::string>());
}

TEST_F(SimulatedStorageTest, WritesThatAreSubmittedTogetherAreOneCommit) {
  submit_entries(3);

  run_all();

  EXPECT_EQ(storage->status().commits, 1U);
  EXPECT_EQ(storage->status().writes, 3U);
  EXPECT_EQ(reports.lines, (std::vector<std::string>{"3 durable"}));
}

TEST_F(SimulatedStorageTest, WhatIsSubmittedDuringACommitIsTheNextOne) {
  submit_entries(1);
  run_for(microseconds(6));
  submit_entries(2);

  run_all();

  EXPECT_EQ(storage->status().commits, 2U);
  EXPECT_EQ(reports.lines, (std::vector<std::string>{"1 durable", "3 durable"}));
}

TEST_F(SimulatedStorageTest, APausedProcessIsToldLater) {
  submit_entries(1);
  process->pause(context.now() + seconds(5));

  run_for(seconds(4));
  EXPECT_EQ(disk.last().index, Index(1));
  EXPECT_EQ(reports.lines, std::vector<std::string>());

  run_for(seconds(1));
  EXPECT_EQ(reports.lines, (std::vector<std::string>{"1 durable"}));
}

TEST_F(SimulatedStorageTest, StatusTellsWhatIsUnderWay) {
  disk.stuck = true;
  submit_entries(2);
  run_for(seconds(3));

  EXPECT_EQ(storage->status().writes_pending, 2U);
  EXPECT_GT(storage->status().oldest_write_age, milliseconds(2'900));
}

TEST_F(SimulatedStorageTest, ACrashKeepsAPrefixAndPerhapsTheNextHardState) {
  using Kept = std::set<std::pair<std::uint64_t, std::uint64_t>>;

  EXPECT_EQ(crashes(1), (Kept{{0, 0}, {0, 1}, {1, 1}}));
  EXPECT_EQ(crashes(2), (Kept{{0, 0}, {0, 1}, {1, 1}, {1, 2}, {2, 2}}));
}

TEST_F(SimulatedStorageTest, ACrashBeforeTheDiskTookAWriteKeepsNothing) {
  submit_entries(2);

  end_process();
  run_all();

  EXPECT_EQ(disk.last().index, Index());
  EXPECT_EQ(disk.hard_state(), HardState());
}

TEST_F(SimulatedStorageTest, NothingIsReportedToAProcessThatIsGone) {
  submit_entries(2);
  run_for(microseconds(6));

  end_process();
  run_all();

  EXPECT_EQ(reports.lines, std::vector<std::string>());
}

TEST_F(SimulatedStorageTest, ACrashAfterAWriteKeepsThatWriteUnreported) {
  watcher.at = WriteId(2);
  watcher.act = [this] { end_process(); };
  submit_entries(2);

  run_all();

  EXPECT_EQ(disk.last().index, Index(2));
  EXPECT_EQ(reports.lines, std::vector<std::string>());
}

TEST_F(SimulatedStorageTest, ACrashAfterTheLastWriteOfACommitKeepsNothingThatCameLater) {
  std::set<std::uint64_t> kept;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    disk.apply(disks::truncation(1), true);
    open(seed);
    watcher.at = WriteId(1);
    watcher.act = [this] { end_process(); };
    submit(append(1, {noop(1)}));
    run_for(microseconds(6));
    submit(append(2, {noop(1)}));
    run_all();
    kept.insert(disk.last().index.value());
  }

  EXPECT_EQ(kept, (std::set<std::uint64_t>{1}));
}

TEST_F(SimulatedStorageTest, AfterACrashInACommitNothingIsUnderWay) {
  watcher.at = WriteId(1);
  watcher.act = [this] { end_process(); };
  submit_entries(2);

  run_all();

  EXPECT_EQ(storage->status().writes_pending, 0U);
  EXPECT_EQ(storage->status().oldest_write_age, Duration(0));
}

TEST_F(SimulatedStorageTest, ACrashBeforeAWriteKeepsNothingOfIt) {
  watcher.when = WriteMoment::kSubmitted;
  watcher.at = WriteId(1);
  watcher.act = [this] { end_process(); };

  submit_entries(1);
  run_all();

  EXPECT_EQ(disk.last().index, Index());
}

class SimulatedStorageCloseTest : public storage_fixture::StorageFixture {};

TEST_F(SimulatedStorageCloseTest, CloseCarriesOutWhatWasSubmitted) {
  bool closed = false;
  submit_entries(2);

  storage->close([&] { closed = true; });
  EXPECT_FALSE(closed);
  run_for(seconds(1));

  EXPECT_TRUE(closed);
  EXPECT_EQ(disk.last().index, Index(2));
  EXPECT_EQ(reports.lines, std::vector<std::string>());
}

TEST_F(SimulatedStorageCloseTest, CloseOfAnIdleStorageEnds) {
  bool closed = false;

  storage->close([&] { closed = true; });
  run_for(seconds(1));

  EXPECT_TRUE(closed);
}

TEST_F(SimulatedStorageCloseTest, CloseDoesNotWaitForAStuckDisk) {
  bool closed = false;
  disk.stuck = true;
  submit_entries(1);
  run_for(seconds(1));

  storage->close([&] { closed = true; });
  run_for(seconds(1));

  EXPECT_TRUE(closed);
}

TEST_F(SimulatedStorageCloseTest, CloseEndsWhenTheDiskGetsStuckDuringIt) {
  bool closed = false;
  disk.stuck = true;
  submit_entries(1);

  storage->close([&] { closed = true; });
  run_for(seconds(1));

  EXPECT_TRUE(closed);
}

TEST_F(SimulatedStorageCloseTest, ADiskThatGoesOnAfterACloseTouchesNothing) {
  disk.stuck = true;
  submit_entries(1);
  run_for(seconds(1));
  storage->close([] {});
  run_for(seconds(1));
  const LogPosition left = disk.last();

  disk.stuck = false;
  storage->unstick();
  run_all();

  EXPECT_EQ(disk.last(), left);
}

TEST_F(SimulatedStorageCloseTest, NoReadAnswersAfterClose) {
  bool answered = false;
  storage->read(Index(1), Index(1), 10, [&](const auto& /*answer*/) { answered = true; });

  storage->close([] {});
  run_all();

  EXPECT_FALSE(answered);
}

TEST_F(SimulatedStorageCloseTest, DestroyingItLeavesNothingBehind) {
  submit_entries(2);
  const auto handle = storage->handle();

  storage.reset();
  run_all();

  EXPECT_EQ(*handle, nullptr);
  EXPECT_EQ(disk.last().index, Index());
}

}  // namespace buoyant::simulation::storage_test
