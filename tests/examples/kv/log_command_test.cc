// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/kv/log_command.h"

#include "buoyant/sessions.h"
#include "examples/kv/kv_state.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace kv::log_command_test {

using Words = std::vector<std::string_view>;

class KvLogCommandTest : public testing::Test {
 protected:
  /// Applies what is proposed, and gives what the client gets.
  std::string run(const Words& words) {
    const auto command = session_command(words);
    if (const auto* const error = std::get_if<std::string>(&command)) {
      return "refused: " + *error;
    }
    return apply(std::get<LogCommand>(command));
  }

  std::string apply(const LogCommand& command) {
    buoyant::Bytes reply;
    index_ = index_.next();
    state_.state_machine().apply(
        {{index_, buoyant::Term(1), buoyant::Bytes::copy_of(command.bytes)}},
        buoyant::ApplyDone(
            [&](const std::vector<buoyant::Bytes>& replies) { reply = replies.at(0); }));
    return command.read_reply(reply);
  }

  KvState state_;
  buoyant::Index index_;
};

TEST_F(KvLogCommandTest, APlainCommandIsAppliedAsOftenAsItComes) {
  const LogCommand command = plain_command({Code::kIncrementBy, {"k", "1"}});

  EXPECT_EQ(apply(command), ":1\r\n");
  EXPECT_EQ(apply(command), ":2\r\n");
}

TEST_F(KvLogCommandTest, ASessionsCommandIsAppliedOnce) {
  EXPECT_EQ(run({"SESSION.OPEN"}), ":1\r\n");
  EXPECT_EQ(run({"session.do", "1", "1", "incr", "k"}), ":1\r\n");
  EXPECT_EQ(run({"SESSION.DO", "1", "1", "INCR", "k"}), ":1\r\n");
  EXPECT_EQ(run({"SESSION.DO", "1", "7", "GET", "k"}), "$1\r\n1\r\n");
  EXPECT_EQ(state_.map().find("k")->value(), "1");
}

TEST_F(KvLogCommandTest, AnOldSequenceAndAnUnknownSessionAreErrors) {
  run({"SESSION.OPEN"});
  run({"SESSION.DO", "1", "2", "INCR", "k"});

  EXPECT_EQ(run({"SESSION.DO", "1", "1", "INCR", "k"}),
            "-ERR the session has gone beyond this number\r\n");
  EXPECT_EQ(run({"SESSION.DO", "2", "1", "INCR", "k"}),
            "-ERR the session is unknown or has expired\r\n");
}

TEST_F(KvLogCommandTest, AnErrorOfTheOperationIsAReplyLikeAnother) {
  run({"SESSION.OPEN"});
  run({"SESSION.DO", "1", "1", "SET", "k", "text"});

  EXPECT_TRUE(run({"SESSION.DO", "1", "2", "INCR", "k"}).starts_with("-ERR value"));
  EXPECT_TRUE(run({"SESSION.DO", "1", "2", "INCR", "k"}).starts_with("-ERR value"));
  EXPECT_EQ(run({"SESSION.DO", "1", "3", "APPEND", "k", "!"}), ":5\r\n");
}

TEST_F(KvLogCommandTest, WhatCannotBeDoneIsRefusedBeforeItIsProposed) {
  EXPECT_TRUE(run({"SESSION.DO", "x", "1", "GET", "k"}).starts_with("refused: -ERR"));
  EXPECT_TRUE(run({"SESSION.DO", "1", "0", "GET", "k"}).starts_with("refused: -ERR"));
  EXPECT_TRUE(run({"SESSION.DO", "1", "-1", "GET", "k"}).starts_with("refused: -ERR"));
  EXPECT_TRUE(run({"SESSION.DO", "1", "1", "PING"}).starts_with("refused: -ERR"));
  EXPECT_TRUE(run({"SESSION.DO", "1", "1", "GET"}).starts_with("refused: -ERR"));
  EXPECT_TRUE(run({"SESSION.DO", "1", "1", "SET", "k", "v", "EX"}).starts_with("refused: -ERR"));
  EXPECT_TRUE(run({"SESSION.CLOSE", "x"}).starts_with("refused: -ERR"));
}

TEST_F(KvLogCommandTest, TheDigestCoversMapAndSessions) {
  const std::uint64_t empty = state_.digest();
  run({"SESSION.OPEN"});
  const std::uint64_t opened = state_.digest();
  run({"SESSION.DO", "1", "1", "SET", "k", "v"});

  EXPECT_NE(empty, opened);
  EXPECT_NE(opened, state_.digest());
  EXPECT_EQ(KvState().digest(), empty);
}

}  // namespace kv::log_command_test
