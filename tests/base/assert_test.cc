// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/base/assert.h"

#include <gtest/gtest.h>

namespace buoyant::assert_test {

TEST(AssertTest, ATrueConditionIsEvaluatedOnce) {
  int evaluated = 0;

  BUOYANT_ASSERT(++evaluated == 1);

  EXPECT_EQ(evaluated, 1);
}

TEST(AssertTest, SettingAContextGivesThePreviousOneBack) {
  const AssertContext before = set_assert_context({.server_id = 1, .term = 2, .seed = 3});

  const AssertContext context = set_assert_context(before);

  EXPECT_EQ(context.server_id, 1U);
  EXPECT_EQ(context.term, 2U);
  EXPECT_EQ(context.seed, 3U);
}

TEST(AssertDeathTest, AFailureNamesItsCondition) {
  EXPECT_DEATH(BUOYANT_ASSERT(1 + 1 == 3), "assertion failed: 1 \\+ 1 == 3");
}

TEST(AssertDeathTest, AFailureNamesItsPlace) {
  EXPECT_DEATH(BUOYANT_ASSERT(false), "assert_test\\.cc:[0-9]+");
}

TEST(AssertDeathTest, AFailureNamesTheRunningServer) {
  const auto fail_as_server = [] {
    set_assert_context({.server_id = 7, .term = 8, .seed = 9});
    BUOYANT_ASSERT(false);
  };

  EXPECT_DEATH(fail_as_server(), "server=7 term=8 seed=9");
}

}  // namespace buoyant::assert_test
