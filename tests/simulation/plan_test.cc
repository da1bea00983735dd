// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/simulation/plan.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <vector>

namespace buoyant::simulation::plan_test {

std::vector<Plan> draw_plans(std::uint64_t count) {
  std::vector<Plan> plans;
  for (std::uint64_t seed = 1; seed <= count; ++seed) {
    plans.push_back(draw_plan(seed));
  }
  return plans;
}

TEST(PlanTest, OneSeedGivesOnePlan) {
  EXPECT_EQ(draw_plan(5), draw_plan(5));
  EXPECT_FALSE(draw_plan(5) == draw_plan(6));
}

TEST(PlanTest, EverySizeOfAClusterIsDrawn) {
  std::array<int, 9> sizes{};
  for (const Plan& plan : draw_plans(500)) {
    sizes.at(plan.servers) += 1;
  }

  EXPECT_EQ(sizes[0], 0);
  EXPECT_EQ(sizes[8], 0);
  for (std::size_t servers = 1; servers <= 7; ++servers) {
    EXPECT_GT(sizes.at(servers), 0) << servers;
  }
  EXPECT_GT(sizes[3], sizes[4]);
}

TEST(PlanTest, EveryFaultIsDrawnAndNoneAlways) {
  const std::vector<Plan> plans = draw_plans(500);

  for (const Fault fault : FaultSet::all().list()) {
    int with = 0;
    for (const Plan& plan : plans) {
      with += plan.faults.has(fault) ? 1 : 0;
    }
    EXPECT_GT(with, 50) << fault_name(fault);
    EXPECT_LT(with, 450) << fault_name(fault);
  }
}

TEST(PlanTest, NothingIsLostForGoodWhereMembersChange) {
  for (const Plan& plan : draw_plans(500)) {
    const bool may_lose = plan.faults.has(Fault::kCorruptRecord) ||
                          plan.faults.has(Fault::kBadLink) || plan.faults.has(Fault::kDeadMinority);
    EXPECT_FALSE(plan.faults.has(Fault::kMembership) && may_lose) << plan.seed;
    EXPECT_GT(plan.spares, 0U) << plan.seed;
  }
}

TEST(PlanTest, ABadLinkComesOnlyWhereNobodyDisturbs) {
  int bad_links = 0;
  for (const Plan& plan : draw_plans(500)) {
    bad_links += plan.faults.has(Fault::kBadLink) ? 1 : 0;
    EXPECT_TRUE(!plan.faults.has(Fault::kBadLink) || (plan.pre_vote && plan.check_quorum))
        << plan.seed;
  }

  EXPECT_GT(bad_links, 0);
}

TEST(PlanTest, AHeartbeatFitsSeveralTimesIntoAnElectionTimeout) {
  for (const Plan& plan : draw_plans(100)) {
    EXPECT_GE(plan.election_timeout, plan.heartbeat_interval * 4) << plan.seed;
    EXPECT_GT(plan.heartbeat_interval, Duration(0)) << plan.seed;
  }
}

TEST(PlanTest, LeasesComeOnlyWithCheckQuorum) {
  int with_leases = 0;
  for (const Plan& plan : draw_plans(500)) {
    with_leases += plan.lease_reads ? 1 : 0;
    EXPECT_TRUE(!plan.lease_reads || plan.check_quorum) << plan.seed;
  }

  EXPECT_GT(with_leases, 100);
  EXPECT_LT(with_leases, 300);
}

}  // namespace buoyant::simulation::plan_test
