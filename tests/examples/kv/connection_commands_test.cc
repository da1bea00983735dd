// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/kv/connection_commands.h"

#include "tests/examples/echo/held_node.h"

#include <gtest/gtest.h>

namespace kv::connection_commands_test {

class KvConnectionCommandsTest : public testing::Test {
 protected:
  std::string run(const std::vector<std::string_view>& words) {
    return answer_connection_command(words, state_, node_);
  }

  echo::testing_support::HeldNode node_;
  ConnectionState state_;
};

TEST_F(KvConnectionCommandsTest, PingsAndEchoes) {
  EXPECT_EQ(run({"PING"}), "+PONG\r\n");
  EXPECT_EQ(run({"ping", "hi"}), "$2\r\nhi\r\n");
  EXPECT_EQ(run({"ECHO", "hi"}), "$2\r\nhi\r\n");
}

TEST_F(KvConnectionCommandsTest, SatisfiesWhatProgramsSendOnTheirOwn) {
  EXPECT_EQ(run({"COMMAND", "DOCS"}), "*0\r\n");
  EXPECT_TRUE(run({"COMMAND", "COUNT"}).starts_with(":"));
  EXPECT_EQ(run({"CONFIG", "GET", "save"}), "*2\r\n$4\r\nsave\r\n$0\r\n\r\n");
  EXPECT_EQ(run({"CONFIG", "GET", "appendonly"}), "*2\r\n$10\r\nappendonly\r\n$3\r\nyes\r\n");
  EXPECT_EQ(run({"CLIENT", "SETINFO", "LIB-NAME", "x"}), "+OK\r\n");
  EXPECT_EQ(run({"SELECT", "0"}), "+OK\r\n");
  EXPECT_NE(run({"INFO"}).find("raft_role:"), std::string::npos);
}

TEST_F(KvConnectionCommandsTest, RefusesWhatItDoesNotHave) {
  EXPECT_EQ(run({"SELECT", "1"}), "-ERR DB index is out of range\r\n");
  EXPECT_EQ(run({"CONFIG", "SET", "a", "b"}), "-ERR only CONFIG GET name is supported\r\n");
}

TEST_F(KvConnectionCommandsTest, SpeaksTheSecondProtocolOnly) {
  EXPECT_TRUE(run({"HELLO"}).starts_with("*12\r\n$6\r\nserver\r\n"));
  EXPECT_TRUE(run({"HELLO", "2"}).starts_with("*12\r\n"));
  EXPECT_EQ(run({"HELLO", "3"}), "-NOPROTO unsupported protocol version\r\n");
  EXPECT_TRUE(run({"HELLO", "2", "AUTH", "a", "b"}).starts_with("-ERR"));
}

TEST_F(KvConnectionCommandsTest, RemembersTheReadMode) {
  EXPECT_EQ(state_.read_mode, ReadMode::kLinearizable);
  EXPECT_EQ(run({"READMODE", "stale"}), "+OK\r\n");
  EXPECT_EQ(state_.read_mode, ReadMode::kStale);
  EXPECT_EQ(run({"READMODE", "LEASE"}), "+OK\r\n");
  EXPECT_EQ(state_.read_mode, ReadMode::kLease);

  EXPECT_TRUE(run({"READMODE", "fast"}).starts_with("-ERR"));
  EXPECT_EQ(state_.read_mode, ReadMode::kLease);
}

TEST_F(KvConnectionCommandsTest, Quits) {
  EXPECT_EQ(run({"QUIT"}), "+OK\r\n");
  EXPECT_TRUE(state_.is_quitting);
}

}  // namespace kv::connection_commands_test
