// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/storage/log_file.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace file_storage::log_file_test {

using Bodies = std::vector<std::string_view>;

/// Of 8 bytes, so that no frame is padded.
constexpr std::string_view kImage = "an image";
constexpr std::string_view kFirst = "commit 1";
constexpr std::string_view kLast = "commit 2";
constexpr std::size_t kFrameBytes = 40;

class FileStorageFramesTest : public testing::Test {
 protected:
  const std::string file_ = frame(0, kImage) + frame(1, kFirst) + frame(2, kLast);
};

TEST_F(FileStorageFramesTest, ComeBackInOrder) {
  EXPECT_EQ(*read_frames(file_), (Bodies{kImage, kFirst, kLast}));
}

TEST_F(FileStorageFramesTest, OfAnyLengthComeBack) {
  EXPECT_EQ(*read_frames(frame(0, "") + frame(1, "1") + frame(2, "123456789")),
            (Bodies{"", "1", "123456789"}));
}

TEST_F(FileStorageFramesTest, ALastOneThatWasCutOffWasNeverThere) {
  for (std::size_t size = 2 * kFrameBytes; size < 3 * kFrameBytes; ++size) {
    ASSERT_EQ(*read_frames(file_.substr(0, size)), (Bodies{kImage, kFirst})) << size;
  }
}

TEST_F(FileStorageFramesTest, ALastOneOfWhichOnlyTheLengthArrivedWasNeverThere) {
  EXPECT_EQ(*read_frames(frame(0, kImage) + std::string(64, '\0')), Bodies{kImage});
}

TEST_F(FileStorageFramesTest, ADamagedOneInTheMiddleIsNoticed) {
  for (std::size_t at = 0; at < 2 * kFrameBytes; ++at) {
    std::string damaged = file_;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    ASSERT_FALSE(read_frames(damaged)) << at;
  }
}

TEST_F(FileStorageFramesTest, NothingAtAllIsNoLog) {
  EXPECT_FALSE(read_frames(""));
  EXPECT_FALSE(read_frames(frame(0, kImage).substr(0, 30)));
}

}  // namespace file_storage::log_file_test
