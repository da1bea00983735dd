// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/compare/summary.h"

#include "tests/bench/compare/canned.h"

#include <gtest/gtest.h>

#include <optional>

namespace buoyant::bench::summary_test {

constexpr Cell kCell = {.servers = 3, .payload = 256, .outstanding = 16};

std::optional<Spread> rates_ratio(const Comparison& comparison) {
  return ratio(comparison, "buoyant", kCell, "libraft", kCell, &Sample::proposals_per_second);
}

TEST(SpreadTest, OfAnOddNumberIsTheMiddleOneAndTheRange) {
  EXPECT_EQ(spread_of({9, 1, 4}), (Spread{.median = 4, .low = 1, .high = 9, .count = 3}));
}

TEST(SpreadTest, OfAnEvenNumberIsBetweenTheMiddleTwo) {
  EXPECT_EQ(spread_of({9, 1, 4, 6}), (Spread{.median = 5, .low = 1, .high = 9, .count = 4}));
}

TEST(SpreadTest, OfNothingIsNothing) {
  EXPECT_EQ(spread_of({}), std::nullopt);
}

TEST(SpreadTest, TakesOnlyTheSystemAndTheCell) {
  Comparison comparison;
  comparison.samples = {canned::rate(1, "buoyant", 256, 16, 7), canned::rate(1, "etcd", 256, 16, 1),
                        canned::rate(1, "buoyant", 256, 1, 2),
                        canned::rate(1, "buoyant", 1024, 16, 3)};

  EXPECT_EQ(spread_of(comparison, "buoyant", kCell, &Sample::proposals_per_second),
            (Spread{.median = 7, .low = 7, .high = 7, .count = 1}));
}

TEST(RatioTest, IsThatOfTheMediansAndItsRangeThatOfTheRounds) {
  Comparison comparison;
  comparison.samples = {
      canned::rate(1, "buoyant", 256, 16, 10), canned::rate(1, "libraft", 256, 16, 5),
      canned::rate(2, "buoyant", 256, 16, 40), canned::rate(2, "libraft", 256, 16, 4),
      canned::rate(3, "buoyant", 256, 16, 20), canned::rate(3, "libraft", 256, 16, 16)};

  EXPECT_EQ(rates_ratio(comparison), (Spread{.median = 4, .low = 1.25, .high = 10, .count = 3}));
}

TEST(RatioTest, NeedsARoundWithBoth) {
  Comparison comparison;
  comparison.samples = {canned::rate(1, "buoyant", 256, 16, 10),
                        canned::rate(2, "libraft", 256, 16, 5)};

  EXPECT_EQ(rates_ratio(comparison), std::nullopt);
}

TEST(RatioTest, ToAProbeIsThatOfTheSameRound) {
  Comparison comparison;
  Sample sample = canned::rate(2, "buoyant", 256, 16, 0);
  sample.p50_us = 600;
  comparison.samples = {sample};
  comparison.probes = {{.round = 1, .probes = {.flush_3_us = 1}},
                       {.round = 2, .probes = {.flush_3_us = 300}},
                       {.round = 3, .probes = {.flush_3_us = 900}}};

  const auto spread = ratio_to_probe(comparison, "buoyant", kCell, &Sample::p50_us,
                                     [](const Probes& probes) { return probes.flush_3_us; });

  EXPECT_EQ(spread, (Spread{.median = 2, .low = 2, .high = 2, .count = 1}));
}

}  // namespace buoyant::bench::summary_test
