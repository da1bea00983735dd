// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/echo/protocol.h"

#include <gtest/gtest.h>

namespace echo::protocol_test {

using buoyant::Errc;
using buoyant::Error;

TEST(EchoProtocolTest, ACertainErrorIsErr) {
  EXPECT_EQ(error_line(Error(Errc::kNoLeader)), "-ERR no leader is known");
}

TEST(EchoProtocolTest, AnUnknownOutcomeIsUnknown) {
  EXPECT_EQ(error_line(Error(Errc::kOutcomeUnknown, "closing")),
            "-UNKNOWN whether it was committed is not known: closing");
}

TEST(EchoProtocolTest, LinesThatLookLikeErrorsAreRefused) {
  EXPECT_TRUE(refuse_line("-ERR x"));
  EXPECT_TRUE(refuse_line("-UNKNOWN "));
}

TEST(EchoProtocolTest, OtherLinesAreNotRefused) {
  EXPECT_FALSE(refuse_line(""));
  EXPECT_FALSE(refuse_line("-ERR"));
  EXPECT_FALSE(refuse_line("-ERRATIC x"));
  EXPECT_FALSE(refuse_line(" -ERR x"));
}

}  // namespace echo::protocol_test
