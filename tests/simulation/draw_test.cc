// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/draw.h"

#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <vector>

namespace buoyant::simulation::draw_test {

constexpr int kDraws = 20'000;

std::vector<Duration> draw_many(Duration mean) {
  Random random(7);
  std::vector<Duration> draws;
  for (int i = 0; i < kDraws; ++i) {
    draws.push_back(draw_around(random, mean));
  }
  return draws;
}

TEST(DrawTest, OneStreamGivesTheSameNumbersAgain) {
  EXPECT_EQ(stream_of(7, Stream::kDisk, 3).next(), stream_of(7, Stream::kDisk, 3).next());
}

TEST(DrawTest, StreamsOfOneSeedDiffer) {
  std::set<std::uint64_t> first_numbers;
  for (std::uint64_t purpose = 1; purpose <= 100; ++purpose) {
    for (std::uint64_t which = 0; which < 100; ++which) {
      first_numbers.insert(stream_of(7, static_cast<Stream>(purpose), which).next());
    }
  }

  EXPECT_EQ(first_numbers.size(), 10'000U);
}

TEST(DrawTest, StreamsOfNeighbouringSeedsDiffer) {
  std::set<std::uint64_t> first_numbers;
  for (std::uint64_t seed = 0; seed < 10'000; ++seed) {
    first_numbers.insert(stream_of(seed, Stream::kPlan).next());
  }

  EXPECT_EQ(first_numbers.size(), 10'000U);
}

TEST(DrawTest, DurationsLieAroundTheirMean) {
  const std::vector<Duration> draws = draw_many(std::chrono::milliseconds(10));
  Duration sum{0};
  for (const Duration draw : draws) {
    sum += draw;
  }

  EXPECT_GT(sum / kDraws, std::chrono::milliseconds(9));
  EXPECT_LT(sum / kDraws, std::chrono::milliseconds(12));
}

TEST(DrawTest, SomeDurationsAreNearZeroAndSomeAreLong) {
  const std::vector<Duration> draws = draw_many(std::chrono::milliseconds(10));
  const auto [shortest, longest] = std::minmax_element(draws.begin(), draws.end());

  EXPECT_GE(*shortest, Duration(0));
  EXPECT_LT(*shortest, std::chrono::microseconds(100));
  EXPECT_GT(*longest, std::chrono::milliseconds(40));
  EXPECT_LT(*longest, std::chrono::milliseconds(63));
}

TEST(DrawTest, AroundNothingIsNothing) {
  EXPECT_EQ(draw_many(Duration(0)), std::vector<Duration>(kDraws));
}

TEST(DrawTest, BothBoundsAreDrawn) {
  Random random(7);
  std::set<std::uint64_t> drawn;
  for (int i = 0; i < 100; ++i) {
    drawn.insert(draw_from(random, 3, 5));
  }

  EXPECT_EQ(drawn, (std::set<std::uint64_t>{3, 4, 5}));
}

TEST(DrawTest, EachElementIsDrawn) {
  const std::vector<int> all{1, 2, 3};
  Random random(7);
  std::set<int> drawn;
  for (int i = 0; i < 100; ++i) {
    drawn.insert(draw_one(random, all));
  }

  EXPECT_EQ(drawn, (std::set<int>{1, 2, 3}));
}

}  // namespace buoyant::simulation::draw_test
