// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/state_table.h"

#include "tests/simulation/histories.h"

#include <gtest/gtest.h>

#include <optional>

namespace buoyant::simulation::state_table_test {

using histories::call;
using histories::unknown;

class StateTableTest : public testing::Test {
 protected:
  const Operation write = unknown(1, 0, "write x 5");
  const Operation count = unknown(1, 0, "count x");
  int applied = 0;
  Specification counted{histories::cells().key_of,
                        [this](std::string& state, const Bytes& command) {
                          applied += 1;
                          return histories::cells().apply(state, command);
                        }};
  StateTable table{counted, {&write, &count}};
};

TEST_F(StateTableTest, BeginsWithTheEmptyState) {
  EXPECT_EQ(table.text(StateTable::kInitial), "");
}

TEST_F(StateTableTest, GivesEqualStatesOneNumber) {
  const StateNumber written = table.after_effect(StateTable::kInitial, 0);
  const StateNumber swapped = *table.after_reply(written, call(1, 0, 1, "swap x 6", "5"));
  const StateNumber counted_up = table.after_effect(written, 1);

  EXPECT_NE(written, StateTable::kInitial);
  EXPECT_EQ(swapped, counted_up);
  EXPECT_EQ(table.text(swapped), "6");
}

TEST_F(StateTableTest, RefusesAnotherReply) {
  EXPECT_EQ(table.after_reply(StateTable::kInitial, call(1, 0, 1, "read x", "5")), std::nullopt);
}

TEST_F(StateTableTest, AppliesAnEffectToAStateOnce) {
  const StateNumber first = table.after_effect(StateTable::kInitial, 0);
  const StateNumber second = table.after_effect(StateTable::kInitial, 0);

  EXPECT_EQ(first, second);
  EXPECT_EQ(applied, 1);
}

}  // namespace buoyant::simulation::state_table_test
