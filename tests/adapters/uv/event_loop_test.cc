// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/uv/event_loop.h"

#include "tests/adapters/uv/event_loop_fixture.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace buoyant::uv::event_loop_test {

using std::chrono::milliseconds;
using tests::PolledSocket;

class UvEventLoopTest : public tests::UvEventLoopFixture {};

TEST_F(UvEventLoopTest, IdleHandleDoesNotKeepTheLoopAlive) {
  EXPECT_EQ(uv_run(loop_.get(), UV_RUN_DEFAULT), 0);

  EXPECT_TRUE(turns_.empty());
}

TEST_F(UvEventLoopTest, NoTurnRunsUnasked) {
  loop_.spin(50);

  EXPECT_TRUE(turns_.empty());
}

TEST_F(UvEventLoopTest, WakeBeforeRunGivesOneTurn) {
  node_->wake();
  node_->wake();
  EXPECT_TRUE(turns_.empty());

  uv_run(loop_.get(), UV_RUN_DEFAULT);

  EXPECT_EQ(turns_.size(), 1U);
}

TEST_F(UvEventLoopTest, WakeFromATimerDoesNotWaitForThePoll) {
  uv_timer_t far{};
  uv_timer_init(loop_.get(), &far);
  uv_timer_start(
      &far, [](uv_timer_t*) {}, tests::kPatienceMilliseconds, 0);
  const Instant patience = node_->now() + milliseconds(tests::kPatienceMilliseconds / 2);
  tests::call_from_timer(*loop_, 0, [this] { node_->wake(); });

  uv_run(loop_.get(), UV_RUN_ONCE);

  EXPECT_EQ(turns_.size(), 1U);
  EXPECT_LT(node_->now(), patience);
  uv_close(reinterpret_cast<uv_handle_t*>(&far), nullptr);
  loop_.spin(2);
}

TEST_F(UvEventLoopTest, WakeInThePollRunsTheTurnInTheSameIteration) {
  PolledSocket socket(*loop_, [this] {
    events_.emplace_back("read");
    node_->wake();
  });
  socket.make_readable();

  uv_run(loop_.get(), UV_RUN_NOWAIT);

  EXPECT_EQ(events_, (std::vector<std::string>{"read", "turn"}));
  socket.close();
  loop_.spin(2);
}

TEST_F(UvEventLoopTest, WakeInAPrepareCallbackRunsTheTurnInTheSameIteration) {
  uv_prepare_t prepare{};
  uv_prepare_init(loop_.get(), &prepare);
  prepare.data = node_.get();
  uv_prepare_start(&prepare, [](uv_prepare_t* handle) {
    static_cast<UvEventLoop*>(handle->data)->wake();
    uv_prepare_stop(handle);
  });

  uv_run(loop_.get(), UV_RUN_ONCE);

  EXPECT_EQ(turns_.size(), 1U);
  uv_close(reinterpret_cast<uv_handle_t*>(&prepare), nullptr);
  loop_.spin(2);
}

TEST_F(UvEventLoopTest, WakeInATurnRunsTheNextTurnOneIterationLater) {
  in_turn_ = [this] {
    if (turns_.size() == 1) {
      node_->wake();
    }
  };
  node_->wake();

  loop_.spin(1);
  EXPECT_EQ(turns_.size(), 1U);
  loop_.spin(1);
  EXPECT_EQ(turns_.size(), 2U);
  loop_.spin(5);

  EXPECT_EQ(turns_.size(), 2U);
}

TEST_F(UvEventLoopTest, TurnsTimeIsTheClockAfterThePoll) {
  const Instant before = node_->now();
  node_->wake();

  loop_.spin(1);

  ASSERT_EQ(turns_.size(), 1U);
  EXPECT_GE(turns_[0].now, before);
  EXPECT_LE(turns_[0].now, node_->now());
}

