// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/key_value_snapshot.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

namespace buoyant::simulation::key_value_snapshot_test {

const KeyValueState kState{.registers = {{"r0", "1=abc"}, {"r1", ""}},
                           .lists = {{"l0", {1, 2, 3}}, {"l1", {}}}};

/// The lengths to which a state's bytes can be cut without being noticed.
std::vector<std::size_t> unnoticed_cuts(const std::string& bytes) {
  std::vector<std::size_t> lengths;
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    if (decode_state(bytes.substr(0, length)).has_value()) {
      lengths.push_back(length);
    }
  }
  return lengths;
}

TEST(KeyValueSnapshotTest, IsReadBack) {
  EXPECT_TRUE(decode_state(encode_state(kState)) == kState);
  EXPECT_TRUE(decode_state(encode_state({})) == KeyValueState());
}

TEST(KeyValueSnapshotTest, EveryCutIsFound) {
  EXPECT_EQ(unnoticed_cuts(encode_state(kState)), std::vector<std::size_t>());
}

TEST(KeyValueSnapshotTest, WhatIsLeftOverIsFound) {
  EXPECT_FALSE(decode_state(encode_state(kState) + "x").has_value());
}

TEST(KeyValueSnapshotTest, AWrongOneChangesNothing) {
  KeyValueState state = kState;
  KeyValueTarget target(state);

  ASSERT_TRUE(target.write(view_of("nonsense")).has_value());

  EXPECT_EQ(target.finish().error().code(), Errc::kMalformed);
  EXPECT_TRUE(state == kState);
}

}  // namespace buoyant::simulation::key_value_snapshot_test
