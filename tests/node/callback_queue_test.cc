// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/callback_queue.h"

#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <limits>

namespace buoyant::node::callback_queue_test {

TEST(CallbackQueueTest, RunsAtMostSoMany) {
  ProposalBudget budget;
  Latencies latencies;
  CallbackQueue callbacks(budget, latencies);
  int ran = 0;
  for (int i = 0; i < 5; ++i) {
    callbacks.add([&ran] { ++ran; });
  }
  callbacks.run(3, Instant());

  EXPECT_EQ(ran, 3);
  EXPECT_EQ(callbacks.size(), 2U);
}

TEST(CallbackQueueTest, ACallbackMayAddAnother) {
  ProposalBudget budget;
  Latencies latencies;
  CallbackQueue callbacks(budget, latencies);
  int ran = 0;
  callbacks.add([&] { callbacks.add([&ran] { ++ran; }); });
  callbacks.run(2, Instant());

  EXPECT_EQ(ran, 1);
  EXPECT_TRUE(callbacks.empty());
}

TEST(CallbackQueueTest, AnEmptyCallbackIsNotCalled) {
  ProposalBudget budget{.proposals_max = 1, .bytes_max = 1};
  budget.take(1);
  Latencies latencies;
  CallbackQueue callbacks(budget, latencies);
  callbacks.finish({.done = nullptr, .bytes = 1}, fail(Errc::kSuperseded));
  callbacks.run(1, Instant());

  EXPECT_EQ(budget.proposals, 0U);
}

TEST(CallbackQueueTest, CountsOutcomesByWhatIsCertain) {
  ProposalBudget budget;
  Latencies latencies;
  CallbackQueue callbacks(budget, latencies);
  callbacks.finish({}, Applied{});
  callbacks.finish({}, fail(Errc::kSuperseded));
  callbacks.finish({}, fail(Errc::kBusy));
  callbacks.finish({}, fail(Errc::kOutcomeUnknown));

  EXPECT_EQ(callbacks.counts().committed, 1U);
  EXPECT_EQ(callbacks.counts().refused, 2U);
  EXPECT_EQ(callbacks.counts().unknown, 1U);
}

TEST(ProposalBudgetTest, HasRoomUpToItsBounds) {
  ProposalBudget budget{.proposals_max = 2, .bytes_max = 10};
  budget.take(4);

  EXPECT_TRUE(budget.has_room(6));
  EXPECT_FALSE(budget.has_room(7));
  EXPECT_FALSE(budget.has_room(std::numeric_limits<std::size_t>::max()));
  budget.take(1);
  EXPECT_FALSE(budget.has_room(1));
}

}  // namespace buoyant::node::callback_queue_test
