// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/ctl/actions.h"

#include <gtest/gtest.h>

#include <string>

namespace buoyant::ctl::actions_test {

using Command = Options::Command;

Answer answer(long status, std::string body) {
  Answer made;
  made.was_sent = true;
  made.status = status;
  made.body = std::move(body);
  return made;
}

TEST(CtlActionsTest, EachHasItsTarget) {
  Options options;
  options.id = 4;
  options.address = "h:7001";
  const auto target = [&](Command command) {
    options.command = command;
    return action_target(options);
  };

  EXPECT_EQ(target(Command::kTransfer), "/transfer?to=4");
  EXPECT_EQ(target(Command::kSnapshot), "/snapshot");
  EXPECT_EQ(target(Command::kAdd), "/members/add?id=4&address=h:7001");
  EXPECT_EQ(target(Command::kPromote), "/members/promote?id=4");
  EXPECT_EQ(target(Command::kDemote), "/members/demote?id=4");
  EXPECT_EQ(target(Command::kRemove), "/members/remove?id=4");
  options.is_learner = true;
  EXPECT_EQ(target(Command::kAdd), "/members/add?id=4&address=h:7001&learner=1");
  options.id = 0;
  EXPECT_EQ(target(Command::kTransfer), "/transfer");
}

TEST(CtlActionsTest, WhatWasDoneIsSaid) {
  const Outcome outcome = outcome_of(answer(200, R"({"done": "server 2 leads"})"));

  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.text, "server 2 leads");
  EXPECT_FALSE(outcome.may_try_another);
}

TEST(CtlActionsTest, ARefusalIsNotTriedElsewhere) {
  const Outcome outcome = outcome_of(answer(409, R"({"message": "no", "applied": "no"})"));

  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_EQ(outcome.text, "no");
  EXPECT_FALSE(outcome.may_try_another);
}

TEST(CtlActionsTest, WhatMayBeDoneIsUnknown) {
  const Outcome told = outcome_of(answer(504, R"({"message": "lost", "applied": "unknown"})"));
  Answer late = answer(0, "");
  late.error = "no answer within 60 s";

  EXPECT_EQ(told.exit_code, 5);
  EXPECT_EQ(told.text, "it may be done, or not: lost");
  EXPECT_EQ(outcome_of(late).exit_code, 5);
  EXPECT_FALSE(outcome_of(late).may_try_another);
}

TEST(CtlActionsTest, WhoIsNotReachedDidNothing) {
  Answer refused;
  refused.error = "Connection refused";

  EXPECT_EQ(outcome_of(refused).exit_code, 4);
  EXPECT_TRUE(outcome_of(refused).may_try_another);
}

TEST(CtlActionsTest, OtherAnswersAreNone) {
  EXPECT_EQ(outcome_of(answer(405, "no")).text, "it answers 405 to that");
  EXPECT_EQ(outcome_of(answer(405, "no")).exit_code, 2);
  EXPECT_EQ(outcome_of(answer(200, "[]")).exit_code, 2);
}

TEST(CtlActionsTest, TheNewestStepsAreShown) {
  const std::string lines =
      R"({"at_ms": 1, "step": "old", "term": 1, "peer": 0, "index": 0, "reason": ""})"
      "\n"
      R"({"at_ms": 1234.5, "step": "became leader", "term": 2, "peer": 3, "index": 0, "reason": "votes"})"
      "\nnonsense\n";

  EXPECT_EQ(trace_text(lines, 2, false),
            "     at  term  step           peer  index  reason\n"
            "1.234 s     2  became leader     3      -  votes\n");
  EXPECT_EQ(trace_text("a\nb\nc\n", 2, true), "b\nc\n");
}

}  // namespace buoyant::ctl::actions_test
