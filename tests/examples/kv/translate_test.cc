// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/kv/translate.h"

#include "examples/kv/limits.h"

#include <gtest/gtest.h>

namespace kv::translate_test {

using Words = std::vector<std::string_view>;

Operation accepted(const Words& words) {
  const auto translation = to_operation(words);
  const auto* const operation = std::get_if<Operation>(&translation);
  return operation == nullptr ? Operation{} : *operation;
}

std::string refused(const Words& words) {
  const auto translation = to_operation(words);
  const auto* const error = std::get_if<std::string>(&translation);
  return error == nullptr ? "accepted" : *error;
}

TEST(KvTranslateTest, SetHasThreeForms) {
  EXPECT_EQ(accepted({"set", "k", "v"}), (Operation{Code::kSet, {"k", "v"}}));
  EXPECT_EQ(accepted({"SET", "k", "v", "nx"}), (Operation{Code::kSetIfMissing, {"k", "v"}}));
  EXPECT_EQ(accepted({"SET", "k", "v", "XX"}), (Operation{Code::kSetIfThere, {"k", "v"}}));
}

TEST(KvTranslateTest, SetHasNoOtherForms) {
  const std::string refusal = "-ERR syntax error: only NX or XX may follow the value\r\n";
  EXPECT_EQ(refused({"SET", "k", "v", "EX", "10"}), refusal);
  EXPECT_EQ(refused({"SET", "k", "v", "NX", "XX"}), refusal);
}

TEST(KvTranslateTest, CountersAreOneOperation) {
  EXPECT_EQ(accepted({"INCR", "k"}), (Operation{Code::kIncrementBy, {"k", "1"}}));
  EXPECT_EQ(accepted({"DECR", "k"}), (Operation{Code::kIncrementBy, {"k", "-1"}}));
  EXPECT_EQ(accepted({"INCRBY", "k", "5"}), (Operation{Code::kIncrementBy, {"k", "5"}}));
}

TEST(KvTranslateTest, TheOthersKeepTheirWords) {
  EXPECT_EQ(accepted({"mget", "a", "b"}), (Operation{Code::kGetMany, {"a", "b"}}));
  EXPECT_EQ(accepted({"CAS", "k", "1", "2"}), (Operation{Code::kCompareAndSet, {"k", "1", "2"}}));
  EXPECT_EQ(accepted({"DBSIZE"}), (Operation{Code::kCount, {}}));
}

TEST(KvTranslateTest, MsetTakesPairs) {
  EXPECT_EQ(accepted({"MSET", "a", "1"}), (Operation{Code::kSetMany, {"a", "1"}}));
  EXPECT_EQ(refused({"MSET", "a", "1", "b"}),
            "-ERR wrong number of arguments for 'mset' command\r\n");
}

TEST(KvTranslateTest, AKeyHasItsLimit) {
  EXPECT_EQ(refused({"GET", std::string(kKeyBytesMax, 'k')}), "accepted");
  EXPECT_EQ(refused({"GET", std::string(kKeyBytesMax + 1, 'k')}),
            "-TOOLARGE a key is larger than 65536 bytes\r\n");
}

}  // namespace kv::translate_test
