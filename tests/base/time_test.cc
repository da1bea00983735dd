// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/base/time.h"

#include "tests/support/print.h"

namespace buoyant::time_test {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""ns;
using std::chrono_literals::operator""h;

TEST(InstantTest, StartsAtZero) {
  EXPECT_EQ(Instant().since_start(), 0ns);
}

TEST(InstantTest, ADurationLaterIsLater) {
  EXPECT_LT(Instant(5ms), Instant(5ms) + 1ns);
}

TEST(InstantTest, TheDifferenceIsTheDurationInBetween) {
  EXPECT_EQ(Instant(7ms) - Instant(5ms), 2ms);
}

TEST(InstantTest, TheDifferenceToALaterOneIsNegative) {
  EXPECT_EQ(Instant(5ms) - Instant(7ms), -2ms);
}

TEST(InstantTest, ADurationEarlierIsEarlier) {
  EXPECT_EQ(Instant(7ms) - 2ms, Instant(5ms));
}

TEST(InstantTest, NeverIsAfterEveryDeadline) {
  EXPECT_GT(Instant::never(), Instant(24h * 365 * 200));
}

}  // namespace buoyant::time_test