TEST_F(UvEventLoopTest, DeadlineGivesOneTurnNotBeforeIt) {
  const Instant deadline = node_->now() + std::chrono::microseconds(2'300);
  node_->arm(deadline);

  uv_run(loop_.get(), UV_RUN_DEFAULT);

  ASSERT_EQ(turns_.size(), 1U);
  EXPECT_GE(turns_[0].now, deadline);
}

TEST_F(UvEventLoopTest, DeadlineWaitsWithoutSpinning) {
  int iterations = 0;
  uv_prepare_t prepare{};
  uv_prepare_init(loop_.get(), &prepare);
  prepare.data = &iterations;
  uv_prepare_start(&prepare, [](uv_prepare_t* handle) { ++*static_cast<int*>(handle->data); });
  uv_unref(reinterpret_cast<uv_handle_t*>(&prepare));
  node_->arm(node_->now() + std::chrono::microseconds(20'700));

  ASSERT_TRUE(run_until_turns(1));

  EXPECT_LE(iterations, 5);
  uv_close(reinterpret_cast<uv_handle_t*>(&prepare), nullptr);
  loop_.spin(2);
}

TEST_F(UvEventLoopTest, LaterArmReplacesTheDeadline) {
  node_->arm(node_->now() + milliseconds(1));
  const Instant later = node_->now() + milliseconds(20);
  node_->arm(later);

  uv_run(loop_.get(), UV_RUN_DEFAULT);

  ASSERT_EQ(turns_.size(), 1U);
  EXPECT_GE(turns_[0].now, later);
}

TEST_F(UvEventLoopTest, EarlierArmReplacesTheDeadline) {
  node_->arm(node_->now() + std::chrono::hours(1));
  node_->arm(node_->now() + milliseconds(1));

  EXPECT_TRUE(run_until_turns(1));
}

TEST_F(UvEventLoopTest, ArmNeverTakesTheDeadlineBack) {
  node_->arm(node_->now() + milliseconds(1));
  node_->arm(Instant::never());

  uv_run(loop_.get(), UV_RUN_DEFAULT);

  EXPECT_TRUE(turns_.empty());
}

TEST_F(UvEventLoopTest, DeadlineMovedAfterItsTimerRangIsNotServed) {
  node_->arm(node_->now());
  tests::call_from_timer(*loop_, 0, [this] { node_->arm(Instant::never()); });

  loop_.spin(5);

  EXPECT_TRUE(turns_.empty());
}

TEST_F(UvEventLoopTest, DeadlineInThePastGivesATurnAtOnce) {
  node_->arm(Instant(Duration(1)));

  loop_.spin(2);

  EXPECT_EQ(turns_.size(), 1U);
}

TEST_F(UvEventLoopTest, WakeKeepsTheDeadline) {
  node_->arm(node_->now() + milliseconds(5));
  node_->wake();

  uv_run(loop_.get(), UV_RUN_DEFAULT);

  EXPECT_EQ(turns_.size(), 2U);
}

TEST_F(UvEventLoopTest, OneTurnServesWakeAndDeadline) {
  node_->arm(node_->now());
  node_->wake();

  uv_run(loop_.get(), UV_RUN_DEFAULT);

  EXPECT_EQ(turns_.size(), 1U);
}

TEST_F(UvEventLoopTest, RearmingInEachTurnGoesOn) {
  in_turn_ = [this] {
    if (turns_.size() < 5) {
      node_->arm(node_->now() + milliseconds(1));
    }
  };
  node_->arm(node_->now());

  uv_run(loop_.get(), UV_RUN_DEFAULT);

  EXPECT_EQ(turns_.size(), 5U);
}

TEST_F(UvEventLoopTest, TwoNodesOnOneLoopHaveTheirOwnTurns) {
  struct Counter final : port::TurnHandler {
    void on_turn(const port::Turn&) noexcept override { ++turns; }

    int turns = 0;
  };

  Counter counter;
  UvEventLoop other(*loop_);
  other.set_handler(counter);
  other.wake();

  loop_.spin(3);

  EXPECT_EQ(counter.turns, 1);
  EXPECT_TRUE(turns_.empty());
  other.close([] {});
  loop_.spin(2);
}

TEST_F(UvEventLoopTest, CloseEndsTheTurns) {
  bool closed = false;
  node_->wake();
  node_->arm(node_->now());

  node_->close([&] { closed = true; });
  node_->wake();
  node_->arm(node_->now());
  EXPECT_FALSE(closed);
  uv_run(loop_.get(), UV_RUN_DEFAULT);

  EXPECT_TRUE(closed);
  EXPECT_TRUE(turns_.empty());
  node_.reset();
}

TEST_F(UvEventLoopTest, MayCloseInATurn) {
  in_turn_ = [this] { node_->close([this] { node_.reset(); }); };
  node_->wake();

  uv_run(loop_.get(), UV_RUN_DEFAULT);

  EXPECT_EQ(node_, nullptr);
  EXPECT_EQ(turns_.size(), 1U);
}

TEST_F(UvEventLoopTest, MayBeDestroyedInATurn) {
  in_turn_ = [this] { node_.reset(); };
  node_->wake();

  uv_run(loop_.get(), UV_RUN_DEFAULT);

  EXPECT_EQ(turns_.size(), 1U);
}

TEST_F(UvEventLoopTest, DestroyedWithoutCloseClosesInTheBackground) {
  node_->wake();
  node_->arm(node_->now());
  node_.reset();

  uv_run(loop_.get(), UV_RUN_DEFAULT);

  EXPECT_TRUE(turns_.empty());
}

}  // namespace buoyant::uv::event_loop_test
