// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/kv/resp_writer.h"

#include <gtest/gtest.h>

namespace kv::resp_writer_test {

TEST(RespWriterTest, WritesEachKind) {
  std::string reply;
  resp::add_array(reply, 4);
  resp::add_simple(reply, "OK");
  resp::add_integer(reply, -7);
  resp::add_bulk(reply, "a\r\nb");
  resp::add_error(reply, "ERR no");

  EXPECT_EQ(reply, "*4\r\n+OK\r\n:-7\r\n$4\r\na\r\nb\r\n-ERR no\r\n");
}

TEST(RespWriterTest, AnErrorIsOneLine) {
  EXPECT_EQ(resp::error("ERR unknown 'a\r\nb'"), "-ERR unknown 'a  b'\r\n");
}

TEST(RespWriterTest, ABulkStringIsNotLongerThanItSays) {
  EXPECT_LE(resp::bulk(std::string(1U << 20U, 'x')).size(), resp::bulk_bytes_max(1U << 20U));
}

}  // namespace kv::resp_writer_test
