// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/visited_configurations.h"

#include <gtest/gtest.h>

namespace buoyant::simulation::visited_configurations_test {

constexpr StateNumber kState = 7;
constexpr StateNumber kOtherState = 8;

class VisitedConfigurationsTest : public testing::Test {
 protected:
  const OrderedSet some{2, {4}};
  const OrderedSet others{2, {5}};
  VisitedConfigurations visited;
};

TEST_F(VisitedConfigurationsTest, TakesAConfigurationOnce) {
  EXPECT_TRUE(visited.add(some, kState, {1}));
  EXPECT_FALSE(visited.add(some, kState, {1}));
  EXPECT_EQ(visited.size(), 1U);
}

TEST_F(VisitedConfigurationsTest, TellsStatesAndOperationsApart) {
  EXPECT_TRUE(visited.add(some, kState, {}));
  EXPECT_TRUE(visited.add(some, kOtherState, {}));
  EXPECT_TRUE(visited.add(others, kState, {}));
}

TEST_F(VisitedConfigurationsTest, NeedsNoConfigurationWithMoreEffects) {
  visited.add(some, kState, {1, 3});

  EXPECT_FALSE(visited.add(some, kState, {1, 2, 3}));
}

TEST_F(VisitedConfigurationsTest, NeedsOneWithFewerOrOtherEffects) {
  visited.add(some, kState, {1, 3});

  EXPECT_TRUE(visited.add(some, kState, {2, 4}));
  EXPECT_TRUE(visited.add(some, kState, {1, 4, 5}));
  EXPECT_TRUE(visited.add(some, kState, {3}));
}

TEST_F(VisitedConfigurationsTest, FindsEqualOnesBeyondThoseThatItCompares) {
  for (std::uint32_t effect = 0; effect < 2 * VisitedConfigurations::kComparedMax; ++effect) {
    visited.add(some, kState, {effect});
  }

  EXPECT_FALSE(visited.add(some, kState, {2 * VisitedConfigurations::kComparedMax - 1}));
  EXPECT_FALSE(visited.add(some, kState, {0, 1}));
}

}  // namespace buoyant::simulation::visited_configurations_test
