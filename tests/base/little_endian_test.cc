// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/base/little_endian.h"

#include <gtest/gtest.h>

#include <array>

namespace buoyant::little_endian_test {

template <class... Values>
std::array<std::byte, sizeof...(Values)> bytes(Values... values) {
  return {static_cast<std::byte>(values)...};
}

TEST(LittleEndianTest, Loads16BitsAtAnyAlignment) {
  EXPECT_EQ(load_le16(bytes(0xff, 0x34, 0x12).data() + 1), 0x1234U);
}

TEST(LittleEndianTest, Loads32BitsAtAnyAlignment) {
  EXPECT_EQ(load_le32(bytes(0xff, 0x78, 0x56, 0x34, 0x12).data() + 1), 0x12345678U);
}

TEST(LittleEndianTest, Loads64BitsAtAnyAlignment) {
  EXPECT_EQ(load_le64(bytes(0xff, 8, 7, 6, 5, 4, 3, 2, 1).data() + 1), 0x0102030405060708U);
}

TEST(LittleEndianTest, Stores16BitsLowestFirst) {
  auto target = bytes(9, 9, 9);

  store_le16(target.data() + 1, 0x1234);

  EXPECT_EQ(target, bytes(9, 0x34, 0x12));
}

TEST(LittleEndianTest, Stores32BitsLowestFirst) {
  auto target = bytes(9, 9, 9, 9, 9);

  store_le32(target.data() + 1, 0x12345678);

  EXPECT_EQ(target, bytes(9, 0x78, 0x56, 0x34, 0x12));
}

TEST(LittleEndianTest, Stores64BitsLowestFirst) {
  auto target = bytes(9, 9, 9, 9, 9, 9, 9, 9, 9);

  store_le64(target.data() + 1, 0x0102030405060708);

  EXPECT_EQ(target, bytes(9, 8, 7, 6, 5, 4, 3, 2, 1));
}

}  // namespace buoyant::little_endian_test
