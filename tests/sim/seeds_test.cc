// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// Seeds that every test run runs: the first ones, and all that ever failed. Fresh ones are run by
// ./dev test and ./dev sim.

#include "buoyant/simulation/simulation.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace buoyant::simulation::seeds_test {

std::unique_ptr<Workload> make_key_values() {
  return std::make_unique<KeyValueWorkload>();
}

std::vector<std::uint64_t> kept_seeds() {
  std::ifstream file(BUOYANT_SOURCE_DIR "/tests/sim/seeds.txt");
  std::vector<std::uint64_t> seeds;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::uint64_t seed = 0;
    if (!line.starts_with('#') && words >> seed) {
      seeds.push_back(seed);
    }
  }
  return seeds;
}

TEST(SeedsTest, TheFirstSeedsPass) {
  const Report report = run_seeds(1, 50, make_key_values);

  EXPECT_TRUE(report.passed()) << report.describe();
  EXPECT_EQ(report.totals.seeds, 50U);
  EXPECT_EQ(report.totals.undecided, 0U);
  // Runs in which nothing happens would prove nothing.
  EXPECT_GT(report.totals.committed, 5'000U);
  EXPECT_GT(report.totals.crashes, 100U);
  EXPECT_GT(report.totals.snapshots, 100U);
  EXPECT_GT(report.totals.installs, 20U);
}

class KeptSeedsTest : public testing::TestWithParam<std::uint64_t> {};

TEST_P(KeptSeedsTest, Passes) {
  const Report report = run_seeds(GetParam(), 1, make_key_values);

  EXPECT_TRUE(report.passed()) << report.describe();
}

INSTANTIATE_TEST_SUITE_P(Kept, KeptSeedsTest, testing::ValuesIn(kept_seeds()),
                         testing::PrintToStringParamName());

}  // namespace buoyant::simulation::seeds_test
