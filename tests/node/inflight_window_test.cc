// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/inflight_window.h"

#include "tests/support/print.h"

#include <gtest/gtest.h>

namespace buoyant::node::inflight_window_test {

TEST(InflightWindowTest, CountsWhatIsNotAcknowledged) {
  InflightWindow window;
  window.sent(Index(10), 100);
  window.sent(Index(20), 200);
  EXPECT_EQ(window.bytes(), 300U);
  window.acknowledged(Index(15));

  EXPECT_EQ(window.bytes(), 200U);
}

TEST(InflightWindowTest, ARewindVoidsWhatWasSentAfter) {
  InflightWindow window;
  window.sent(Index(10), 100);
  window.sent(Index(20), 200);
  window.rewind(Index(10));

  EXPECT_EQ(window.bytes(), 100U);
}

TEST(InflightWindowTest, GoingOnVoidsNothing) {
  InflightWindow window;
  window.sent(Index(10), 100);
  window.rewind(Index(10));
  window.sent(Index(20), 50);

  EXPECT_EQ(window.bytes(), 150U);
}

TEST(InflightWindowTest, ReturnsToZero) {
  InflightWindow window;
  window.sent(Index(10), 100);
  window.sent(Index(20), 200);
  window.acknowledged(Index(99));
  EXPECT_EQ(window.bytes(), 0U);
  window.sent(Index(30), 1);
  window.clear();

  EXPECT_EQ(window.bytes(), 0U);
}

}  // namespace buoyant::node::inflight_window_test
