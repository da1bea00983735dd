// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/write_times.h"

#include <gtest/gtest.h>

namespace buoyant::node::write_times_test {

using std::chrono::milliseconds;

constexpr Instant at(int time) {
  return Instant(milliseconds(time));
}

class WriteTimesTest : public testing::Test {
 protected:
  LatencyHistogram histogram;
  WriteTimes writes;
};

TEST_F(WriteTimesTest, EachWriteIsMeasuredThoughOneReportEndsSeveral) {
  writes.submitted(at(0), WriteId(1));
  writes.submitted(at(4), WriteId(2));
  writes.submitted(at(6), WriteId(3));
  writes.completed(at(10), WriteId(2), true, histogram);

  EXPECT_EQ(histogram.count(), 2U);
  EXPECT_EQ(histogram.sum(), milliseconds(16));
  EXPECT_EQ(writes.recent(), milliseconds(10) - milliseconds(4) / 8);
}

TEST_F(WriteTimesTest, WhatIsNotDurableIsNotMeasured) {
  writes.submitted(at(0), WriteId(1));
  writes.completed(at(10), WriteId(1), false, histogram);
  writes.submitted(at(20), WriteId(2));
  writes.completed(at(21), WriteId(2), true, histogram);

  EXPECT_EQ(histogram.sum(), milliseconds(1));
  EXPECT_EQ(writes.recent(), milliseconds(1));
}

TEST_F(WriteTimesTest, BeyondTheBoundWritesAreNotMeasured) {
  for (std::uint64_t id = 1; id <= WriteTimes::kWritesMax + 1; ++id) {
    writes.submitted(at(0), WriteId(id));
  }
  writes.completed(at(1), WriteId(WriteTimes::kWritesMax + 1), true, histogram);

  EXPECT_EQ(histogram.count(), WriteTimes::kWritesMax);
}

}  // namespace buoyant::node::write_times_test
