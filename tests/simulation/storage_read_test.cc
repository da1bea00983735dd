// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/simulation/storage_fixture.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <vector>

namespace buoyant::simulation::storage_read_test {

using disks::append;
using disks::command;
using std::chrono::seconds;

class SimulatedStorageReadTest : public storage_fixture::StorageFixture {};

TEST_F(SimulatedStorageReadTest, AReadGivesWhatIsDurable) {
  submit(append(1, {command(1, "a"), command(1, "b"), command(2, "c")}));
  run_all();

  EXPECT_EQ(read(2, 9).value(), (std::vector<Entry>{command(1, "b"), command(2, "c")}));
  EXPECT_EQ(read(1, 1).value(), (std::vector<Entry>{command(1, "a")}));
}

TEST_F(SimulatedStorageReadTest, AReadStopsAtItsBytesButGivesOneEntry) {
  submit(append(1, {command(1, "aaaa"), command(1, "bbbb"), command(1, "cccc")}));
  run_all();

  EXPECT_EQ(read(1, 3, 8).value().size(), 2U);
  EXPECT_EQ(read(1, 3, 0).value().size(), 1U);
}

TEST_F(SimulatedStorageReadTest, AReadOfWhatIsNotStoredFails) {
  submit(append(1, {command(1, "a")}));
  run_all();

  EXPECT_EQ(read(2, 2).error().code(), Errc::kNotReady);
  EXPECT_EQ(read(0, 2).error().code(), Errc::kCompacted);
}

TEST_F(SimulatedStorageReadTest, ACorruptRecordCutsARead) {
  submit(append(1, {command(1, "a"), command(1, "b"), command(1, "c")}));
  run_all();
  disk.corrupt(Index(2));

  EXPECT_EQ(read(1, 3).value(), (std::vector<Entry>{command(1, "a")}));
  EXPECT_EQ(read(2, 3).error().code(), Errc::kStorageCorrupt);
  EXPECT_EQ(read(3, 3).value(), (std::vector<Entry>{command(1, "c")}));
}

TEST_F(SimulatedStorageReadTest, OneReadFailsWhenItIsToFail) {
  submit(append(1, {command(1, "a")}));
  run_all();
  disk.fail_next_read = true;

  EXPECT_EQ(read(1, 1).error().code(), Errc::kStorageFailed);
  EXPECT_TRUE(read(1, 1).has_value());
}

TEST_F(SimulatedStorageReadTest, TooManyReadsAreRefused) {
  submit(append(1, {command(1, "a")}));
  run_all();
  std::size_t given = 0;
  std::size_t busy = 0;
  for (int i = 0; i < 70; ++i) {
    storage->read(Index(1), Index(1), 10, [&](const Result<std::vector<Entry>>& answer) {
      given += answer ? 1U : 0U;
      busy += !answer && answer.error().code() == Errc::kBusy ? 1U : 0U;
    });
  }

  run_all();

  EXPECT_EQ(given, 64U);
  EXPECT_EQ(busy, 6U);
}

}  // namespace buoyant::simulation::storage_read_test
