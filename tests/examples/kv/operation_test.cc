// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/kv/operation.h"

#include <gtest/gtest.h>

#include <string>

namespace kv::operation_test {

std::string bytes_of(const Operation& operation) {
  std::string bytes;
  encode(operation, bytes);
  return bytes;
}

TEST(KvOperationTest, ComesBackAsItWas) {
  const Operation operation{Code::kCompareAndSet, {"key", "", std::string_view("\0new", 4)}};
  const std::string bytes = bytes_of(operation);

  EXPECT_EQ(decode(bytes), operation);
}

TEST(KvOperationTest, HasTheBytesThatLogsHold) {
  EXPECT_EQ(bytes_of({Code::kSet, {"k", "vw"}}), std::string("\x01\x01\0\0\0k\x02\0\0\0vw", 12));
}

TEST(KvOperationTest, CutShortItIsNone) {
  const std::string bytes = bytes_of({Code::kSet, {"key", "value"}});
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(decode(std::string_view(bytes).substr(0, size)), std::nullopt) << size;
  }
}

TEST(KvOperationTest, AnUnknownCodeIsNone) {
  EXPECT_EQ(decode("\x63"), std::nullopt);
  EXPECT_EQ(decode(std::string_view("\0", 1)), std::nullopt);
}

TEST(KvOperationTest, TheWrongNumberOfArgumentsIsNone) {
  EXPECT_EQ(decode(bytes_of({Code::kSet, {"key"}})), std::nullopt);
  EXPECT_EQ(decode(bytes_of({Code::kSetMany, {"key", "value", "key"}})), std::nullopt);
  EXPECT_EQ(decode(bytes_of({Code::kDelete, {}})), std::nullopt);
  EXPECT_EQ(decode(bytes_of({Code::kCount, {"key"}})), std::nullopt);
}

}  // namespace kv::operation_test
