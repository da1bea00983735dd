// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/upgrades.h"

#include "adapters/flatbuffers/codec.h"
#include "tests/simulation/cluster_fixture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>

namespace buoyant::simulation::upgrades_test {

using std::chrono::seconds;

class UpgradesTest : public ClusterFixture {
 protected:
  /// A cluster with a seed of its own, on which the upgrades of the plan begin.
  void begin(std::uint64_t seed) {
    plan.seed = seed;
    make_servers(3);
    upgrades = std::make_unique<Upgrades>(*world, servers);
    upgrades->start();
    start_all();
  }

  void have_an_earlier_release() {
    plan.earlier = std::make_shared<const Release>(
        Release{.name = "before", .make_codec = [this] {
                  ++codecs_made;
                  return std::make_unique<flatbuf::FlatbuffersCodec>();
                }});
  }

  [[nodiscard]] std::ptrdiff_t earlier() const {
    return std::count_if(servers.begin(), servers.end(),
                         [](const auto& each) { return each->is_earlier(); });
  }

  std::unique_ptr<Upgrades> upgrades;
  int codecs_made = 0;
};

TEST_F(UpgradesTest, WithoutAnEarlierReleaseNothingIsUpgraded) {
  begin(1);

  run_for(plan.faulty);

  EXPECT_EQ(earlier(), 0);
  EXPECT_EQ(context.totals.upgrades, 0U);
}

TEST_F(UpgradesTest, ServersBeginWithTheCodecOfTheEarlierReleaseAndGoOnWithThePresentOne) {
  have_an_earlier_release();
  begin(1);
  const std::ptrdiff_t before = earlier();
  EXPECT_EQ(codecs_made, before);

  run_for(plan.faulty * 2);

  EXPECT_GT(before, 0);
  EXPECT_LT(earlier(), before);
  EXPECT_GT(context.totals.upgrades, 0U);
  EXPECT_TRUE(std::all_of(servers.begin(), servers.end(),
                          [](const auto& each) { return each->is_running(); }));
  EXPECT_EQ(violated(), "");
}

TEST_F(UpgradesTest, NothingIsUpgradedOnceEverythingIsHealed) {
  have_an_earlier_release();
  begin(1);
  const std::ptrdiff_t before = earlier();
  context.faulty = false;

  run_for(plan.faulty * 2);

  EXPECT_EQ(earlier(), before);
  EXPECT_EQ(context.totals.upgrades, 0U);
}

}  // namespace buoyant::simulation::upgrades_test
