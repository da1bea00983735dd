// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/process.h"

#include "tests/simulation/run_fixture.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace buoyant::simulation::process_test {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

/// How often, of many moments, the clock shows the asked time exactly from moment_of on.
struct Inverse {
  std::size_t late = 0;   ///< The clock showed it a nanosecond before already.
  std::size_t early = 0;  ///< It does not show it yet.

  friend bool operator==(const Inverse&, const Inverse&) = default;

  friend std::ostream& operator<<(std::ostream& out, const Inverse& inverse) {
    return out << inverse.late << " late, " << inverse.early << " early";
  }
};

Inverse try_inverse(std::int64_t fast_ppm) {
  const Clock clock(seconds(3), fast_ppm);
  Inverse inverse;
  for (std::int64_t i = 1; i <= 100'000; ++i) {
    const Instant asked(seconds(3) + nanoseconds(i * 7'919 * (i % 13 + 1)));
    const Instant moment = clock.moment_of(asked);
    inverse.early += clock.local(moment) < asked ? 1U : 0U;
    inverse.late += clock.local(moment - nanoseconds(1)) >= asked ? 1U : 0U;
  }
  return inverse;
}

TEST(ClockTest, APerfectClockShowsWhatItWasSetToAndTheTimeSince) {
  const Clock clock(seconds(3), 0);

  EXPECT_EQ(clock.local(Instant(seconds(2))), Instant(seconds(5)));
}

TEST(ClockTest, AFastClockGainsAndASlowOneLoses) {
  const Instant hour{hours(1)};

  EXPECT_EQ(Clock(seconds(0), 1'000).local(hour), hour + milliseconds(3'600));
  EXPECT_EQ(Clock(seconds(0), -1'000).local(hour), hour - milliseconds(3'600));
}

TEST(ClockTest, NoClockGoesBack) {
  const Clock clock(seconds(3), -50'000);
  std::size_t backwards = 0;
  for (std::int64_t i = 999'000; i < 1'001'000; ++i) {
    backwards +=
        clock.local(Instant(Duration(i + 1))) < clock.local(Instant(Duration(i))) ? 1U : 0U;
  }

  EXPECT_EQ(backwards, 0U);
}

TEST(ClockTest, TheMomentOfATimeIsTheFirstAtWhichItIsShown) {
  EXPECT_EQ(try_inverse(0), Inverse());
  EXPECT_EQ(try_inverse(1), Inverse());
  EXPECT_EQ(try_inverse(50'000), Inverse());
  EXPECT_EQ(try_inverse(-1), Inverse());
  EXPECT_EQ(try_inverse(-50'000), Inverse());
}

TEST(ClockTest, ATimeBeforeTheClockWasSetIsShownFromTheBeginning) {
  EXPECT_EQ(Clock(seconds(3), 0).moment_of(Instant(seconds(2))), Instant());
}

TEST(ClockTest, NeverIsShownNever) {
  EXPECT_EQ(Clock(seconds(3), 50'000).moment_of(Instant::never()), Instant::never());
}

class SimulatedProcessTest : public RunFixture {
 protected:
  void post(Duration delay, Input input, char letter) {
    process->post(delay, input, [this, letter] { log += letter; });
  }

  ProcessPointer process = make_process(1);
  std::string log;
};

TEST_F(SimulatedProcessTest, WhatIsBroughtArrivesWhenItIsDue) {
  post(seconds(1), Input::kSocket, 'a');

  run_for(milliseconds(999));
  EXPECT_EQ(log, "");

  run_for(milliseconds(1));
  EXPECT_EQ(log, "a");
}

TEST_F(SimulatedProcessTest, TheLocalClockIsItsOwn) {
  process = make_process(1, 1, Clock(seconds(3), 0));

  EXPECT_EQ(process->local_now(), context.now() + seconds(3));
}

TEST_F(SimulatedProcessTest, APausedProcessGetsNothing) {
  process->pause(context.now() + seconds(2));
  post(seconds(1), Input::kTurn, 't');
  post(seconds(1), Input::kSocket, 's');
  post(seconds(1), Input::kWorker, 'w');
  post(seconds(1), Input::kTeardown, 'd');

  run_for(milliseconds(1'999));

  EXPECT_TRUE(process->is_paused());
  EXPECT_EQ(log, "");
}

TEST_F(SimulatedProcessTest, AfterAPauseTheSocketsComeBeforeTheTurn) {
  process->pause(context.now() + seconds(2));
  post(seconds(1), Input::kTurn, 't');
  post(seconds(1), Input::kSocket, '1');
  post(seconds(1), Input::kWorker, '2');
  post(seconds(1), Input::kSocket, '3');

  run_all();

  EXPECT_EQ(log, "123t");
}

TEST_F(SimulatedProcessTest, WithLateSocketsTheTurnComesBeforeThem) {
  plan.faults = {Fault::kLateSockets};
  process->pause(context.now() + seconds(2));
  post(seconds(1), Input::kSocket, '1');
  post(seconds(1), Input::kTurn, 't');
  post(seconds(1), Input::kSocket, '2');

  run_all();

  EXPECT_EQ(log, "t12");
}

TEST_F(SimulatedProcessTest, WhatWasHeldComesBeforeWhatIsDueAtTheSameTime) {
  process->pause(context.now() + seconds(2));
  post(seconds(1), Input::kSocket, '1');
  post(seconds(2), Input::kSocket, '2');

  run_all();

  EXPECT_EQ(log, "12");
}

TEST_F(SimulatedProcessTest, APauseCanGrow) {
  process->pause(context.now() + seconds(2));
  process->pause(context.now() + seconds(4));
  post(seconds(1), Input::kSocket, 's');

  run_for(seconds(3));
  EXPECT_EQ(log, "");

  run_for(seconds(1));
  EXPECT_EQ(log, "s");
}

TEST_F(SimulatedProcessTest, AShorterPauseDoesNotCutALongerOne) {
  process->pause(context.now() + seconds(4));
  process->pause(context.now() + seconds(2));

  run_for(seconds(3));

  EXPECT_TRUE(process->is_paused());
}

TEST_F(SimulatedProcessTest, APauseMayBeEndedEarly) {
  process->pause(context.now() + seconds(4));
  post(seconds(1), Input::kSocket, 's');
  run_for(seconds(1));

  process->unpause();

  EXPECT_FALSE(process->is_paused());
  EXPECT_EQ(log, "s");
}

TEST_F(SimulatedProcessTest, AnEarlierPauseDoesNotEndALaterOne) {
  process->pause(context.now() + seconds(2));
  process->unpause();
  process->pause(context.now() + seconds(4));

  run_for(seconds(3));

  EXPECT_TRUE(process->is_paused());
}

TEST_F(SimulatedProcessTest, WhoeverPausesItWhileItGoesOnHoldsTheRest) {
  process->pause(context.now() + seconds(2));
  process->post(seconds(1), Input::kSocket, [this] { process->pause(context.now() + seconds(2)); });
  post(seconds(1), Input::kSocket, 's');

  run_for(seconds(3));
  EXPECT_EQ(log, "");

  run_for(seconds(1));
  EXPECT_EQ(log, "s");
}

TEST_F(SimulatedProcessTest, NothingReachesAProcessThatIsGone) {
  post(seconds(1), Input::kTurn, 't');
  post(seconds(1), Input::kSocket, 's');
  post(seconds(1), Input::kWorker, 'w');

  process->kill();
  post(seconds(1), Input::kSocket, 's');
  post(seconds(1), Input::kWorker, 'w');
  run_all();

  EXPECT_EQ(log, "");
}

TEST_F(SimulatedProcessTest, WhoeverEndsItWhileItGoesOnDropsTheRest) {
  process->pause(context.now() + seconds(2));
  process->post(seconds(1), Input::kSocket, [this] { process->kill(); });
  post(seconds(1), Input::kSocket, 's');

  run_all();

  EXPECT_EQ(log, "");
}

TEST_F(SimulatedProcessTest, TheEndOfAPortReachesAProcessThatIsGone) {
  post(seconds(1), Input::kTeardown, 'd');
  process->kill();

  run_all();

  EXPECT_EQ(log, "d");
}

TEST_F(SimulatedProcessTest, LastRitesRunTurnsAndTeardownUntilNothingIsLeft) {
  process->kill();
  process->post(seconds(1), Input::kTurn, [this] {
    log += 't';
    post(seconds(1), Input::kTeardown, 'd');
  });

  process->run_last_rites();

  EXPECT_EQ(log, "td");
}

TEST_F(SimulatedProcessTest, ATeardownThatAPauseHoldsIsNotLostWhenTheProcessEnds) {
  process->pause(context.now() + seconds(5));
  post(seconds(1), Input::kTeardown, 'd');
  post(seconds(1), Input::kSocket, 's');
  run_for(seconds(2));

  process->kill();
  process->run_last_rites();
  run_all();

  EXPECT_EQ(log, "d");
}

TEST_F(SimulatedProcessTest, ATeardownThatIsUnderWayIsRunOnceByTheLastRites) {
  post(seconds(1), Input::kTeardown, 'd');

  process->kill();
  process->run_last_rites();
  EXPECT_EQ(log, "d");
  run_all();

  EXPECT_EQ(log, "d");
}

TEST_F(SimulatedProcessTest, WhatAPauseHoldsDoesNotKeepAnEndedProcessAlive) {
  const std::weak_ptr<Process> watched = process;
  process->pause(context.now() + seconds(2));
  process->post(seconds(1), Input::kWorker, [process = process] { (void)process; });
  run_for(seconds(1));

  process->kill();
  process.reset();
  run_all();

  EXPECT_TRUE(watched.expired());
}

TEST_F(SimulatedProcessTest, WhoListensHearsWhenAPauseEnds) {
  std::vector<TraceEvent> heard;
  sink = [&](const TraceEvent& event) { heard.push_back(event); };

  process->pause(context.now() + seconds(1));
  run_for(seconds(2));

  ASSERT_EQ(heard.size(), 1U);
  EXPECT_STREQ(heard[0].what, "resume");
  EXPECT_EQ(heard[0].server, ServerId(1));
}

}  // namespace buoyant::simulation::process_test
