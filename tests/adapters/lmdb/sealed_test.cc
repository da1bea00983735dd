// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/sealed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace buoyant::lmdb::sealed_test {

bool comes_before(const Key& left, const Key& right) {
  const ByteView first = left.view();
  const ByteView second = right.view();
  return std::lexicographical_compare(first.begin(), first.end(), second.begin(), second.end());
}

TEST(LmdbSealedValueTest, KeysSortLikeTheirNumbers) {
  EXPECT_TRUE(comes_before(Key(GroupId(0), Index(255)), Key(GroupId(0), Index(256))));
  EXPECT_TRUE(comes_before(Key(GroupId(0), Index(kNumberMax)), Key(GroupId(1), Index(1))));
}

TEST(LmdbSealedValueTest, AKeyGivesItsIndexBackToItsGroupOnly) {
  const Key key(GroupId(7), Index(123456789));
  const MDB_val stored = native(key.view());

  EXPECT_EQ(Key::index_of(GroupId(7), stored), Index(123456789));
  EXPECT_EQ(Key::index_of(GroupId(8), stored), std::nullopt);
}

TEST(LmdbSealedValueTest, AnotherLengthIsNoKey) {
  const Key key(GroupId(7), Index(1));
  const MDB_val cut = native(key.view().first(Key::kBytes - 1));

  EXPECT_EQ(Key::index_of(GroupId(7), cut), std::nullopt);
}

TEST(LmdbSealedValueTest, WhatWasSealedComesOutUnderItsKey) {
  const Key key(GroupId(0), Index(5));
  const std::vector<std::byte> sealed = seal(key.view(), view_of("content"));

  const auto content = unseal(key.view(), sealed);

  ASSERT_TRUE(content.has_value());
  EXPECT_EQ(text_of(*content), "content");
}

TEST(LmdbSealedValueTest, AValueUnderAnotherKeyIsFound) {
  const std::vector<std::byte> sealed = seal(Key(GroupId(0), Index(5)).view(), view_of("content"));

  EXPECT_EQ(unseal(Key(GroupId(0), Index(6)).view(), sealed), std::nullopt);
}

TEST(LmdbSealedValueTest, EveryFlippedBitIsFound) {
  const Key key(GroupId(0), Index(5));
  std::vector<std::byte> sealed = seal(key.view(), view_of("content"));
  std::size_t accepted = 0;

  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    sealed[bit / 8] ^= std::byte{1} << (bit % 8);
    accepted += unseal(key.view(), sealed) ? 1U : 0U;
    sealed[bit / 8] ^= std::byte{1} << (bit % 8);
  }

  EXPECT_EQ(accepted, 0U);
  EXPECT_TRUE(unseal(key.view(), sealed).has_value());
}

TEST(LmdbSealedValueTest, ACutValueIsFound) {
  const Key key(GroupId(0), Index(5));
  const std::vector<std::byte> sealed = seal(key.view(), view_of("content"));

  EXPECT_EQ(unseal(key.view(), ByteView(sealed).first(sealed.size() - 1)), std::nullopt);
  EXPECT_EQ(unseal(key.view(), {}), std::nullopt);
}

TEST(LmdbSealedValueTest, NumbersAndTextsComeOutAsTheyWentIn) {
  ContentWriter writer;
  writer.number(42).text("name").number(7);
  ContentReader reader(writer.view());

  EXPECT_EQ(reader.number(), 42U);
  EXPECT_EQ(reader.text(), "name");
  EXPECT_EQ(reader.number(), 7U);
  EXPECT_TRUE(reader.complete());
}

TEST(LmdbSealedValueTest, ReadingBeyondTheEndIsNotOk) {
  ContentWriter writer;
  writer.number(42);
  ContentReader reader(writer.view());

  EXPECT_EQ(reader.number(), 42U);
  EXPECT_EQ(reader.number(), 0U);
  EXPECT_FALSE(reader.ok());
  EXPECT_FALSE(reader.complete());
}

}  // namespace buoyant::lmdb::sealed_test
