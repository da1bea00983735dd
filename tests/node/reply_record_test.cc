// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/reply_record.h"

#include "tests/node/fakes.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

namespace buoyant::node::reply_record_test {

using fakes::at;

TEST(ReplyRecordTest, FindsTheReplyToExactlyThisEntry) {
  ReplyRecord record(10, 1000);
  record.add(at(3, 10), Bytes::copy_of("ten"));
  record.add(at(3, 11), Bytes::copy_of("eleven"));

  EXPECT_EQ(record.find(at(3, 10))->text(), "ten");
  EXPECT_FALSE(record.find(at(2, 10)).has_value());
  EXPECT_FALSE(record.find(at(3, 12)).has_value());
}

TEST(ReplyRecordTest, ForgetsTheOldestBeyondItsBounds) {
  ReplyRecord by_entries(2, 1000);
  ReplyRecord by_bytes(100, 25);
  for (std::uint64_t index = 1; index <= 3; ++index) {
    by_entries.add(at(1, index), Bytes::copy_of("0123456789"));
    by_bytes.add(at(1, index), Bytes::copy_of("0123456789"));
  }

  EXPECT_EQ(by_entries.entries(), 2U);
  EXPECT_EQ(by_bytes.entries(), 2U);
  EXPECT_FALSE(by_entries.find(at(1, 1)).has_value());
  EXPECT_TRUE(by_bytes.find(at(1, 3)).has_value());
}

TEST(ReplyRecordTest, StartsOverAfterClear) {
  ReplyRecord record(10, 25);
  record.add(at(1, 1), Bytes::copy_of("0123456789"));
  record.clear();
  record.add(at(1, 5), Bytes::copy_of("0123456789"));
  record.add(at(1, 6), Bytes::copy_of("0123456789"));

  EXPECT_EQ(record.entries(), 2U);
}

}  // namespace buoyant::node::reply_record_test
