// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/process/growth_samples.h"

#include <gtest/gtest.h>

namespace buoyant::process {

namespace growth_samples_test {

/// 40 samples of one server; one value grows by so much from each to the next.
std::vector<GrowthSample> samples_that_grow(std::size_t value, double step) {
  std::vector<GrowthSample> samples;
  for (int at = 0; at < 40; ++at) {
    GrowthSample sample{static_cast<double>(at), 1, {64, 64, 1, 2, 20, 40, 30, 5}};
    sample.values.at(value) += at * step;
    samples.push_back(sample);
  }
  return samples;
}

}  // namespace growth_samples_test

using growth_samples_test::samples_that_grow;

TEST(GrowthSamplesTest, WhatStaysIsFlat) {
  EXPECT_EQ(describe_growth(samples_that_grow(0, 0)), "");
}

TEST(GrowthSamplesTest, AFileThatGrowsIsSeen) {
  EXPECT_EQ(describe_growth(samples_that_grow(0, 1)),
            "server 1: database_mib grew from 79 to 99\n");
}

TEST(GrowthSamplesTest, DescriptorsThatLeakAreSeen) {
  EXPECT_NE(describe_growth(samples_that_grow(6, 0.5)).find("descriptors grew"), std::string::npos);
}

TEST(GrowthSamplesTest, AWarmUpIsNoGrowth) {
  std::vector<GrowthSample> samples = samples_that_grow(0, 0);
  samples.front().values.at(0) = 1;

  EXPECT_EQ(describe_growth(samples), "");
}

TEST(GrowthSamplesTest, TheTableHasALineForEachSample) {
  std::vector<GrowthSample> samples = samples_that_grow(0, 0);
  samples.resize(1);

  EXPECT_EQ(growth_csv(samples),
            "seconds,server,database_mib,database_allocated_mib,snapshot_files,snapshots_mib,"
            "anonymous_mib,rss_mib,descriptors,threads\n0,1,64,64,1,2,20,40,30,5\n");
}

}  // namespace buoyant::process
