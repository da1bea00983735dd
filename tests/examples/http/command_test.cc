// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/http/command.h"

#include <gtest/gtest.h>

#include <string>

namespace http::command_test {

TEST(HttpCommandTest, ACommandIsReadAsItWasWritten) {
  const Command command{
      Code::kPut, {Condition::Kind::kVersion, 77}, "key", std::string_view("\0v", 2)};
  const std::string bytes = encode(command);

  EXPECT_EQ(decode_command(bytes), command);
}

/// What logs hold must be readable for ever.
TEST(HttpCommandTest, TheBytesDoNotChange) {
  EXPECT_EQ(encode(Command{Code::kDelete, {Condition::Kind::kThere}, "k", {}}),
            std::string("\x02\x02\0\0\0\0\0\0\0\0\x01\0\0\0k", 15));
  EXPECT_EQ(encode(Reply{Outcome::kCounted, 258}), std::string("\x06\x02\x01\0\0\0\0\0\0", 9));
}

TEST(HttpCommandTest, OtherBytesAreNoCommand) {
  const std::string bytes = encode(Command{Code::kPut, {}, "key", "value"});

  EXPECT_FALSE(decode_command(""));
  EXPECT_FALSE(decode_command(bytes.substr(0, 13)));
  EXPECT_FALSE(decode_command(bytes.substr(0, 16)));
  EXPECT_FALSE(decode_command("\x09" + bytes.substr(1)));
  EXPECT_FALSE(decode_command(bytes.substr(0, 1) + "\x04" + bytes.substr(2)));
}

TEST(HttpCommandTest, OtherBytesAreNoReply) {
  const Reply reply{Outcome::kCreated, 5};

  EXPECT_EQ(decode_reply(encode(reply)), reply);
  EXPECT_FALSE(decode_reply(""));
  EXPECT_FALSE(decode_reply(encode(reply) + "x"));
  EXPECT_FALSE(decode_reply("\x09" + encode(reply).substr(1)));
}

}  // namespace http::command_test
