// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// Clusters that are upgraded while they run: some servers speak as the release before this one
// (tests/frozen). buoyant-sim --seed N --mixed-versions repeats a seed.

#include "buoyant/simulation/simulation.h"
#include "tests/frozen/releases.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>

namespace buoyant::simulation::mixed_versions_test {

Report run_mixed(std::uint64_t seed) {
  Plan plan = draw_plan(seed);
  plan.earlier = frozen::previous_release();
  KeyValueWorkload workload;
  return run(plan, workload);
}

TEST(MixedVersionsTest, TheFirstSeedsPass) {
  constexpr std::uint64_t kSeeds = 30;
  Totals totals;

  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const Report report = run_mixed(seed);
    ASSERT_TRUE(report.passed()) << report.describe();
    totals += report.totals;
  }

  // Runs in which nothing happens would prove nothing.
  EXPECT_GT(totals.upgrades, 2 * kSeeds);
  EXPECT_GT(totals.committed, 100 * kSeeds);
  EXPECT_GT(totals.elections, kSeeds);
  EXPECT_GT(totals.installs, kSeeds / 3);
}

TEST(MixedVersionsTest, OneSeedGivesOneRunAndAnotherThanWithoutTheEarlierRelease) {
  KeyValueWorkload workload;
  const Report alone = run(draw_plan(7), workload);

  const Report mixed = run_mixed(7);

  EXPECT_EQ(mixed.hash, run_mixed(7).hash);
  EXPECT_NE(mixed.hash, alone.hash);
  EXPECT_EQ(alone.totals.upgrades, 0U);
}

}  // namespace buoyant::simulation::mixed_versions_test
