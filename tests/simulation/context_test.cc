// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/context.h"

#include "tests/simulation/run_fixture.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace buoyant::simulation::context_test {

using ContextTest = RunFixture;

std::uint64_t hash_after(std::uint64_t server, const char* what, std::uint64_t number,
                         std::int64_t seconds = 0) {
  const Plan plan;
  const TraceSink sink;
  Context context(plan, sink);
  context.timeline.run_one(Instant(std::chrono::seconds(seconds)));
  context.record(ServerId(server), what, {number});
  return context.hash();
}

TEST_F(ContextTest, EqualEventsGiveOneHash) {
  EXPECT_EQ(hash_after(1, "send", 2), hash_after(1, "send", 2));
}

TEST_F(ContextTest, TheHashKnowsServerKindNumbersAndTime) {
  EXPECT_NE(hash_after(1, "send", 2), hash_after(2, "send", 2));
  EXPECT_NE(hash_after(1, "send", 2), hash_after(1, "lose", 2));
  EXPECT_NE(hash_after(1, "send", 2), hash_after(1, "send", 3));
  EXPECT_NE(hash_after(1, "send", 2), hash_after(1, "send", 2, 1));
}

TEST_F(ContextTest, TheHashKnowsTheOrderOfEvents) {
  const Plan other_plan;
  Context other(other_plan, sink);
  context.record(ServerId(1), "send");
  context.record(ServerId(1), "receive");

  other.record(ServerId(1), "receive");
  other.record(ServerId(1), "send");

  EXPECT_NE(context.hash(), other.hash());
}

TEST_F(ContextTest, WithoutAListenerNoWordsAreMade) {
  bool made = false;

  context.record(ServerId(1), "send", {2}, [&] {
    made = true;
    return std::string();
  });

  EXPECT_FALSE(made);
}

TEST_F(ContextTest, AListenerHearsWhatHappenedWhenAndWhere) {
  std::vector<TraceEvent> heard;
  sink = [&](const TraceEvent& event) { heard.push_back(event); };

  context.record(ServerId(1), "send", {2}, [] { return std::string("to 2"); });

  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(heard[0].at, context.now());
  EXPECT_EQ(heard[0].server, ServerId(1));
  EXPECT_STREQ(heard[0].what, "send");
  EXPECT_EQ(heard[0].detail, "to 2");
  EXPECT_EQ(heard[0].numbers, std::vector<std::uint64_t>{2});
}

TEST_F(ContextTest, WhatIsOnlyToldIsHeardAndNotInTheHash) {
  std::vector<TraceEvent> heard;
  sink = [&](const TraceEvent& event) { heard.push_back(event); };
  const std::uint64_t before = context.hash();

  context.tell(ServerId(1), "state", {2, 3});

  EXPECT_EQ(context.hash(), before);
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_STREQ(heard[0].what, "state");
  EXPECT_EQ(heard[0].numbers, (std::vector<std::uint64_t>{2, 3}));
}

TEST_F(ContextTest, ListeningDoesNotChangeTheHash) {
  sink = [](const TraceEvent& /*event*/) {};

  context.record(ServerId(1), "send", {2}, [] { return std::string("to 2"); });

  EXPECT_EQ(context.hash(), hash_after(1, "send", 2));
}

TEST_F(ContextTest, TheFirstViolationCounts) {
  context.violate("one", "the first");
  context.violate("two", "the second");

  ASSERT_TRUE(context.violation().has_value());
  EXPECT_STREQ(context.violation()->check, "one");
  EXPECT_EQ(context.violation()->text, "the first");
}

TEST_F(ContextTest, AViolationIsInTheTrace) {
  std::vector<TraceEvent> heard;
  sink = [&](const TraceEvent& event) { heard.push_back(event); };

  context.violate("one", "the first");

  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(heard[0].detail, "one: the first");
}

TEST_F(ContextTest, AFaultHappensWhenThePlanHasItAndNothingIsHealed) {
  plan.faults = {Fault::kLoss};

  EXPECT_TRUE(context.has(Fault::kLoss));
  EXPECT_FALSE(context.has(Fault::kDelay));
  context.faulty = false;
  EXPECT_FALSE(context.has(Fault::kLoss));
}

}  // namespace buoyant::simulation::context_test
