// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/log_tail.h"

#include "buoyant/conformance/storage_conformance_fixture.h"

#include <gtest/gtest.h>

namespace buoyant::lmdb::log_tail_test {

using conformance::append;
using conformance::commands;
using conformance::truncation;

class LogTailTest : public testing::Test {
 protected:
  void take(port::StorageWrite write) { tail.take(write); }

  LogTail tail{Index(10)};
};

TEST_F(LogTailTest, BeginsEmptyBehindTheTables) {
  const TailPart part = tail.read(Index(1), Index(100), 1000);

  EXPECT_EQ(part.begin, Index(11));
  EXPECT_EQ(part.last, Index(10));
  EXPECT_TRUE(part.entries.empty());
}

TEST_F(LogTailTest, GivesWhatItTook) {
  take(append(11, commands(1, 11, 15)));
  take(append(16, commands(2, 16, 20)));

  EXPECT_EQ(tail.read(Index(14), Index(17), 10'000).entries,
            conformance::joined(commands(1, 14, 15), commands(2, 16, 17)));
  EXPECT_EQ(tail.read(Index(1), Index(100), 10'000).last, Index(20));
}

TEST_F(LogTailTest, GivesAtLeastOneAndThenNoMoreThanAskedFor) {
  take(append(11, commands(1, 11, 15)));
  const std::size_t one = tail.entries().front().payload.size();

  EXPECT_EQ(tail.read(Index(11), Index(15), 0).entries.size(), 1U);
  EXPECT_EQ(tail.read(Index(11), Index(15), 2 * one).entries.size(), 2U);
}

TEST_F(LogTailTest, ATruncationWithinItKeepsItsBeginning) {
  take(append(11, commands(1, 11, 15)));
  take(truncation(13));
  take(append(13, commands(3, 13, 13)));

  EXPECT_EQ(tail.begin(), Index(11));
  EXPECT_EQ(tail.entries(), conformance::joined(commands(1, 11, 12), commands(3, 13, 13)));
}

TEST_F(LogTailTest, ATruncationBeforeItHidesTheTablesEnd) {
  take(append(11, commands(1, 11, 15)));
  take(truncation(8));

  EXPECT_EQ(tail.begin(), Index(8));
  EXPECT_EQ(tail.read(Index(1), Index(100), 1000).last, Index(7));

  take(append(8, commands(3, 8, 9)));
  EXPECT_EQ(tail.read(Index(8), Index(100), 1000).entries, commands(3, 8, 9));
}

TEST_F(LogTailTest, ATruncationBehindTheEndIsNone) {
  take(append(11, commands(1, 11, 15)));
  take(truncation(16));

  EXPECT_EQ(tail.entries(), commands(1, 11, 15));
}

TEST_F(LogTailTest, RestartsBehindWhatTheTablesHave) {
  take(append(11, commands(1, 11, 15)));
  tail.restart(Index(15));

  EXPECT_EQ(tail.begin(), Index(16));
  EXPECT_TRUE(tail.entries().empty());
}

}  // namespace buoyant::lmdb::log_tail_test
