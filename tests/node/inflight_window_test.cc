// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/inflight_window.h"

#include "tests/support/print.h"

#include <gtest/gtest.h>

namespace buoyant::node::inflight_window_test {

constexpr Instant time_of(int milliseconds) {
  return Instant(std::chrono::milliseconds(milliseconds));
}

TEST(InflightWindowTest, CountsWhatIsNotAcknowledged) {
  InflightWindow window;
  window.sent(time_of(0), Index(10), 100);
  window.sent(time_of(0), Index(20), 200);
  EXPECT_EQ(window.bytes(), 300U);
  window.acknowledged(time_of(0), Index(15));

  EXPECT_EQ(window.bytes(), 200U);
}

TEST(InflightWindowTest, ARewindVoidsWhatWasSentAfter) {
  InflightWindow window;
  window.sent(time_of(0), Index(10), 100);
  window.sent(time_of(0), Index(20), 200);
  window.rewind(Index(10));

  EXPECT_EQ(window.bytes(), 100U);
}

TEST(InflightWindowTest, GoingOnVoidsNothing) {
  InflightWindow window;
  window.sent(time_of(0), Index(10), 100);
  window.rewind(Index(10));
  window.sent(time_of(0), Index(20), 50);

  EXPECT_EQ(window.bytes(), 150U);
}

TEST(InflightWindowTest, ReturnsToZero) {
  InflightWindow window;
  window.sent(time_of(0), Index(10), 100);
  window.sent(time_of(0), Index(20), 200);
  window.acknowledged(time_of(0), Index(99));
  EXPECT_EQ(window.bytes(), 0U);
  window.sent(time_of(0), Index(30), 1);
  window.clear();

  EXPECT_EQ(window.bytes(), 0U);
}

TEST(InflightWindowTest, MeasuresOneFrameAtATime) {
  InflightWindow window;
  EXPECT_EQ(window.acknowledgement(), Duration(0));
  window.sent(time_of(0), Index(10), 100);
  window.sent(time_of(5), Index(20), 100);
  window.acknowledged(time_of(8), Index(9));
  EXPECT_EQ(window.acknowledgement(), Duration(0));

  window.acknowledged(time_of(8), Index(20));
  EXPECT_EQ(window.acknowledgement(), std::chrono::milliseconds(8));

  window.sent(time_of(100), Index(30), 100);
  window.acknowledged(time_of(116), Index(30));
  EXPECT_EQ(window.acknowledgement(), std::chrono::milliseconds(9)) << "8 + (16 - 8) / 8";
}

TEST(InflightWindowTest, AFrameThatIsSentAgainIsNotMeasured) {
  InflightWindow window;
  window.sent(time_of(0), Index(10), 100);
  window.rewind(Index(9));
  window.sent(time_of(50), Index(10), 100);
  window.acknowledged(time_of(52), Index(10));

  EXPECT_EQ(window.acknowledgement(), std::chrono::milliseconds(2));
}

}  // namespace buoyant::node::inflight_window_test
