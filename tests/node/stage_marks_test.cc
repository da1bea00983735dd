// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/stage_marks.h"

#include "tests/support/print.h"

#include <gtest/gtest.h>

namespace buoyant::node::stage_marks_test {

constexpr Instant at(int milliseconds) {
  return Instant(std::chrono::milliseconds(milliseconds));
}

class StageMarksTest : public testing::Test {
 protected:
  void hand_over(int now, std::uint64_t first, std::uint64_t last) {
    marks.handed_over(at(now), Term(2), {.first = Index(first), .last = Index(last)});
  }

  /// When it was committed, as it is noted; -1: not known.
  int commit(std::uint64_t term, std::uint64_t index, int since = 0) {
    Waiting waiting;
    waiting.since = at(since);
    marks.committed({.term = Term(term), .index = Index(index)}, waiting);
    return waiting.committed_at == Instant::never()
               ? -1
               : static_cast<int>(waiting.committed_at.since_start() /
                                  std::chrono::milliseconds(1));
  }

  static std::int64_t sum(const LatencyHistogram& histogram) {
    return histogram.sum() / std::chrono::milliseconds(1);
  }

  Latencies latencies;
  StageMarks marks{latencies};
};

TEST_F(StageMarksTest, SplitsTheTimeOfAnEntry) {
  hand_over(10, 5, 7);
  marks.durable(at(13), Index(7));
  marks.replicated(at(20), Index(7));

  EXPECT_EQ(commit(2, 6, 4), 20) << "the later of the two";
  EXPECT_EQ(sum(latencies.queue), 6);
  EXPECT_EQ(sum(latencies.disk), 3);
  EXPECT_EQ(sum(latencies.network), 10);
}

TEST_F(StageMarksTest, ADiskThatIsLastDecides) {
  hand_over(10, 5, 7);
  marks.replicated(at(20), Index(7));
  marks.durable(at(50), Index(7));

  EXPECT_EQ(commit(2, 5), 50);
}

TEST_F(StageMarksTest, EachTurnHasItsOwnTimes) {
  hand_over(10, 5, 7);
  hand_over(11, 8, 9);
  marks.durable(at(13), Index(9));
  marks.replicated(at(20), Index(8));
  marks.replicated(at(25), Index(9));

  EXPECT_EQ(commit(2, 7), 20);
  EXPECT_EQ(commit(2, 8), 25);
}

TEST_F(StageMarksTest, WhatIsNotOfThisLeadershipIsNotMeasured) {
  hand_over(10, 5, 7);
  marks.durable(at(13), Index(7));
  marks.replicated(at(20), Index(7));

  EXPECT_EQ(commit(2, 4), -1);
  EXPECT_EQ(commit(1, 5), -1);
  marks.reset();
  EXPECT_EQ(commit(2, 6), -1);
  EXPECT_EQ(latencies.queue.count(), 0U);
}

TEST_F(StageMarksTest, WhatLacksATimeIsNotMeasured) {
  hand_over(10, 5, 7);
  EXPECT_EQ(commit(2, 5), -1);
  marks.durable(at(13), Index(7));
  EXPECT_EQ(commit(2, 6), -1);
}

TEST_F(StageMarksTest, BeyondTheBoundEntriesAreNotMeasuredAndLaterOnesAre) {
  for (std::uint64_t index = 1; index <= StageMarks::kMarksMax + 1; ++index) {
    hand_over(10, index, index);
  }
  marks.durable(at(13), Index(10000));
  marks.replicated(at(14), Index(10000));
  EXPECT_EQ(commit(2, StageMarks::kMarksMax), 14);
  EXPECT_EQ(commit(2, StageMarks::kMarksMax + 1), -1);

  hand_over(20, 10001, 10001);
  EXPECT_TRUE(marks.awaits_others());
  marks.durable(at(21), Index(10001));
  marks.replicated(at(22), Index(10001));

  EXPECT_FALSE(marks.awaits_others());
  EXPECT_EQ(commit(2, 10001), 22);
}

}  // namespace buoyant::node::stage_marks_test
