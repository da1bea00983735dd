// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "sessions/framing.h"

#include <gtest/gtest.h>

#include <string>

namespace buoyant::sessions::framing_test {

Bytes bytes(std::string_view text) {
  return Bytes::copy_of(text);
}

std::string text(const Bytes& some) {
  return std::string(some.text());
}

TEST(SessionFramingTest, HasTheBytesThatLogsHold) {
  EXPECT_EQ(text(encode_plain(view_of("ab"))), std::string("\0ab", 3));
  EXPECT_EQ(text(encode_open()), "\x01");
  EXPECT_EQ(text(encode_do(SessionId(7), 258, view_of("ab"))),
            std::string("\x02\x07\0\0\0\0\0\0\0\x02\x01\0\0\0\0\0\0ab", 19));
  EXPECT_EQ(text(encode_close(SessionId(7))), std::string("\x03\x07\0\0\0\0\0\0\0", 9));
}

TEST(SessionFramingTest, ReadsWhatItWrites) {
  const auto plain = read_frame(encode_plain(view_of("command")));
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->kind, Kind::kPlain);
  EXPECT_EQ(text(plain->command), "command");

  const auto one = read_frame(encode_do(SessionId(7), 9, view_of("")));
  ASSERT_TRUE(one);
  EXPECT_EQ(one->session, SessionId(7));
  EXPECT_EQ(one->sequence, 9U);
  EXPECT_EQ(text(one->command), "");

  EXPECT_EQ(read_frame(encode_open())->kind, Kind::kOpen);
  EXPECT_EQ(read_frame(encode_close(SessionId(3)))->session, SessionId(3));
}

TEST(SessionFramingTest, TheHeadsInFrontOfACommandMakeTheSameBytes) {
  std::string plain;
  begin_plain(plain);
  plain += "command";
  std::string one;
  begin_do(SessionId(7), 9, one);
  one += "command";

  EXPECT_EQ(plain, text(encode_plain(view_of("command"))));
  EXPECT_EQ(one, text(encode_do(SessionId(7), 9, view_of("command"))));
}

TEST(SessionFramingTest, WhatIsNoFrameIsMalformed) {
  EXPECT_FALSE(read_frame(Bytes()));
  EXPECT_FALSE(read_frame(bytes("\x04")));
  EXPECT_FALSE(read_frame(bytes("\x01 more")));
  EXPECT_FALSE(read_frame(encode_do(SessionId(7), 9, {}).slice(0, 16)));
  EXPECT_FALSE(read_frame(encode_close(SessionId(7)).slice(0, 8)));
  EXPECT_FALSE(read_frame(bytes(text(encode_close(SessionId(7))) + "x")));
}

TEST(SessionFramingTest, ASequenceOfZeroIsMalformed) {
  std::string command = text(encode_do(SessionId(7), 1, view_of("x")));
  command[9] = '\0';

  EXPECT_FALSE(read_frame(bytes(command)));
}

TEST(SessionFramingTest, RepliesComeBackAsTheyWere) {
  EXPECT_EQ(decode_open_reply(encode_opened(SessionId(77))), SessionId(77));
  EXPECT_EQ(text(*decode_do_reply(encode_done(bytes("reply")))), "reply");
  EXPECT_EQ(text(*decode_do_reply(encode_done(Bytes()))), "");
  EXPECT_TRUE(decode_close_reply(encode_reply(Status::kDone)));
}

TEST(SessionFramingTest, EachRefusalIsAnErrorOfItsOwn) {
  const auto code_of = [](Status status) {
    return decode_do_reply(encode_reply(status)).error().code();
  };
  EXPECT_EQ(code_of(Status::kExpired), Errc::kSessionExpired);
  EXPECT_EQ(code_of(Status::kStale), Errc::kStaleSequence);
  EXPECT_EQ(code_of(Status::kReplyNotKept), Errc::kTooLarge);
  EXPECT_EQ(code_of(Status::kMalformed), Errc::kMalformed);
}

TEST(SessionFramingTest, RepliesThatAreNoneAreMalformed) {
  EXPECT_EQ(decode_do_reply(Bytes()).error().code(), Errc::kMalformed);
  EXPECT_EQ(decode_do_reply(bytes("\x63")).error().code(), Errc::kMalformed);
  EXPECT_EQ(decode_open_reply(encode_reply(Status::kDone)).error().code(), Errc::kMalformed);
  EXPECT_EQ(decode_close_reply(Bytes()).error().code(), Errc::kMalformed);
}

}  // namespace buoyant::sessions::framing_test
