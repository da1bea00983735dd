// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace buoyant::random_test {

std::vector<std::uint64_t> first_of(std::uint64_t seed) {
  Random random(seed);
  return {random.next(), random.next(), random.next(), random.next()};
}

TEST(RandomTest, OneSeedGivesOneSequence) {
  EXPECT_EQ(first_of(42), first_of(42));
}

TEST(RandomTest, NeighbouringSeedsGiveDifferentSequences) {
  EXPECT_NE(first_of(1), first_of(2));
}

TEST(RandomTest, TheSeedZeroIsAsGoodAsAnother) {
  const std::vector<std::uint64_t> numbers = first_of(0);

  EXPECT_EQ(std::count(numbers.begin(), numbers.end(), 0U), 0);
}

TEST(RandomTest, TheSequenceIsTheSameOnEveryMachine) {
  // Published values of SplitMix64 from zero, put through xoshiro256**: recorded here so that a
  // change of the generator, which would change every recorded run, does not go unseen.
  EXPECT_EQ(first_of(0)[0], 11091344671253066420U);
}

TEST(RandomTest, ADurationLiesWithinItsBounds) {
  Random random(7);
  Duration least = Duration(20);
  Duration greatest = Duration(10);

  for (int i = 0; i < 1000; ++i) {
    const Duration drawn = random.between(Duration(10), Duration(20));
    least = std::min(least, drawn);
    greatest = std::max(greatest, drawn);
  }

  EXPECT_EQ(least, Duration(10));
  EXPECT_EQ(greatest, Duration(19));
}

TEST(RandomTest, ANumberBelowABoundReachesEveryValueUnderIt) {
  Random random(7);
  std::vector<int> seen(5);

  for (int i = 0; i < 1000; ++i) {
    seen.at(random.below(seen.size())) += 1;
  }

  EXPECT_EQ(std::count(seen.begin(), seen.end(), 0), 0);
}

TEST(RandomTest, AChanceIsTakenInItsShareOfTheCases) {
  Random random(7);
  int taken = 0;

  for (int i = 0; i < 10000; ++i) {
    taken += random.chance(1, 4) ? 1 : 0;
  }

  EXPECT_GT(taken, 2300);
  EXPECT_LT(taken, 2700);
}

TEST(RandomTest, AWidthOfOneLeavesNoChoice) {
  Random random(7);

  EXPECT_EQ(random.between(Duration(10), Duration(11)), Duration(10));
}

TEST(RandomDeathTest, AnEmptyRangeIsRefused) {
  Random random(7);

  EXPECT_DEATH(random.between(Duration(10), Duration(10)), "low < high");
}

}  // namespace buoyant::random_test
