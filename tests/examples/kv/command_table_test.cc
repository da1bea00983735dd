// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/kv/command_table.h"

#include <gtest/gtest.h>

namespace kv::command_table_test {

TEST(KvCommandTableTest, FindsNamesInAnyCase) {
  ASSERT_NE(find_command("get"), nullptr);
  EXPECT_EQ(find_command("get"), find_command("GeT"));
  EXPECT_EQ(find_command("get")->name, "GET");
  EXPECT_EQ(find_command("raft.status")->kind, CommandKind::kRaft);
}

TEST(KvCommandTableTest, KnowsNoOthers) {
  EXPECT_EQ(find_command("GETT"), nullptr);
  EXPECT_EQ(find_command("GE"), nullptr);
  EXPECT_EQ(find_command(""), nullptr);
}

TEST(KvCommandTableTest, ComparesOnlyLettersOfAsciiWithoutCase) {
  EXPECT_TRUE(equals_ignoring_case("nX", "NX"));
  EXPECT_FALSE(equals_ignoring_case("n\xd8", "N\xf8"));
  EXPECT_EQ(upper("a\xe4z[1"), "A\xe4Z[1");
}

}  // namespace kv::command_table_test
