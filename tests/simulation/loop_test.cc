// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/loop.h"

#include "tests/simulation/run_fixture.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace buoyant::simulation::loop_test {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

class Turns final : public port::TurnHandler {
 public:
  void on_turn(const port::Turn& turn) noexcept override {
    all.push_back(turn);
    if (on_each) {
      on_each();
    }
  }

  std::vector<port::Turn> all;
  std::function<void()> on_each;
};

class SimulatedLoopTest : public RunFixture {
 protected:
  void SetUp() override { use(Clock()); }

  void use(Clock clock) {
    process = make_process(1, 1, clock);
    loop = std::make_unique<SimulatedLoop>(process, Random(1));
    loop->set_handler(turns);
  }

  Turns turns;
  ProcessPointer process;
  std::unique_ptr<SimulatedLoop> loop;
};

TEST_F(SimulatedLoopTest, AWakeGivesOneTurnSoonAndNotInsideTheCall) {
  loop->wake();
  EXPECT_EQ(turns.all.size(), 0U);

  run_for(microseconds(100));

  ASSERT_EQ(turns.all.size(), 1U);
  EXPECT_LT(turns.all[0].stalled, microseconds(100));
}

TEST_F(SimulatedLoopTest, WakesAddUpToOneTurn) {
  loop->wake();
  loop->wake();
  loop->wake();

  run_all();

  EXPECT_EQ(turns.all.size(), 1U);
}

TEST_F(SimulatedLoopTest, AWakeInATurnGivesAnother) {
  turns.on_each = [this] {
    if (turns.all.size() < 3) {
      loop->wake();
    }
  };
  loop->wake();

  run_all();

  EXPECT_EQ(turns.all.size(), 3U);
  EXPECT_EQ(loop->turns(), 3U);
}

TEST_F(SimulatedLoopTest, ATurnComesAtTheDeadlineAndNotBefore) {
  const Instant deadline = loop->now() + seconds(2);
  loop->arm(deadline);

  run_for(milliseconds(1'999));
  EXPECT_EQ(turns.all.size(), 0U);
  run_for(milliseconds(2));

  ASSERT_EQ(turns.all.size(), 1U);
  EXPECT_GE(turns.all[0].now, deadline);
}

TEST_F(SimulatedLoopTest, ADeadlineIsOnTheLocalClock) {
  use(Clock(seconds(5), 50'000));
  const Instant deadline = loop->now() + seconds(21);
  loop->arm(deadline);

  run_for(milliseconds(19'990));
  EXPECT_EQ(turns.all.size(), 0U);
  run_for(milliseconds(20));

  ASSERT_EQ(turns.all.size(), 1U);
  EXPECT_GE(turns.all[0].now, deadline);
}

TEST_F(SimulatedLoopTest, ALaterDeadlineReplacesAnEarlierOne) {
  loop->arm(loop->now() + seconds(1));
  loop->arm(loop->now() + seconds(3));

  run_for(seconds(2));
  EXPECT_EQ(turns.all.size(), 0U);
  run_for(seconds(2));

  EXPECT_EQ(turns.all.size(), 1U);
}

TEST_F(SimulatedLoopTest, ADeadlineMayBeTakenBackAndSetAgain) {
  const Instant deadline = loop->now() + seconds(1);
  loop->arm(deadline);
  loop->arm(Instant::never());
  loop->arm(deadline);

  run_all();

  EXPECT_EQ(turns.all.size(), 1U);
}

TEST_F(SimulatedLoopTest, NeverIsNoDeadline) {
  loop->arm(loop->now() + seconds(1));
  loop->arm(Instant::never());

  run_all();

  EXPECT_EQ(turns.all.size(), 0U);
}

TEST_F(SimulatedLoopTest, ADeadlineThatIsPastGivesATurnSoon) {
  run_for(seconds(5));
  loop->arm(Instant(seconds(1)));

  run_for(milliseconds(1));

  EXPECT_EQ(turns.all.size(), 1U);
}

TEST_F(SimulatedLoopTest, ATurnThatComesAnywayTakesADeadlineThatIsPast) {
  loop->arm(loop->now() + microseconds(1));
  loop->wake();

  run_all();

  EXPECT_EQ(turns.all.size(), 1U);
}

TEST_F(SimulatedLoopTest, AfterAPauseATurnKnowsHowLateItIs) {
  loop->arm(loop->now() + seconds(1));
  process->pause(context.now() + seconds(4));

  run_all();

  ASSERT_EQ(turns.all.size(), 1U);
  EXPECT_GE(turns.all[0].stalled, seconds(3));
  EXPECT_LT(turns.all[0].stalled, seconds(3) + milliseconds(1));
}

TEST_F(SimulatedLoopTest, AfterAPauseTheTurnOfADeadlineComesAfterTheSockets) {
  std::size_t turns_before = 9;
  loop->arm(loop->now() + seconds(1));
  process->pause(context.now() + seconds(4));
  process->post(seconds(2), Input::kSocket, [&] { turns_before = turns.all.size(); });

  run_all();

  EXPECT_EQ(turns_before, 0U);
}

TEST_F(SimulatedLoopTest, WithLateSocketsTheTurnOfADeadlineComesBeforeThem) {
  plan.faults = {Fault::kLateSockets};
  std::size_t turns_before = 9;
  loop->arm(loop->now() + seconds(1));
  process->pause(context.now() + seconds(4));
  process->post(seconds(2), Input::kSocket, [&] { turns_before = turns.all.size(); });

  run_all();

  EXPECT_EQ(turns_before, 1U);
  ASSERT_EQ(turns.all.size(), 1U);
  EXPECT_GE(turns.all[0].stalled, seconds(3));
}

TEST_F(SimulatedLoopTest, WithLateSocketsATurnThatIsOnTimeWaitsForThem) {
  plan.faults = {Fault::kLateSockets};
  std::size_t turns_before = 9;
  loop->arm(loop->now() + seconds(1));
  process->post(seconds(1), Input::kSocket, [&] { turns_before = turns.all.size(); });

  run_all();

  EXPECT_EQ(turns_before, 0U);
  EXPECT_EQ(turns.all.size(), 1U);
}

TEST_F(SimulatedLoopTest, NoTurnRunsAfterClose) {
  bool closed = false;
  loop->arm(loop->now() + microseconds(1));
  loop->wake();

  loop->close([&] { closed = true; });
  EXPECT_FALSE(closed);
  loop->wake();
  loop->arm(loop->now() + seconds(1));
  run_all();

  EXPECT_TRUE(closed);
  EXPECT_EQ(turns.all.size(), 0U);
}

TEST_F(SimulatedLoopTest, ItMayBeDestroyedInItsCloseCallback) {
  const auto handle = loop->handle();
  loop->wake();

  loop->close([this] { loop.reset(); });
  run_all();

  EXPECT_EQ(*handle, nullptr);
}

TEST_F(SimulatedLoopTest, AProcessThatIsGoneGetsItsLastTurnsFromItsBurial) {
  process->kill();
  loop->wake();
  loop->arm(loop->now() + seconds(1));

  run_all();
  EXPECT_EQ(turns.all.size(), 0U);
  process->run_last_rites();

  EXPECT_EQ(turns.all.size(), 1U);
}

}  // namespace buoyant::simulation::loop_test
