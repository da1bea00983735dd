// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/calls.h"

#include "tests/simulation/run_fixture.h"

#include <gtest/gtest.h>

#include <memory>

namespace buoyant::simulation::calls_test {

class CallsTest : public RunFixture {
 protected:
  std::shared_ptr<Calls> calls = std::make_shared<Calls>(context, ServerId(1));
};

TEST_F(CallsTest, AnAcceptedCallMayBeCalledBackOnce) {
  const auto call = calls->begin("propose");
  call->accepted();
  EXPECT_EQ(calls->open(), 1U);

  call->called_back();

  EXPECT_EQ(calls->open(), 0U);
  calls->check_none_open();
  EXPECT_EQ(violated(), "");
}

TEST_F(CallsTest, ASecondCallbackIsFound) {
  const auto call = calls->begin("propose");
  call->accepted();
  call->called_back();

  call->called_back();

  EXPECT_EQ(violated(), "callback_once");
}

TEST_F(CallsTest, ACallbackOfARefusedCallIsFound) {
  calls->begin("propose")->called_back();

  EXPECT_EQ(violated(), "callback_once");
}

TEST_F(CallsTest, ACallbackInsideTheCallIsFound) {
  const auto call = calls->begin("propose");

  call->called_back();
  call->accepted();

  EXPECT_EQ(violated(), "callback_once");
}

TEST_F(CallsTest, ACallThatIsNeverCalledBackIsFound) {
  calls->begin("propose")->accepted();

  calls->check_none_open();

  EXPECT_EQ(violated(), "callback_once");
}

TEST_F(CallsTest, ARefusedCallLeavesNothingOpen) {
  (void)calls->begin("propose");

  calls->check_none_open();

  EXPECT_EQ(violated(), "");
}

TEST_F(CallsTest, ACallbackMayComeAfterTheNodesEnd) {
  const auto call = calls->begin("propose");
  call->accepted();
  calls.reset();

  call->called_back();

  EXPECT_EQ(violated(), "");
}

}  // namespace buoyant::simulation::calls_test
