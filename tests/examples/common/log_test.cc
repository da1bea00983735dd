// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/common/log.h"

#include <gtest/gtest.h>

#include <string>

namespace example::log_test {

using buoyant::ServerId;

class ExampleLogTest : public testing::Test {
 protected:
  void SetUp() override { testing::internal::CaptureStderr(); }

  static std::string written() { return testing::internal::GetCapturedStderr(); }
};

TEST_F(ExampleLogTest, WritesWhatHappensToTheNodeWithItsProgramAndServer) {
  Log log("buoyant-echo", ServerId(1), LogLevel::kInfo);
  log.observer().on_standing({buoyant::core::Role::kLeader, buoyant::Term(3), ServerId(1),
                              buoyant::core::Cause::kElectionWon});

  const std::string text = written();
  EXPECT_EQ(text.find("buoyant-echo 1 info: leader of term 3, leader 1 ("), 0U) << text;
}

TEST_F(ExampleLogTest, LeavesOutWhatIsBelowItsLevel) {
  Log log("buoyant-echo", ServerId(1), LogLevel::kWarn);
  log.write(LogLevel::kInfo, "no");
  log.observer().on_peer(ServerId(2), true);
  log.write(LogLevel::kWarn, "yes");

  EXPECT_EQ(written(), "buoyant-echo 1 warn: yes\n");
}

TEST_F(ExampleLogTest, SaysInOneLineWhatHappenedToTheDiskAndWhatToDo) {
  Log log("buoyant-echo", ServerId(1), LogLevel::kError);
  log.observer().on_fault("a write to storage failed",
                          buoyant::Error(buoyant::Errc::kStorageFailed, "write to the log", 5));

  const std::string text = written();
  EXPECT_EQ(text.find("buoyant-echo 1 error: faulted: a write to storage failed: "), 0U) << text;
  EXPECT_NE(text.find("write to the log (5); "), std::string::npos) << text;
  EXPECT_NE(text.find("restart this server"), std::string::npos) << text;
  EXPECT_EQ(text.find('\n'), text.size() - 1) << text;
}

}  // namespace example::log_test
