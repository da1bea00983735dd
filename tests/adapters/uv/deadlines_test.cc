// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/uv/deadlines.h"

#include "adapters/uv/trouble.h"
#include "tests/adapters/uv/loop_fixture.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace buoyant::uv::deadlines_test {

using std::chrono::milliseconds;

class DeadlinesTest : public testing::Test {
 protected:
  void TearDown() override {
    if (deadlines_) {
      deadlines_->close([this] { deadlines_.reset(); });
    }
    EXPECT_TRUE(loop_.run_until([this] { return deadlines_ == nullptr; }));
  }

  Deadlines::Call note(const std::string& name) {
    return [this, name] { log_.push_back(name); };
  }

  void run() { uv_run(loop_.get(), UV_RUN_DEFAULT); }

  using Log = std::vector<std::string>;

  tests::TestLoop loop_;
  std::unique_ptr<Deadlines> deadlines_ = std::make_unique<Deadlines>(*loop_);
  Log log_;
};

TEST_F(DeadlinesTest, PostedCallsRunInOrderAndNotInsideTheCall) {
  deadlines_->post(note("a"));
  deadlines_->post(note("b"));
  EXPECT_TRUE(log_.empty());

  run();

  EXPECT_EQ(log_, (Log{"a", "b"}));
}

TEST_F(DeadlinesTest, TimersRunInTheOrderOfTheirTimes) {
  Deadlines::Timer late(*deadlines_);
  Deadlines::Timer early(*deadlines_);
  late.start(milliseconds(6), note("late"));
  early.start(milliseconds(2), note("early"));

  run();

  EXPECT_EQ(log_, (Log{"early", "late"}));
  EXPECT_FALSE(late.is_active());
}

TEST_F(DeadlinesTest, StartReplacesTheCall) {
  Deadlines::Timer timer(*deadlines_);
  timer.start(milliseconds(1), note("replaced"));
  timer.start(milliseconds(2), note("kept"));

  run();

  EXPECT_EQ(log_, Log{"kept"});
}

TEST_F(DeadlinesTest, CancelledTimerDoesNotRun) {
  Deadlines::Timer timer(*deadlines_);
  timer.start(milliseconds(1), note("a"));
  timer.cancel();

  run();

  EXPECT_TRUE(log_.empty());
}

TEST_F(DeadlinesTest, DestroyedTimerDoesNotRun) {
  {
    Deadlines::Timer timer(*deadlines_);
    timer.post(note("a"));
  }

  run();

  EXPECT_TRUE(log_.empty());
}

TEST_F(DeadlinesTest, TimerMayCancelAnotherThatIsDueToo) {
  Deadlines::Timer first(*deadlines_);
  Deadlines::Timer second(*deadlines_);
  first.post([&] { second.cancel(); });
  second.post(note("cancelled"));

  run();

  EXPECT_TRUE(log_.empty());
}

TEST_F(DeadlinesTest, TimerMayStartItselfAgain) {
  Deadlines::Timer timer(*deadlines_);
  int runs = 0;
  std::function<void()> again = [&] {
    if (++runs < 3) {
      timer.start(milliseconds(1), again);
    }
  };
  timer.post(again);

  run();

  EXPECT_EQ(runs, 3);
}

TEST_F(DeadlinesTest, CallPostedInATurnRunsInTheNextOne) {
  deadlines_->post([this] {
    log_.emplace_back("first");
    deadlines_->post(note("second"));
  });

  loop_.spin(1);
  EXPECT_EQ(log_, Log{"first"});
  loop_.spin(1);

  EXPECT_EQ(log_, (Log{"first", "second"}));
}

TEST_F(DeadlinesTest, NothingRunsAfterClose) {
  Deadlines::Timer timer(*deadlines_);
  timer.post(note("timer"));
  deadlines_->post(note("posted"));
  bool closed = false;
  deadlines_->close([&] { closed = true; });

  run();

  EXPECT_TRUE(closed);
  EXPECT_TRUE(log_.empty());
  timer.cancel();
  deadlines_.reset();
}

TEST_F(DeadlinesTest, CloseInACallEndsTheTurn) {
  deadlines_->post([this] { deadlines_->close([this] { deadlines_.reset(); }); });
  deadlines_->post(note("too late"));

  run();

  EXPECT_TRUE(log_.empty());
}

TEST(TroubleLogTest, SameTroubleIsNewsOnceAMinute) {
  TroubleLog log;
  const Instant start(Duration(1));

  EXPECT_TRUE(log.is_news(ServerId(1), "refused", start));
  EXPECT_FALSE(log.is_news(ServerId(1), "refused", start + std::chrono::seconds(59)));
  EXPECT_TRUE(log.is_news(ServerId(1), "refused", start + std::chrono::seconds(60)));
}

TEST(TroubleLogTest, OtherTroublesAndPeersAreNews) {
  TroubleLog log;
  const Instant start(Duration(1));

  EXPECT_TRUE(log.is_news(ServerId(1), "refused", start));
  EXPECT_TRUE(log.is_news(ServerId(2), "refused", start));
  EXPECT_TRUE(log.is_news(ServerId(1), "garbage", start));
}

TEST(TroubleLogTest, AfterSuccessATroubleIsNewsAgain) {
  TroubleLog log;
  const Instant start(Duration(1));
  log.is_news(ServerId(1), "refused", start);
  log.is_news(ServerId(2), "refused", start);

  log.forget(ServerId(1));

  EXPECT_TRUE(log.is_news(ServerId(1), "refused", start));
  EXPECT_FALSE(log.is_news(ServerId(2), "refused", start));
}

TEST(TroubleLogTest, IsBounded) {
  TroubleLog log;
  const Instant start(Duration(1));
  for (std::uint64_t i = 0; i < TroubleLog::kKindsMax; ++i) {
    EXPECT_TRUE(log.is_news(ServerId(i), "refused", start));
  }

  EXPECT_FALSE(log.is_news(ServerId(99'999), "refused", start));
}

}  // namespace buoyant::uv::deadlines_test
