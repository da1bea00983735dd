// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/cluster/summary.h"

#include <gtest/gtest.h>

namespace buoyant::bench::summary_test {

using nlohmann::json;

TEST(BenchSummaryTest, TheMedianIsTheMiddleOne) {
  EXPECT_EQ(median_of({9, 1, 5}), 5);
  EXPECT_EQ(median_of({4, 1, 2, 100}), 3);
  EXPECT_EQ(median_of({7}), 7);
}

TEST(BenchSummaryTest, AFigureIsAMedianWithItsRange) {
  EXPECT_EQ(
      summary_of({{{"rate", 10.0}, {"servers", 3}},
                  {{"rate", 30.0}, {"servers", 3}},
                  {{"rate", 11.0}, {"servers", 3}}}),
      json({{"rate", 11.0}, {"servers", 3}, {"repeats", 3}, {"range", {{"rate", {10.0, 30.0}}}}}));
}

TEST(BenchSummaryTest, DistributionsAreMediansOneByOne) {
  const json summary = summary_of({{{"latency", {{50.0, 7.0}, {99.0, 70.0}}}},
                                   {{"latency", {{50.0, 9.0}, {99.0, 50.0}}}},
                                   {{"latency", {{50.0, 8.0}, {99.0, 60.0}}}}});

  EXPECT_EQ(summary.at("latency"), json({{50.0, 8.0}, {99.0, 60.0}}));
}

TEST(BenchSummaryTest, WhatIsNoNumberIsThatOfTheFirst) {
  const json summary = summary_of({{{"call", "read"}, {"stages", {{"write", 1.0}}}},
                                   {{"call", "read"}, {"stages", {{"write", 3.0}}}}});

  EXPECT_EQ(summary.at("call"), "read");
  EXPECT_EQ(summary.at("stages"), json({{"write", 2.0}}));
}

}  // namespace buoyant::bench::summary_test
