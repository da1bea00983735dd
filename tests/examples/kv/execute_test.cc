// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/kv/execute.h"

#include "examples/kv/limits.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace kv::execute_test {

class KvExecuteTest : public testing::Test {
 protected:
  std::string run(Code code, std::vector<std::string_view> arguments) {
    return execute({code, std::move(arguments)}, map_);
  }

  std::string get(std::string_view key) { return run(Code::kGet, {key}); }

  Map map_;
};

TEST_F(KvExecuteTest, SetsAndGets) {
  EXPECT_EQ(run(Code::kSet, {"k", "v"}), "+OK\r\n");

  EXPECT_EQ(get("k"), "$1\r\nv\r\n");
  EXPECT_EQ(get("other"), "$-1\r\n");
}

TEST_F(KvExecuteTest, SetsOnlyWhatIsMissingOrOnlyWhatIsThere) {
  EXPECT_EQ(run(Code::kSetIfThere, {"k", "1"}), "$-1\r\n");
  EXPECT_EQ(get("k"), "$-1\r\n");
  EXPECT_EQ(run(Code::kSetIfMissing, {"k", "2"}), "+OK\r\n");
  EXPECT_EQ(run(Code::kSetIfMissing, {"k", "3"}), "$-1\r\n");
  EXPECT_EQ(get("k"), "$1\r\n2\r\n");
  EXPECT_EQ(run(Code::kSetIfThere, {"k", "4"}), "+OK\r\n");
  EXPECT_EQ(get("k"), "$1\r\n4\r\n");
}

TEST_F(KvExecuteTest, GetSetGivesWhatWasThere) {
  EXPECT_EQ(run(Code::kGetSet, {"k", "1"}), "$-1\r\n");
  EXPECT_EQ(run(Code::kGetSet, {"k", "2"}), "$1\r\n1\r\n");
  EXPECT_EQ(get("k"), "$1\r\n2\r\n");
}

TEST_F(KvExecuteTest, AppendsAndMeasures) {
  EXPECT_EQ(run(Code::kLength, {"k"}), ":0\r\n");
  EXPECT_EQ(run(Code::kAppend, {"k", "ab"}), ":2\r\n");
  EXPECT_EQ(run(Code::kAppend, {"k", "c"}), ":3\r\n");
  EXPECT_EQ(run(Code::kLength, {"k"}), ":3\r\n");
  EXPECT_EQ(get("k"), "$3\r\nabc\r\n");
}

TEST_F(KvExecuteTest, DeletesAndCounts) {
  run(Code::kSetMany, {"a", "1", "b", "2", "c", "3"});

  EXPECT_EQ(run(Code::kCount, {}), ":3\r\n");
  EXPECT_EQ(run(Code::kExists, {"a", "a", "x"}), ":2\r\n");
  EXPECT_EQ(run(Code::kDelete, {"a", "a", "b", "x"}), ":2\r\n");
  EXPECT_EQ(run(Code::kCount, {}), ":1\r\n");
}

TEST_F(KvExecuteTest, CountsUpAndDown) {
  EXPECT_EQ(run(Code::kIncrementBy, {"n", "1"}), ":1\r\n");
  EXPECT_EQ(run(Code::kIncrementBy, {"n", "-11"}), ":-10\r\n");
  EXPECT_EQ(get("n"), "$3\r\n-10\r\n");
}

TEST_F(KvExecuteTest, DoesNotCountWhatIsNoNumber) {
  run(Code::kSetMany, {"text", "ten", "empty", "", "spaced", " 1"});

  const std::string refusal = "-ERR value is not an integer or out of range\r\n";
  EXPECT_EQ(run(Code::kIncrementBy, {"text", "1"}), refusal);
  EXPECT_EQ(run(Code::kIncrementBy, {"empty", "1"}), refusal);
  EXPECT_EQ(run(Code::kIncrementBy, {"spaced", "1"}), refusal);
  EXPECT_EQ(run(Code::kIncrementBy, {"new", "9223372036854775808"}), refusal);
  EXPECT_EQ(get("new"), "$-1\r\n");
}

TEST_F(KvExecuteTest, DoesNotCountBeyondItsRange) {
  run(Code::kSet, {"n", "9223372036854775807"});

  EXPECT_EQ(run(Code::kIncrementBy, {"n", "1"}), "-ERR increment or decrement would overflow\r\n");
  EXPECT_EQ(get("n"), "$19\r\n9223372036854775807\r\n");
}

TEST_F(KvExecuteTest, SwapsOnlyWhatIsExpected) {
  EXPECT_EQ(run(Code::kCompareAndSet, {"k", "", "1"}), ":0\r\n");
  run(Code::kSet, {"k", "1"});

  EXPECT_EQ(run(Code::kCompareAndSet, {"k", "2", "3"}), ":0\r\n");
  EXPECT_EQ(run(Code::kCompareAndSet, {"k", "1", "2"}), ":1\r\n");
  EXPECT_EQ(get("k"), "$1\r\n2\r\n");
}

TEST_F(KvExecuteTest, GetsMany) {
  run(Code::kSetMany, {"a", "1", "b", ""});

  EXPECT_EQ(run(Code::kGetMany, {"a", "x", "b"}), "*3\r\n$1\r\n1\r\n$-1\r\n$0\r\n\r\n");
}

TEST_F(KvExecuteTest, RefusesARequestForMoreThanAReplyHolds) {
  const std::string value(kValueBytesMax, 'v');
  run(Code::kSet, {"k", value});

  EXPECT_EQ(run(Code::kGetMany, {"k", "k", "k"}).size(), 3 * (value.size() + 12) + 4);
  EXPECT_TRUE(run(Code::kGetMany, {"k", "k", "k", "k"}).starts_with("-TOOLARGE"));
}

TEST_F(KvExecuteTest, RefusesWhatIsTooLargeAndChangesNothing) {
  const std::string large(kValueBytesMax + 1, 'v');
  const std::string long_key(kKeyBytesMax + 1, 'k');

  EXPECT_TRUE(run(Code::kSet, {"k", large}).starts_with("-TOOLARGE"));
  EXPECT_TRUE(run(Code::kSet, {long_key, "v"}).starts_with("-TOOLARGE"));
  EXPECT_TRUE(run(Code::kSetMany, {"a", "1", "b", large}).starts_with("-TOOLARGE"));
  EXPECT_TRUE(run(Code::kCompareAndSet, {"k", "", large}).starts_with("-TOOLARGE"));
  EXPECT_EQ(map_.size(), 0U);
}

TEST_F(KvExecuteTest, DoesNotAppendBeyondTheLargestValue) {
  run(Code::kSet, {"k", std::string(kValueBytesMax, 'v')});

  EXPECT_TRUE(run(Code::kAppend, {"k", "w"}).starts_with("-TOOLARGE"));
  EXPECT_EQ(run(Code::kLength, {"k"}), ":1048576\r\n");
}

}  // namespace kv::execute_test
