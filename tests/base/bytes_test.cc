// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/base/bytes.h"

#include "tests/support/print.h"

#include <cstdint>
#include <cstring>
#include <string>
#include <utility>

namespace buoyant::bytes_test {

Buffer filled(std::string_view text) {
  Buffer buffer(text.size());
  std::memcpy(buffer.data(), text.data(), text.size());
  return buffer;
}

TEST(BytesTest, DefaultIsEmptyAndPinsNothing) {
  const Bytes bytes;

  EXPECT_TRUE(bytes.empty());
  EXPECT_EQ(bytes.pinned_bytes(), 0U);
}

TEST(BytesTest, CopyOfHasTheSameContents) {
  EXPECT_EQ(Bytes::copy_of("some text").text(), "some text");
}

TEST(BytesTest, CopyOfNothingPinsNothing) {
  EXPECT_EQ(Bytes::copy_of("").pinned_bytes(), 0U);
}

TEST(BytesTest, ACopySharesItsBlock) {
  const Bytes bytes = Bytes::copy_of("some text");

  const Bytes copy(bytes);

  EXPECT_EQ(copy.data(), bytes.data());
}

TEST(BytesTest, ACopyOutlivesTheOriginal) {
  Bytes bytes = Bytes::copy_of("some text");
  const Bytes copy = bytes;

  bytes = Bytes();

  EXPECT_EQ(copy.text(), "some text");
}

TEST(BytesTest, AMovedFromValueIsEmpty) {
  Bytes bytes = Bytes::copy_of("some text");

  const Bytes moved = std::move(bytes);

  EXPECT_TRUE(bytes.empty());  // NOLINT(bugprone-use-after-move): what it is about.
  EXPECT_EQ(moved.text(), "some text");
}

TEST(BytesTest, MoveAssignmentReleasesTheOldBlockAtOnce) {
  Buffer buffer = filled("some text");
  Bytes target = buffer.share(0, 4);
  Bytes source = Bytes::copy_of("other");

  target = std::move(source);

  EXPECT_FALSE(buffer.is_shared());
  EXPECT_EQ(target.text(), "other");
}

TEST(BytesTest, AssignmentToItselfKeepsTheContents) {
  Bytes bytes = Bytes::copy_of("some text");
  const Bytes& same = bytes;

  bytes = same;

  EXPECT_EQ(bytes.text(), "some text");
}

TEST(BytesTest, ASliceIsAPartOfTheSameBlock) {
  const Bytes bytes = Bytes::copy_of("some text");

  const Bytes slice = bytes.slice(5, 4);

  EXPECT_EQ(slice.text(), "text");
  EXPECT_EQ(slice.data(), bytes.data() + 5);
}

TEST(BytesTest, ASlicePinsTheWholeBlock) {
  const Bytes bytes = Bytes::copy_of(std::string(100, 'x'));

  EXPECT_EQ(bytes.slice(10, 1).pinned_bytes(), 100U);
}

TEST(BytesTest, AnEmptySlicePinsNothing) {
  EXPECT_EQ(Bytes::copy_of("text").slice(4, 0).pinned_bytes(), 0U);
}

TEST(BytesTest, ASmallSliceIsCompactedIntoABlockOfItsOwn) {
  const Bytes slice = Bytes::copy_of(std::string(100, 'x')).slice(0, 24);

  EXPECT_EQ(slice.compacted().pinned_bytes(), 24U);
  EXPECT_EQ(slice.compacted(), slice);
}

TEST(BytesTest, AQuarterOfABlockIsNotCopied) {
  const Bytes slice = Bytes::copy_of(std::string(100, 'x')).slice(0, 25);

  EXPECT_EQ(slice.compacted().data(), slice.data());
}

TEST(BytesTest, EqualityComparesContents) {
  EXPECT_EQ(Bytes::copy_of("a text").slice(2, 4), Bytes::copy_of("text"));
}

TEST(BytesTest, DifferentContentsOfOneLengthDiffer) {
  EXPECT_FALSE(Bytes::copy_of("text") == Bytes::copy_of("next"));
}

TEST(BytesTest, APrefixDiffers) {
  EXPECT_FALSE(Bytes::copy_of("text") == Bytes::copy_of("text "));
}

TEST(BufferTest, ABlockIsAlignedToSixteenBytes) {
  Buffer buffer(1);

  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(buffer.data()) % 16, 0U);
}

TEST(BufferTest, FreezeGivesTheFirstBytesWithoutCopying) {
  Buffer buffer = filled("some text");
  const std::byte* data = buffer.data();

  const Bytes bytes = std::move(buffer).freeze(4);

  EXPECT_EQ(bytes.text(), "some");
  EXPECT_EQ(bytes.data(), data);
}

TEST(BufferTest, AFrozenBufferIsEmpty) {
  Buffer buffer = filled("some text");

  (void)std::move(buffer).freeze(4);

  EXPECT_EQ(buffer.capacity(), 0U);  // NOLINT(bugprone-use-after-move): what it is about.
}

TEST(BufferTest, FreezingNothingPinsNothing) {
  EXPECT_EQ(Buffer(100).freeze(0).pinned_bytes(), 0U);
}

TEST(BufferTest, IsSharedWhileASliceLives) {
  const Buffer buffer = filled("some text");
  Bytes slice = buffer.share(0, 4);
  const bool shared_before = buffer.is_shared();

  slice = Bytes();

  EXPECT_TRUE(shared_before);
  EXPECT_FALSE(buffer.is_shared());
}

TEST(BufferTest, AnEmptySliceDoesNotShare) {
  const Buffer buffer = filled("some text");

  const Bytes slice = buffer.share(3, 0);

  EXPECT_FALSE(buffer.is_shared());
}

TEST(BufferTest, ASliceOutlivesTheBuffer) {
  Bytes slice;
  {
    const Buffer buffer = filled("some text");
    slice = buffer.share(5, 4);
  }

  EXPECT_EQ(slice.text(), "text");
}

TEST(BufferTest, MoveAssignmentReleasesTheOldBlockAtOnce) {
  Buffer target = filled("some text");
  const Bytes slice = target.share(0, 4);
  Buffer source = filled("other");

  target = std::move(source);

  EXPECT_EQ(source.capacity(), 0U);  // NOLINT(bugprone-use-after-move): what it is about.
  EXPECT_EQ(slice.text(), "some");
}

TEST(BytesDeathTest, ASliceBehindTheEndIsRefused) {
  EXPECT_DEATH((void)Bytes::copy_of("text").slice(5, 0), "offset <= size_");
}

TEST(BytesDeathTest, ASliceOverTheEndIsRefused) {
  EXPECT_DEATH((void)Bytes::copy_of("text").slice(3, 2), "size <= size_ - offset");
}

TEST(BytesDeathTest, ASliceWhoseEndWrapsAroundIsRefused) {
  EXPECT_DEATH((void)Bytes::copy_of("text").slice(1, SIZE_MAX), "size <= size_ - offset");
}

TEST(BufferDeathTest, FreezingMoreThanTheCapacityIsRefused) {
  EXPECT_DEATH((void)Buffer(4).freeze(5), "size <= capacity");
}

TEST(BufferDeathTest, SharingMoreThanTheCapacityIsRefused) {
  EXPECT_DEATH((void)Buffer(4).share(3, 2), "size <= capacity");
}

}  // namespace buoyant::bytes_test
