// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/compare/plan.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace buoyant::bench::plan_test {

const std::vector<std::string> kSystems = {"floor", "libraft", "buoyant", "etcd"};

/// "buoyant 3 256 16", in order.
std::vector<std::string> planned(const std::string& only, std::uint64_t round = 0) {
  std::vector<std::string> lines;
  for (const Run& run : plan(kSystems, Filter::parse(only, kSystems).value(), round)) {
    lines.push_back(run.system + " " + std::to_string(run.cell.servers) + " " +
                    std::to_string(run.cell.payload) + " " + std::to_string(run.cell.outstanding));
  }
  return lines;
}

TEST(ComparePlanTest, ComparesAllSystemsInTurn) {
  EXPECT_EQ(planned("C=16,256B"), (std::vector<std::string>{"floor 3 256 16", "libraft 3 256 16",
                                                            "buoyant 3 256 16", "etcd 3 256 16"}));
}

TEST(ComparePlanTest, BeginsWithAnotherSystemInEachRound) {
  EXPECT_EQ(
      planned("C=256,libraft,buoyant", 1),
      (std::vector<std::string>{"buoyant 3 256 256", "libraft 3 256 256", "buoyant 3 1024 256",
                                "libraft 3 1024 256", "buoyant 5 256 256"}));
}

TEST(ComparePlanTest, TakesWhatFitsOneWordOfEachKind) {
  EXPECT_EQ(planned("C=16,C=1,1KiB,libraft,buoyant"),
            (std::vector<std::string>{"libraft 3 1024 16", "buoyant 3 1024 16"}));
  EXPECT_EQ(planned("servers=5,C=256"),
            (std::vector<std::string>{"floor 5 256 256", "buoyant 5 256 256"}));
}

TEST(ComparePlanTest, HasNothingBesideTheProbesWhenOnlyTheyAreWanted) {
  EXPECT_EQ(planned("probes"), std::vector<std::string>{});
  EXPECT_TRUE(Filter::parse("probes", kSystems)->wants_probes());
}

TEST(ComparePlanTest, ProbesWhenAllIsWantedOrTheOneThatIsComparedWithThem) {
  EXPECT_TRUE(Filter::parse("", kSystems)->wants_probes());
  EXPECT_TRUE(Filter::parse("C=1", kSystems)->wants_probes());
  EXPECT_FALSE(Filter::parse("C=256", kSystems)->wants_probes());
}

TEST(ComparePlanTest, RefusesWordsThatMeanNothing) {
  EXPECT_FALSE(Filter::parse("C=", kSystems));
  EXPECT_FALSE(Filter::parse("C=12x", kSystems));
  EXPECT_FALSE(Filter::parse("raft", kSystems));
  EXPECT_FALSE(Filter::parse("256B,,C=1", kSystems));
}

}  // namespace buoyant::bench::plan_test
