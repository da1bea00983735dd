// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/storage/image.h"

#include "buoyant/conformance/storage_conformance_fixture.h"
#include "examples/storage/fields.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace file_storage::image_test {

using buoyant::Index;
using buoyant::conformance::append;
using buoyant::conformance::commands;
using buoyant::port::StorageWrite;

/// An image with something of everything.
Image sample() {
  Image image;
  image.identity = {.cluster = "c", .server = buoyant::ServerId(1), .incarnation = 2};
  StorageWrite write = append(51, commands(3, 51, 60));
  write.hard_state = {.term = buoyant::Term(3), .voted_for = buoyant::ServerId(2)};
  write.snapshot = buoyant::conformance::snapshot_at(3, 50);
  image.apply(write, true);
  return image;
}

TEST(FileStorageImageTest, ComesBackFromItsBytes) {
  const Image image = sample();

  const std::optional<Image> copy = decode<Image>(encode(image));

  ASSERT_TRUE(copy);
  EXPECT_EQ(copy->identity, image.identity);
  EXPECT_EQ(copy->hard_state, image.hard_state);
  EXPECT_EQ(copy->snapshot, image.snapshot);
  EXPECT_EQ(copy->base, image.base);
  EXPECT_EQ(copy->entries, image.entries);
  EXPECT_EQ(copy->bootstrap, image.bootstrap);
}

TEST(FileStorageImageTest, BytesThatAreCutOrLongerAreNoImage) {
  const std::string bytes = encode(sample());

  for (std::size_t size = 0; size < bytes.size(); ++size) {
    ASSERT_FALSE(decode<Image>(bytes.substr(0, size))) << size;
  }
  EXPECT_FALSE(decode<Image>(bytes + "x"));
}

TEST(FileStorageImageTest, CompactionEndsWhereTheLogDoes) {
  Image image;
  StorageWrite write = append(1, commands(1, 1, 5));
  write.compact_through = Index(5);

  image.apply(write, false);

  EXPECT_EQ(image.base.index, Index(0));
}

}  // namespace file_storage::image_test
