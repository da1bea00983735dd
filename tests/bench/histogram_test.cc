// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/support/histogram.h"

#include <gtest/gtest.h>

namespace buoyant::bench::histogram_test {

TEST(BenchHistogramTest, QuantilesAreRightToAboutAPercent) {
  Histogram histogram;
  for (std::uint64_t microseconds = 1; microseconds <= 10'000; ++microseconds) {
    histogram.record(microseconds * 1000);
  }

  EXPECT_EQ(histogram.total(), 10'000U);
  EXPECT_NEAR(histogram.quantile_us(5000), 5000, 50);
  EXPECT_NEAR(histogram.quantile_us(9900), 9900, 99);
  EXPECT_NEAR(histogram.quantile_us(10'000), 10'000, 100);
}

TEST(BenchHistogramTest, AFewSlowOnesDoNotMoveTheMiddle) {
  Histogram histogram;
  for (int i = 0; i < 99; ++i) {
    histogram.record(1000);
  }
  histogram.record(10'000'000'000);

  EXPECT_NEAR(histogram.quantile_us(9900), 1, 0.01);
  EXPECT_NEAR(histogram.quantile_us(9901), 10e6, 10e4);
}

TEST(BenchHistogramTest, NothingHasNoQuantiles) {
  EXPECT_EQ(Histogram().quantile_us(5000), 0);
}

}  // namespace buoyant::bench::histogram_test
