// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/state_machine/snapshot.h"

#include <gtest/gtest.h>

#include <string>

namespace key_value::snapshot_test {

TEST(KeyValueSnapshotTest, AMapComesBack) {
  const Map map = {{"a", "1"}, {"", "no key"}, {std::string("\0b", 2), std::string(1000, 'x')}};

  EXPECT_EQ(decode(encode(map)), map);
  EXPECT_EQ(decode(encode({})), Map());
}

TEST(KeyValueSnapshotTest, ADamagedByteIsNoticed) {
  std::string bytes = encode({{"key", "value"}});
  bytes[20] = static_cast<char>(bytes[20] ^ 1);

  EXPECT_EQ(decode(bytes), std::nullopt);
}

}  // namespace key_value::snapshot_test
