// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The stall guard: after a pause the sockets are read before a deadline is acted on.

#include "adapters/uv/event_loop.h"
#include "tests/adapters/uv/event_loop_fixture.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace buoyant::uv::event_loop_stall_test {

using std::chrono::milliseconds;
using tests::hold_thread;
using tests::PolledSocket;

class UvEventLoopStallTest : public tests::UvEventLoopFixture {};

TEST_F(UvEventLoopStallTest, TurnOnTimeReportsNoStall) {
  node_->wake();

  loop_.spin(1);

  ASSERT_EQ(turns_.size(), 1U);
  EXPECT_LT(turns_[0].stalled, milliseconds(1000));
}

TEST_F(UvEventLoopStallTest, AfterAStallWhatLayUnreadIsReadBeforeTheTurnOfTheDeadline) {
  PolledSocket socket(*loop_, [this] { events_.emplace_back("read"); });
  node_->arm(node_->now() + milliseconds(10));
  tests::call_from_timer(*loop_, 0, [&] {
    hold_thread(milliseconds(60));
    socket.make_readable();
  });

  ASSERT_TRUE(run_until_turns(1));

  EXPECT_EQ(events_, (std::vector<std::string>{"read", "turn"}));
  EXPECT_GE(turns_[0].stalled, milliseconds(40));
  socket.close();
  loop_.spin(2);
}

TEST_F(UvEventLoopStallTest, AfterASlowCallbackOfThePollItPollsAgainBeforeTheTurn) {
  PolledSocket late(*loop_, [this] { events_.emplace_back("late read"); });
  PolledSocket slow(*loop_, [&] {
    events_.emplace_back("slow");
    node_->wake();
    hold_thread(milliseconds(60));
    late.make_readable();
  });
  slow.make_readable();

  ASSERT_TRUE(run_until_turns(1));

  EXPECT_EQ(events_, (std::vector<std::string>{"slow", "late read", "turn"}));
  EXPECT_GE(turns_[0].stalled, milliseconds(40));
  slow.close();
  late.close();
  loop_.spin(2);
}

TEST_F(UvEventLoopStallTest, SlowCallbacksInEveryPollPutATurnOffOnceOnly) {
  std::unique_ptr<PolledSocket> slow;
  slow = std::make_unique<PolledSocket>(*loop_, [&] {
    events_.emplace_back("slow");
    node_->wake();
    hold_thread(milliseconds(25));
    slow->make_readable();
  });
  slow->make_readable();

  ASSERT_TRUE(run_until_turns(1));

  EXPECT_EQ(events_, (std::vector<std::string>{"slow", "slow", "turn"}));
  slow->close();
  loop_.spin(2);
}

TEST_F(UvEventLoopStallTest, WakeThatWaitedForASlowTimerReportsTheStall) {
  node_->wake();
  hold_thread(milliseconds(60));

  loop_.spin(2);

  ASSERT_EQ(turns_.size(), 1U);
  EXPECT_GE(turns_[0].stalled, milliseconds(60));
}

}  // namespace buoyant::uv::event_loop_stall_test
