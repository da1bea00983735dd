// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/visited_configurations.h"

#include <gtest/gtest.h>

namespace buoyant::simulation::visited_configurations_test {

const OrderedSet kSome{2, {4}};
const OrderedSet kOthers{2, {5}};
constexpr StateNumber kState = 7;
constexpr StateNumber kOtherState = 8;

TEST(VisitedConfigurationsTest, TakesAConfigurationOnce) {
  VisitedConfigurations visited;

  EXPECT_TRUE(visited.add(kSome, kState, {1}));
  EXPECT_FALSE(visited.add(kSome, kState, {1}));
  EXPECT_EQ(visited.size(), 1U);
}

TEST(VisitedConfigurationsTest, TellsStatesAndOperationsApart) {
  VisitedConfigurations visited;

  EXPECT_TRUE(visited.add(kSome, kState, {}));
  EXPECT_TRUE(visited.add(kSome, kOtherState, {}));
  EXPECT_TRUE(visited.add(kOthers, kState, {}));
}

TEST(VisitedConfigurationsTest, NeedsNoConfigurationWithMoreEffects) {
  VisitedConfigurations visited;
  visited.add(kSome, kState, {1, 3});

  EXPECT_FALSE(visited.add(kSome, kState, {1, 2, 3}));
}

TEST(VisitedConfigurationsTest, NeedsOneWithFewerOrOtherEffects) {
  VisitedConfigurations visited;
  visited.add(kSome, kState, {1, 3});

  EXPECT_TRUE(visited.add(kSome, kState, {2, 4}));
  EXPECT_TRUE(visited.add(kSome, kState, {1, 4, 5}));
  EXPECT_TRUE(visited.add(kSome, kState, {3}));
}

TEST(VisitedConfigurationsTest, FindsEqualOnesBeyondThoseThatItCompares) {
  VisitedConfigurations visited;
  for (std::uint32_t effect = 0; effect < 2 * VisitedConfigurations::kComparedMax; ++effect) {
    visited.add(kSome, kState, {effect});
  }

  EXPECT_FALSE(visited.add(kSome, kState, {2 * VisitedConfigurations::kComparedMax - 1}));
  EXPECT_FALSE(visited.add(kSome, kState, {0, 1}));
}

}  // namespace buoyant::simulation::visited_configurations_test
