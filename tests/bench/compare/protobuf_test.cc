// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/peers/protobuf.h"

#include <gtest/gtest.h>

#include <string>

namespace buoyant::bench::protobuf_test {

using std::string_literals::operator""s;

/// Field 2 is the number 300, field 3 eight bytes, field 1 "ab", field 2 again, 7.
const std::string kMessage =
    "\x10\xac\x02\x19\1\2\3\4\5\6\7\x8\x0a\x02"s
    "ab\x10\x07"s;

TEST(ProtobufTest, FindsTheLastNumberWithItsField) {
  EXPECT_EQ(protobuf::find_number(kMessage.substr(0, 3), 2), 300U);
  EXPECT_EQ(protobuf::find_number(kMessage, 2), 7U);
  EXPECT_EQ(protobuf::find_number(kMessage, 1), std::nullopt);
}

TEST(ProtobufTest, FindsBytes) {
  EXPECT_EQ(protobuf::find_bytes(kMessage, 1), "ab");
  EXPECT_EQ(protobuf::find_bytes(kMessage, 2), std::nullopt);
}

TEST(ProtobufTest, PutsWhatItFinds) {
  const std::string value(300, 'v');
  std::string message;
  protobuf::put_bytes(message, 1, "key");
  protobuf::put_bytes(message, 2, value);

  EXPECT_EQ(message.substr(0, 8), "\x0a\x03key\x12\xac\x02"s);
  EXPECT_EQ(protobuf::find_bytes(message, 2), value);
}

TEST(ProtobufTest, FindsNothingInADamagedMessage) {
  EXPECT_EQ(protobuf::find_bytes(kMessage.substr(0, kMessage.size() - 3), 1), std::nullopt);
  EXPECT_EQ(protobuf::find_number("\x10\xff", 2), std::nullopt);
  EXPECT_EQ(protobuf::find_number("\x17\x01", 2), std::nullopt);
}

}  // namespace buoyant::bench::protobuf_test
