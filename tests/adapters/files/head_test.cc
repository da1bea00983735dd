// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/files/head.h"

#include "buoyant/conformance/print.h"
#include "buoyant/conformance/snapshot_store_fixture.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

namespace buoyant::files::head_test {

const SnapshotMetadata kMetadata = conformance::foreign(2, 10, "contents");

std::vector<std::byte> changed(std::vector<std::byte> bytes, std::size_t at) {
  bytes[at] ^= std::byte{1};
  return bytes;
}

Errc error_of(ByteView bytes) {
  const Result<Head> head = decode_head(bytes);
  return head ? Errc::kFaulted : head.error().code();
}

/// The places at which a flipped bit is not found.
std::vector<std::size_t> unnoticed_changes(const std::vector<std::byte>& bytes) {
  std::vector<std::size_t> places;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    if (decode_head(changed(bytes, at)).has_value()) {
      places.push_back(at);
    }
  }
  return places;
}

/// The lengths to which it can be cut without being noticed.
std::vector<std::size_t> unnoticed_cuts(const std::vector<std::byte>& bytes) {
  std::vector<std::size_t> lengths;
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    if (decode_head(ByteView(bytes).first(length)).has_value()) {
      lengths.push_back(length);
    }
  }
  return lengths;
}

TEST(FilesHeadTest, IsReadBack) {
  const std::vector<std::byte> bytes = encode_head(kMetadata);

  const Result<Head> head = decode_head(bytes);

  ASSERT_TRUE(head.has_value());
  EXPECT_EQ(head->metadata, kMetadata);
  EXPECT_EQ(head->bytes, bytes.size());
}

TEST(FilesHeadTest, EndsWhereItSays) {
  std::vector<std::byte> bytes = encode_head(kMetadata);
  const std::size_t size = bytes.size();
  bytes.resize(size + 100);

  EXPECT_EQ(decode_head(bytes)->bytes, size);
}

TEST(FilesHeadTest, HasTheSizeItHasBeforeTheEndIsKnown) {
  SnapshotMetadata unknown = kMetadata;
  unknown.bytes = 0;
  unknown.id.checksum = 0;

  EXPECT_EQ(encode_head(unknown).size(), encode_head(kMetadata).size());
}

TEST(FilesHeadTest, EveryChangedBitIsFound) {
  EXPECT_EQ(unnoticed_changes(encode_head(kMetadata)), std::vector<std::size_t>());
}

TEST(FilesHeadTest, EveryCutIsFound) {
  EXPECT_EQ(unnoticed_cuts(encode_head(kMetadata)), std::vector<std::size_t>());
}

TEST(FilesHeadTest, AHoleIsNone) {
  EXPECT_EQ(error_of(std::vector<std::byte>(4096)), Errc::kStorageCorrupt);
}

TEST(FilesHeadTest, AnotherVersionIsRefusedAsThat) {
  EXPECT_EQ(error_of(changed(encode_head(kMetadata), 9)), Errc::kUnsupportedVersion);
}

TEST(FilesHeadTest, TheLargestConfigurationFits) {
  SnapshotMetadata large = kMetadata;
  large.configuration.members.assign(
      kMembersMax, {.id = ServerId(1), .address = std::string(kAddressBytesMax, 'a')});
  large.configuration.outgoing = large.configuration.members;

  EXPECT_LE(encode_head(large).size(), kHeadBytesMax);
  EXPECT_EQ(decode_head(encode_head(large))->metadata, large);
}

}  // namespace buoyant::files::head_test
