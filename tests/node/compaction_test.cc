// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/compaction.h"

#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>

namespace buoyant::node::compaction_test {

using std::chrono_literals::operator""s;
using std::chrono_literals::operator""min;

class CompactionPolicyTest : public testing::Test {
 protected:
  CompactionPolicyTest() {
    options_.snapshot_entries = 100;
    options_.snapshot_bytes = 1000;
    options_.snapshot_tail_entries = 10;
    options_.snapshot_tail_bytes = 1'000'000;
    options_.snapshot_sending_entries_max = 50;
    make();
  }

  void make() { compaction_.emplace(options_); }

  [[nodiscard]] bool is_due(std::uint64_t applied, std::uint64_t snapshot = 0) const {
    return compaction_->is_due(now_, Index(applied), Index(snapshot));
  }

  void begin(std::uint64_t index, std::uint64_t snapshot = 0) {
    compaction_->begin({.term = Term(1), .index = Index(index)}, Index(snapshot));
  }

  NodeOptions options_;
  std::optional<Compaction> compaction_;
  Instant now_{10s};
};

TEST_F(CompactionPolicyTest, IsDueAfterSoManyEntries) {
  EXPECT_FALSE(is_due(99));
  EXPECT_TRUE(is_due(100));
  EXPECT_FALSE(is_due(299, 200));
}

TEST_F(CompactionPolicyTest, IsDueAfterSoManyBytes) {
  compaction_->note_applied(999);
  EXPECT_FALSE(is_due(5));

  compaction_->note_applied(1000);
  EXPECT_TRUE(is_due(5));
}

TEST_F(CompactionPolicyTest, ZeroTurnsEachReasonOff) {
  options_.snapshot_entries = 0;
  options_.snapshot_bytes = 0;
  make();
  compaction_->note_applied(1'000'000);

  EXPECT_FALSE(is_due(1'000'000));
}

TEST_F(CompactionPolicyTest, AWishNeedsNoReasonButSomethingNew) {
  compaction_->want();

  EXPECT_FALSE(is_due(7, 7));
  EXPECT_TRUE(is_due(8, 7));
}

TEST_F(CompactionPolicyTest, OneAtATime) {
  begin(100);

  EXPECT_FALSE(is_due(500));
}

TEST_F(CompactionPolicyTest, BytesCountFromTheCaptureNotFromTheEnd) {
  compaction_->note_applied(1000);
  begin(5);
  compaction_->note_applied(1900);

  compaction_->succeeded();

  EXPECT_FALSE(is_due(50, 5));
  compaction_->note_applied(2000);
  EXPECT_TRUE(is_due(50, 5));
}

TEST_F(CompactionPolicyTest, AFailureWaitsLongerEachTime) {
  begin(100);
  compaction_->failed(now_, Error(Errc::kStorageFull));
  EXPECT_EQ(compaction_->retry_at(), now_ + 1s);
  EXPECT_FALSE(is_due(200));

  now_ = now_ + 1s;
  EXPECT_TRUE(is_due(200));
  begin(200);
  compaction_->failed(now_, Error(Errc::kStorageFull));
  EXPECT_EQ(compaction_->retry_at(), now_ + 2s);
}

TEST_F(CompactionPolicyTest, TheDelayIsBounded) {
  for (int failures = 0; failures < 40; ++failures) {
    begin(100);
    compaction_->failed(now_, Error(Errc::kStorageFull));
  }

  EXPECT_EQ(compaction_->retry_at(), now_ + 5min);
}

TEST_F(CompactionPolicyTest, ASuccessForgetsTheFailures) {
  begin(100);
  compaction_->failed(now_, Error(Errc::kStorageFull));
  now_ = now_ + 1s;
  begin(100);

  compaction_->succeeded();

  EXPECT_EQ(compaction_->retry_at(), Instant::never());
  EXPECT_EQ(compaction_->error(), std::nullopt);
}

TEST_F(CompactionPolicyTest, ATailStays) {
  EXPECT_EQ(compaction_->compact_through(Index(100), std::nullopt), Index(90));
  EXPECT_EQ(compaction_->compact_through(Index(5), std::nullopt), Index(0));
}

TEST_F(CompactionPolicyTest, TheTailIsShorterWhenEntriesAreLarge) {
  options_.snapshot_tail_bytes = 1000;
  make();
  compaction_->note_applied(20'000);
  begin(100);

  EXPECT_EQ(compaction_->compact_through(Index(100), std::nullopt), Index(95));
}

TEST_F(CompactionPolicyTest, WhatFollowsASnapshotUnderWayStays) {
  EXPECT_EQ(compaction_->compact_through(Index(100), Index(60)), Index(60));
}

TEST_F(CompactionPolicyTest, ASnapshotUnderWayHoldsTheLogUpWithinABound) {
  EXPECT_EQ(compaction_->compact_through(Index(100), Index(49)), Index(90));
}

class LowSpacePolicyTest : public CompactionPolicyTest {
 protected:
  LowSpacePolicyTest() {
    options_.snapshot_entries = 256 * 100;
    options_.snapshot_bytes = 256 * 1000;
    make();
    compaction_->note_space(SpaceState::kLow);
  }

  void take_one(std::uint64_t index, std::uint64_t snapshot = 0) {
    begin(index, snapshot);
    compaction_->succeeded();
  }
};

TEST_F(LowSpacePolicyTest, APartOfTheEntriesIsEnough) {
  EXPECT_FALSE(is_due(99));
  EXPECT_TRUE(is_due(100));
}

TEST_F(LowSpacePolicyTest, AndAPartOfTheBytes) {
  compaction_->note_applied(999);
  EXPECT_FALSE(is_due(5));

  compaction_->note_applied(1000);
  EXPECT_TRUE(is_due(5));
}

TEST_F(LowSpacePolicyTest, EachFurtherOneTakesTwiceAsMuch) {
  take_one(100);
  EXPECT_FALSE(is_due(299, 100));
  EXPECT_TRUE(is_due(300, 100));

  take_one(300, 100);
  EXPECT_FALSE(is_due(699, 300));
  EXPECT_TRUE(is_due(700, 300));
}

TEST_F(LowSpacePolicyTest, NeverMoreThanThePolicySays) {
  for (std::uint64_t taken = 1; taken <= 20; ++taken) {
    take_one(taken, taken - 1);
  }

  EXPECT_FALSE(is_due(25'619, 20));
  EXPECT_TRUE(is_due(25'620, 20));
}

TEST_F(LowSpacePolicyTest, HearingOfItAgainDoesNotBeginAnew) {
  take_one(100);

  compaction_->note_space(SpaceState::kLow);

  EXPECT_FALSE(is_due(299, 100));
}

TEST_F(LowSpacePolicyTest, TheNextWantOfSpaceBeginsAnew) {
  take_one(100);
  compaction_->note_space(SpaceState::kEnough);
  EXPECT_FALSE(is_due(25'699, 100));

  compaction_->note_space(SpaceState::kLow);

  EXPECT_TRUE(is_due(200, 100));
}

TEST_F(LowSpacePolicyTest, OneThatFailedIsTriedAgain) {
  begin(100);
  compaction_->failed(now_, Error(Errc::kStorageFull));
  EXPECT_FALSE(is_due(100));

  now_ = now_ + 1s;

  EXPECT_TRUE(is_due(100));
}

TEST_F(LowSpacePolicyTest, ZeroTurnsItOffToo) {
  options_.snapshot_entries = 0;
  options_.snapshot_bytes = 0;
  make();

  compaction_->note_space(SpaceState::kLow);
  compaction_->note_applied(1'000'000);

  EXPECT_FALSE(is_due(1'000'000));
}

TEST_F(LowSpacePolicyTest, NoTailStays) {
  EXPECT_EQ(compaction_->compact_through(Index(100), std::nullopt), Index(100));

  compaction_->note_space(SpaceState::kEnough);

  EXPECT_EQ(compaction_->compact_through(Index(100), std::nullopt), Index(90));
}

TEST_F(LowSpacePolicyTest, WhatFollowsASnapshotUnderWayStaysAllTheSame) {
  EXPECT_EQ(compaction_->compact_through(Index(100), Index(60)), Index(60));
}

}  // namespace buoyant::node::compaction_test
