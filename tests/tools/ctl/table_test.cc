// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/ctl/table.h"

#include <gtest/gtest.h>

namespace buoyant::ctl::table_test {

TEST(CtlTableTest, ColumnsAreAsWideAsTheyMust) {
  Table table({"id", "name", "of"});
  table.add({{"7", Colour::kNone, true}, {"\xc3\xa4"}, {"x"}});
  table.add({{"1234", Colour::kNone, true}, {"b"}, {""}});

  EXPECT_EQ(table.text(false),
            "  id  name  of\n"
            "   7  \xc3\xa4     x\n"
            "1234  b\n");
}

TEST(CtlTableTest, ColoursTakeNoRoom) {
  Table table({"a", "b"});
  table.add({{"xx", Colour::kBad}, {"y"}});

  EXPECT_EQ(table.text(true), "\033[2ma\033[0m   \033[2mb\033[0m\n\033[1;31mxx\033[0m  y\n");
}

}  // namespace buoyant::ctl::table_test
