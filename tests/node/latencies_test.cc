// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/latencies.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace buoyant::latencies_test {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

TEST(LatencyHistogramTest, NothingHasNoPercentiles) {
  const LatencyHistogram histogram;

  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.percentile(50), Duration(0));
  EXPECT_EQ(histogram.percentile(100), Duration(0));
}

TEST(LatencyHistogramTest, KnowsCountSumAndLongest) {
  LatencyHistogram histogram;
  histogram.record(milliseconds(3));
  histogram.record(milliseconds(1), 4);

  EXPECT_EQ(histogram.count(), 5U);
  EXPECT_EQ(histogram.sum(), milliseconds(7));
  EXPECT_EQ(histogram.longest(), milliseconds(3));
}

TEST(LatencyHistogramTest, APercentileIsAtMostASixteenthTooLong) {
  for (std::int64_t ns = 4000; ns < seconds(60) / nanoseconds(1); ns = ns * 5 / 4 + 1) {
    LatencyHistogram histogram;
    histogram.record(nanoseconds(ns));
    histogram.record(seconds(67));
    const Duration median = histogram.percentile(50);

    EXPECT_GE(median.count(), ns);
    EXPECT_LE(median.count(), ns + ns / 16);
  }
}

TEST(LatencyHistogramTest, ShortOnesAreRightToAQuarterOfAMicrosecond) {
  for (std::int64_t ns = 0; ns <= 4000; ++ns) {
    LatencyHistogram histogram;
    histogram.record(nanoseconds(ns));
    histogram.record(seconds(1));
    const Duration median = histogram.percentile(50);

    ASSERT_GE(median.count(), ns);
    ASSERT_LE(median.count(), ns + 250);
  }
}

TEST(LatencyHistogramTest, PercentilesCountFromTheShortest) {
  LatencyHistogram histogram;
  histogram.record(microseconds(64), 90);
  histogram.record(microseconds(1024), 9);
  histogram.record(microseconds(4096));

  EXPECT_EQ(histogram.percentile(0), microseconds(64));
  EXPECT_EQ(histogram.percentile(90), microseconds(64));
  EXPECT_EQ(histogram.percentile(90.5), microseconds(1024));
  EXPECT_EQ(histogram.percentile(99), microseconds(1024));
  EXPECT_EQ(histogram.percentile(99.9), microseconds(4096));
  EXPECT_EQ(histogram.percentile(100), microseconds(4096));
}

TEST(LatencyHistogramTest, APowerOfTwoIsCountedExactly) {
  for (unsigned power = 0; power <= 26; ++power) {
    const Duration bound = microseconds(std::int64_t{1} << power);
    LatencyHistogram histogram;
    histogram.record(bound);
    histogram.record(bound + nanoseconds(1));

    EXPECT_EQ(histogram.count_through(bound), 1U) << power;
    EXPECT_EQ(histogram.count_through(bound - nanoseconds(1)), 0U) << power;
  }
}

TEST(LatencyHistogramTest, WhatIsTooLongHasNoBucketAndCounts) {
  LatencyHistogram histogram;
  histogram.record(seconds(500));
  histogram.record(Duration::max() / 2);

  EXPECT_EQ(histogram.count(), 2U);
  EXPECT_EQ(histogram.count_through(LatencyHistogram::kBucketMax), 0U);
  EXPECT_EQ(histogram.percentile(50), Duration::max() / 2);
}

TEST(LatencyHistogramTest, ANegativeOneIsZero) {
  LatencyHistogram histogram;
  histogram.record(milliseconds(-5));

  EXPECT_EQ(histogram.sum(), Duration(0));
  EXPECT_EQ(histogram.percentile(100), Duration(0));
}

TEST(LatencyHistogramTest, ADifferenceIsWhatWasRecordedBetween) {
  LatencyHistogram histogram;
  histogram.record(seconds(2), 7);
  const LatencyHistogram earlier = histogram;
  histogram.record(milliseconds(3), 2);

  const LatencyHistogram between = histogram.since(earlier);

  EXPECT_EQ(between.count(), 2U);
  EXPECT_EQ(between.sum(), milliseconds(6));
  EXPECT_GE(between.longest(), milliseconds(3));
  EXPECT_LE(between.longest(), milliseconds(3) + milliseconds(3) / 16);
  EXPECT_EQ(histogram.since(histogram), LatencyHistogram());
}

TEST(LatencyHistogramTest, ADifferenceKnowsOfWhatIsTooLong) {
  LatencyHistogram histogram;
  histogram.record(seconds(500));
  const LatencyHistogram earlier = histogram;
  histogram.record(seconds(600));

  EXPECT_EQ(histogram.since(earlier).longest(), seconds(600));
}

}  // namespace buoyant::latencies_test
