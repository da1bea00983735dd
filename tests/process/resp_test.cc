// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// RESP2 as the process tests read it.

#include "tests/support/process/resp.h"

#include <gtest/gtest.h>

#include <string>

namespace buoyant::process {

namespace resp_test {

/// The first reply in these bytes, in one line.
std::string read(std::string bytes) {
  RespReader reader;
  const auto value = reader.take(bytes);
  return value ? shown(*value) : reader.is_broken() ? "broken" : "incomplete";
}

}  // namespace resp_test

TEST(RespTest, EveryKindOfReplyIsRead) {
  EXPECT_EQ(resp_test::read("+OK\r\n"), "+OK");
  EXPECT_EQ(resp_test::read("-ERR no\r\n"), "-ERR no");
  EXPECT_EQ(resp_test::read(":-12\r\n"), ":-12");
  EXPECT_EQ(resp_test::read("$4\r\na\r\nb\r\n"), "$a\r\nb");
  EXPECT_EQ(resp_test::read("$0\r\n\r\n"), "$");
  EXPECT_EQ(resp_test::read("$-1\r\n"), "$-1");
  EXPECT_EQ(resp_test::read("*-1\r\n"), "$-1");
  EXPECT_EQ(resp_test::read("*0\r\n"), "*[]");
  EXPECT_EQ(resp_test::read("*2\r\n:1\r\n*1\r\n$1\r\nx\r\n"), "*[:1 *[$x]]");
}

TEST(RespTest, AReplyThatIsCutAnywhereIsIncomplete) {
  const std::string whole = "*2\r\n$5\r\nhello\r\n:12\r\n";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(resp_test::read(whole.substr(0, size)), "incomplete") << size;
  }

  EXPECT_EQ(resp_test::read(whole), "*[$hello :12]");
}

TEST(RespTest, WhatIsNoReplyIsBroken) {
  EXPECT_EQ(resp_test::read("hello\r\n"), "broken");
  EXPECT_EQ(resp_test::read("\r\n"), "broken");
  EXPECT_EQ(resp_test::read(":x\r\n"), "broken");
  EXPECT_EQ(resp_test::read("$-2\r\n"), "broken");
  EXPECT_EQ(resp_test::read("$1\r\nxyz"), "broken");
  EXPECT_EQ(resp_test::read("*99999999999999\r\n"), "broken");
}

TEST(RespTest, RepliesAreTakenOneAfterTheOther) {
  std::string bytes = "+A\r\n:2\r\n$3\r\nab";
  RespReader reader;

  EXPECT_EQ(shown(*reader.take(bytes)), "+A");
  EXPECT_EQ(shown(*reader.take(bytes)), ":2");
  EXPECT_FALSE(reader.take(bytes));
  bytes += "c\r\n";
  EXPECT_EQ(shown(*reader.take(bytes)), "$abc");
  EXPECT_EQ(bytes, "");
}

TEST(RespTest, ARequestIsAnArrayOfBulkStrings) {
  EXPECT_EQ(resp_request({"SET", "k", ""}), "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$0\r\n\r\n");
}

}  // namespace buoyant::process
