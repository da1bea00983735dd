// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/compare/targets.h"

#include "tests/bench/compare/canned.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace buoyant::bench::targets_test {

Target find(const Comparison& comparison, const std::string& name) {
  const std::vector<Target> targets = targets_of(comparison);
  const auto found = std::find_if(targets.begin(), targets.end(),
                                  [&](const Target& target) { return target.name == name; });
  return found != targets.end() ? *found : Target{};
}

Comparison rates(std::uint64_t outstanding, double buoyant, double libraft) {
  Comparison comparison;
  comparison.samples = {canned::rate(1, "buoyant", 256, outstanding, buoyant),
                        canned::rate(1, "libraft", 256, outstanding, libraft)};
  return comparison;
}

TEST(TargetTest, OfThroughputIsMetFromItsValueOn) {
  const std::string name = "256 B, C=16: proposals/s, to libraft's";

  EXPECT_EQ(verdict(find(rates(16, 200, 100), name)), "met");
  EXPECT_EQ(verdict(find(rates(16, 199, 100), name)), "NOT MET");
}

TEST(TargetTest, OfLatencyIsMetUpToItsValue) {
  Comparison comparison = rates(1, 1, 1);
  comparison.samples[0].p50_us = 400;
  comparison.samples[1].p50_us = 400;
  const std::string name = "256 B, C=1: p50, to libraft's";

  EXPECT_EQ(verdict(find(comparison, name)), "met");
  comparison.samples[0].p50_us = 401;
  EXPECT_EQ(verdict(find(comparison, name)), "NOT MET");
}

TEST(TargetTest, WithoutItsSamplesIsNotMet) {
  const Target target = find({}, "256 B, C=16: proposals/s, to libraft's");

  EXPECT_EQ(verdict(target), "not measured");
  EXPECT_FALSE(target.is_met());
}

TEST(TargetTest, OfNuraftIsScaledByLibraftOfThisRun) {
  const Target at_256 = find(rates(256, 4 * 57200, 2 * 25900),
                             "256 B, C=256: proposals/s, to NuRaft's scaled by libraft");
  const Target at_4096 = find(rates(4096, 9 * 78800, 3 * 35500),
                              "256 B, C=4096: proposals/s, to NuRaft's scaled by libraft");

  EXPECT_DOUBLE_EQ(at_256.measured->median, 2);
  EXPECT_DOUBLE_EQ(at_4096.measured->median, 3);
}

TEST(TargetTest, OfTheFloorIsAFlushAndARoundTrip) {
  Comparison comparison = rates(1, 1, 1);
  comparison.samples[0].p50_us = 560;
  comparison.probes = {{.round = 1, .probes = {.flush_3_us = 300, .ping_pong_us = 100}}};

  const Target target = find(comparison, "256 B, C=1: p50, to a flush of three + a round trip");

  EXPECT_DOUBLE_EQ(target.measured->median, 1.4);
}

TEST(TargetTest, OfFiveServersIsToThree) {
  Comparison comparison = rates(256, 1000, 1);
  comparison.samples.push_back(canned::rate(1, "buoyant", 256, 256, 700));
  comparison.samples.back().servers = 5;

  const Target target = find(comparison, "256 B, C=256: proposals/s of 5 servers, to 3");

  EXPECT_DOUBLE_EQ(target.measured->median, 0.7);
}

TEST(TargetTest, OfBytesIsToThePayload) {
  Comparison comparison = rates(256, 1, 1);
  comparison.samples[0].bytes_per_proposal = 512;

  const Target target =
      find(comparison, "256 B, C=256: bytes written per server, to the payload's");

  EXPECT_DOUBLE_EQ(target.measured->median, 2);
}

TEST(TargetTest, StandsInTheResultsWithItsVerdict) {
  const nlohmann::json json =
      json_of(find(rates(16, 300, 100), "256 B, C=16: proposals/s, to libraft's"));

  EXPECT_EQ(json, (nlohmann::json{{"name", "256 B, C=16: proposals/s, to libraft's"},
                                  {"bound", "at least"},
                                  {"value", 2.0},
                                  {"unit", "times"},
                                  {"verdict", "met"},
                                  {"measured", 3.0},
                                  {"low", 3.0},
                                  {"high", 3.0}}));
}

}  // namespace buoyant::bench::targets_test
