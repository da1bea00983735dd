// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/base/checksum.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <new>
#include <string>
#include <utility>

namespace buoyant::checksum_test {

/// Longer than every special case of XXH3 for short input.
const std::string kLong(5000, 'x');

/// The checksum of `text` in pieces of `piece` bytes.
std::uint64_t in_pieces(std::string_view text, std::size_t piece, std::uint64_t seed) {
  ChecksumStream stream(seed);
  for (std::size_t at = 0; at < text.size(); at += piece) {
    stream.add(view_of(text.substr(at, piece)));
  }
  return stream.value();
}

/// Leaves memory behind in the heap in which a new stream looks as if it had this seed: all words
/// hold it but the last of each cache line, where the state keeps a pointer.
void dirty_heap(std::uint64_t seed) {
  constexpr std::size_t kBytes = 64 * 1024;
  constexpr std::align_val_t kLine{64};
  auto* words = static_cast<volatile std::uint64_t*>(::operator new(kBytes, kLine));
  for (std::size_t i = 0; i < kBytes / 8; ++i) {
    words[i] = i % 8 == 7 ? 0 : seed;
  }
  ::operator delete(const_cast<std::uint64_t*>(words), kLine);
}

TEST(ChecksumTest, IsThatOfXxh3) {
  // Stored and sent: never another function.
  EXPECT_EQ(checksum({}), 0x2d06800538d394c2U);
}

TEST(ChecksumTest, OfATextNeverChanges) {
  EXPECT_EQ(checksum(view_of("buoyant")), 0x4199af8858b6c5c5U);
}

TEST(ChecksumTest, OfALongTextNeverChangesWhoeverComputesIt) {
  // Around the size from which on the library computes it for the processor at hand.
  const std::string text(241, 'x');
  EXPECT_EQ(checksum(view_of(text.substr(1)), 42), 0x4b370bdec7d00644U);
  EXPECT_EQ(checksum(view_of(text), 42), 0xf855c857edb6f990U);
  EXPECT_EQ(checksum(view_of(kLong)), 0x8d8567cbc9ee3d90U);
  EXPECT_EQ(checksum(view_of(kLong), 42), 0x56668afae33181adU);
}

TEST(ChecksumTest, OneBitMakesADifference) {
  EXPECT_NE(checksum(view_of("a")), checksum(view_of("c")));
}

TEST(ChecksumTest, TheSeedMakesADifference) {
  EXPECT_NE(checksum(view_of("a"), 1), checksum(view_of("a"), 2));
}

TEST(ChecksumStreamTest, NothingHasTheChecksumOfNothing) {
  EXPECT_EQ(ChecksumStream().value(), checksum({}));
}

TEST(ChecksumStreamTest, SingleBytesGiveTheChecksumOfTheWhole) {
  EXPECT_EQ(in_pieces(kLong, 1, 0), checksum(view_of(kLong)));
}

TEST(ChecksumStreamTest, OddPiecesWithASeedGiveTheChecksumOfTheWhole) {
  EXPECT_EQ(in_pieces(kLong, 777, 42), checksum(view_of(kLong), 42));
}

TEST(ChecksumStreamTest, EmptyPiecesChangeNothing) {
  ChecksumStream stream;
  stream.add(view_of("a"));

  stream.add({});

  EXPECT_EQ(stream.value(), checksum(view_of("a")));
}

TEST(ChecksumStreamTest, AValueInBetweenDoesNotDisturb) {
  ChecksumStream stream;
  stream.add(view_of("a"));
  (void)stream.value();

  stream.add(view_of("b"));

  EXPECT_EQ(stream.value(), checksum(view_of("ab")));
}

TEST(ChecksumStreamTest, ResetStartsAnewWithItsSeed) {
  ChecksumStream stream(1);
  stream.add(view_of(kLong));

  stream.reset(2);
  stream.add(view_of(kLong));

  EXPECT_EQ(stream.value(), checksum(view_of(kLong), 2));
}

TEST(ChecksumStreamTest, ResetWithoutASeedForgetsTheSeed) {
  ChecksumStream stream(1);

  stream.reset();
  stream.add(view_of(kLong));

  EXPECT_EQ(stream.value(), checksum(view_of(kLong)));
}

TEST(ChecksumStreamTest, AMovedStreamGoesOn) {
  ChecksumStream stream(3);
  stream.add(view_of("a"));

  ChecksumStream moved = std::move(stream);
  moved.add(view_of("b"));

  EXPECT_EQ(moved.value(), checksum(view_of("ab"), 3));
}

TEST(ChecksumStreamTest, WhatItsMemoryHeldBeforeDoesNotMatter) {
  dirty_heap(7);

  EXPECT_EQ(in_pieces(kLong, kLong.size(), 7), checksum(view_of(kLong), 7));
}

}  // namespace buoyant::checksum_test
