// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/operation_text.h"

#include "tests/simulation/histories.h"

#include <gtest/gtest.h>

#include <string>

namespace buoyant::simulation::operation_text_test {

using histories::call;
using histories::unknown;

TEST(OperationTextTest, ShowsACallWithItsReply) {
  EXPECT_EQ(shown(call(3, 1, 2, "read x", "17")),
            "client 3, from 1.000000000 to 2.000000000: read x -> 17");
}

TEST(OperationTextTest, ShowsThatAnOutcomeIsUnknown) {
  EXPECT_EQ(shown(unknown(3, 1, "write x 17")), "client 3, from 1.000000000 to ?: write x 17 -> ?");
}

TEST(OperationTextTest, ShowsNanoseconds) {
  EXPECT_EQ(shown(Instant(Duration(12'000'000'007))), "12.000000007");
}

TEST(OperationTextTest, ShowsBytesThatAreNoTextAsNumbers) {
  EXPECT_EQ(shown(std::string_view("a\n\xff")), "a\\x0a\\xff");
}

TEST(OperationTextTest, LeavesOutTheMiddleOfALongText) {
  const std::string half(kShownBytesMax, 'x');

  EXPECT_EQ(shown(half + "123" + half), half + " (3 bytes more) " + half);
}

TEST(OperationTextTest, ShowsATextWholeUpToItsBound) {
  const std::string text(2 * kShownBytesMax, 'x');

  EXPECT_EQ(shown(text), text);
}

}  // namespace buoyant::simulation::operation_text_test
