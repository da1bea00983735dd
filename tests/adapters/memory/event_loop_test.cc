// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/memory/event_loop.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace buoyant::memory::event_loop_test {

using std::chrono::milliseconds;

class MemoryEventLoopTest : public testing::Test, public port::TurnHandler {
 protected:
  void SetUp() override { loop_->set_handler(*this); }

  void on_turn(const port::Turn& turn) noexcept override {
    turns_.push_back(turn);
    if (in_turn_) {
      in_turn_();
    }
  }

  [[nodiscard]] std::vector<Duration> times() const {
    std::vector<Duration> times;
    for (const port::Turn& turn : turns_) {
      times.push_back(turn.now - start_);
    }
    return times;
  }

  Scheduler scheduler_;
  Instant start_ = scheduler_.now();
  std::unique_ptr<MemoryEventLoop> loop_ = std::make_unique<MemoryEventLoop>(scheduler_);
  std::vector<port::Turn> turns_;
  std::function<void()> in_turn_;
};

TEST_F(MemoryEventLoopTest, RunsNoTurnUnasked) {
  scheduler_.run_for(std::chrono::hours(1));

  EXPECT_TRUE(turns_.empty());
}

TEST_F(MemoryEventLoopTest, WakeRunsOneTurnAfterTheCall) {
  loop_->wake();
  loop_->wake();
  EXPECT_TRUE(turns_.empty());

  scheduler_.run_due();

  EXPECT_EQ(times(), std::vector<Duration>{Duration(0)});
}

TEST_F(MemoryEventLoopTest, TurnRunsAfterEverythingThatIsDue) {
  std::size_t turns_before_task = 99;
  loop_->wake();
  scheduler_.post([&] { turns_before_task = turns_.size(); });

  scheduler_.run_due();

  EXPECT_EQ(turns_before_task, 0U);
  EXPECT_EQ(turns_.size(), 1U);
}

TEST_F(MemoryEventLoopTest, WakeInATurnRunsAnotherOne) {
  in_turn_ = [this] {
    if (turns_.size() < 3) {
      loop_->wake();
    }
  };
  loop_->wake();

  scheduler_.run_due();

  EXPECT_EQ(turns_.size(), 3U);
}

TEST_F(MemoryEventLoopTest, DeadlineRunsOneTurnThen) {
  loop_->arm(start_ + milliseconds(20));

  scheduler_.run_for(milliseconds(19));
  EXPECT_TRUE(turns_.empty());
  scheduler_.run_for(milliseconds(100));

  EXPECT_EQ(times(), std::vector<Duration>{milliseconds(20)});
  EXPECT_EQ(turns_[0].stalled, Duration(0));
}

TEST_F(MemoryEventLoopTest, LaterArmReplacesTheDeadline) {
  loop_->arm(start_ + milliseconds(20));
  loop_->arm(start_ + milliseconds(50));

  scheduler_.run_for(milliseconds(100));

  EXPECT_EQ(times(), std::vector<Duration>{milliseconds(50)});
}

TEST_F(MemoryEventLoopTest, ArmNeverTakesTheDeadlineBack) {
  loop_->arm(start_ + milliseconds(20));
  loop_->arm(Instant::never());

  scheduler_.run_for(milliseconds(100));

  EXPECT_TRUE(turns_.empty());
}

TEST_F(MemoryEventLoopTest, WakeKeepsTheDeadline) {
  loop_->arm(start_ + milliseconds(20));
  scheduler_.run_for(milliseconds(5));
  loop_->wake();

  scheduler_.run_for(milliseconds(100));

  EXPECT_EQ(times(), (std::vector<Duration>{milliseconds(5), milliseconds(20)}));
}

TEST_F(MemoryEventLoopTest, WakeAtTheDeadlineGivesOneTurn) {
  loop_->arm(start_ + milliseconds(20));
  scheduler_.post_at(start_ + milliseconds(20), [this] { loop_->wake(); });

  scheduler_.run_for(milliseconds(100));

  EXPECT_EQ(times(), std::vector<Duration>{milliseconds(20)});
}

TEST_F(MemoryEventLoopTest, DeadlineInThePastRunsAtOnce) {
  scheduler_.run_for(milliseconds(10));
  loop_->arm(start_ + milliseconds(3));

  scheduler_.run_due();

  EXPECT_EQ(times(), std::vector<Duration>{milliseconds(10)});
}

TEST_F(MemoryEventLoopTest, StallPutsTheTurnOffAndReportsHowLateItIs) {
  loop_->arm(start_ + milliseconds(20));
  scheduler_.run_for(milliseconds(10));
  loop_->stall(milliseconds(90));

  scheduler_.run_for(milliseconds(200));

  EXPECT_EQ(times(), std::vector<Duration>{milliseconds(100)});
  EXPECT_EQ(turns_[0].stalled, milliseconds(80));
}

TEST_F(MemoryEventLoopTest, WhatArrivesAtTheEndOfAStallIsHandledBeforeTheTurn) {
  std::size_t turns_before_task = 99;
  loop_->arm(start_ + milliseconds(20));
  loop_->stall(milliseconds(90));
  scheduler_.post_at(start_ + milliseconds(90), [&] { turns_before_task = turns_.size(); });

  scheduler_.run_for(milliseconds(200));

  EXPECT_EQ(turns_before_task, 0U);
  EXPECT_EQ(turns_.size(), 1U);
}

TEST_F(MemoryEventLoopTest, CloseEndsTheTurnsAndCallsBackOnce) {
  int closed = 0;
  loop_->wake();
  loop_->arm(start_ + milliseconds(20));
  loop_->close([&] { ++closed; });
  EXPECT_EQ(closed, 0);

  loop_->wake();
  loop_->arm(start_ + milliseconds(30));
  scheduler_.run_for(milliseconds(100));

  EXPECT_EQ(closed, 1);
  EXPECT_TRUE(turns_.empty());
}

TEST_F(MemoryEventLoopTest, MayBeDestroyedInItsCloseCallback) {
  loop_->close([this] { loop_.reset(); });

  scheduler_.run_due();

  EXPECT_EQ(loop_, nullptr);
  EXPECT_TRUE(scheduler_.empty());
}

TEST_F(MemoryEventLoopTest, DestroyedWithoutCloseLeavesNothingInTheScheduler) {
  loop_->arm(start_ + milliseconds(20));

  loop_.reset();

  EXPECT_TRUE(scheduler_.empty());
}

}  // namespace buoyant::memory::event_loop_test
