// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/turn_clock.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>

namespace buoyant::node::turn_clock_test {

using std::chrono::microseconds;
using std::chrono::milliseconds;

/// Both clocks are set by the test.
class Clocks final : public port::EventLoop {
 public:
  [[nodiscard]] Instant now() const noexcept override { return Instant(wall); }

  [[nodiscard]] Duration thread_time() const noexcept override {
    ++asked;
    return used;
  }

  void set_handler(port::TurnHandler& /*handler*/) noexcept override {}

  void wake() noexcept override {}

  void arm(Instant /*deadline*/) noexcept override {}

  void close(std::function<void()> /*done*/) noexcept override {}

  Duration wall{milliseconds(50)};
  Duration used{milliseconds(7)};
  mutable int asked = 0;
};

class TurnClockTest : public ::testing::Test {
 protected:
  void begin() { clock_.begin(loops_.now(), loops_); }

  [[nodiscard]] Duration held() const { return clock_.held(loops_.now(), loops_); }

  /// So much passes, of which the thread ran for `used`.
  void pass(Duration wall, Duration used) {
    loops_.wall += wall;
    loops_.used += used;
  }

  Clocks loops_;
  TurnClock clock_;
};

TEST_F(TurnClockTest, AShortTurnIsTakenByTheWallClock) {
  begin();
  pass(microseconds(300), microseconds(200));

  EXPECT_EQ(held(), microseconds(300));
}

TEST_F(TurnClockTest, ALongTurnThatWasHeldUpByOthersCountsWhatItUsed) {
  begin();
  pass(milliseconds(30), milliseconds(2));

  EXPECT_EQ(held(), milliseconds(2));
}

TEST_F(TurnClockTest, TheUsersOwnCodeDoesNotCount) {
  begin();
  pass(milliseconds(30), milliseconds(30));
  clock_.add_user_time(milliseconds(28));

  EXPECT_EQ(held(), milliseconds(2));
}

TEST_F(TurnClockTest, TheNextTurnBeginsWithoutTheUsersTimeOfTheOneBefore) {
  begin();
  clock_.add_user_time(milliseconds(5));
  begin();
  pass(milliseconds(8), milliseconds(8));

  EXPECT_EQ(held(), milliseconds(8));
}

TEST_F(TurnClockTest, ShortTurnsInQuickSuccessionAskForProcessorTimeOnce) {
  for (int turn = 0; turn < 10; ++turn) {
    begin();
    pass(microseconds(20), microseconds(20));
    static_cast<void>(held());
  }

  EXPECT_EQ(loops_.asked, 1);
}

TEST_F(TurnClockTest, TheProcessorTimeAtTheBeginningIsNotOld) {
  begin();
  pass(milliseconds(40), milliseconds(40));
  begin();
  pass(milliseconds(5), milliseconds(3));

  EXPECT_EQ(held(), milliseconds(3));
}

}  // namespace buoyant::node::turn_clock_test
