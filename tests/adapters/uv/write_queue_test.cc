// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/uv/write_queue.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace buoyant::uv::write_queue_test {

Frame frame_of(const std::vector<std::string>& pieces) {
  Frame frame;
  for (const std::string& piece : pieces) {
    frame.pieces.push_back(Bytes::copy_of(piece));
  }
  return frame;
}

class WriteQueueTest : public testing::Test {
 protected:
  /// The front as texts.
  std::vector<std::string> front(std::size_t buffers, std::size_t bytes_max) {
    std::vector<std::string> texts;
    for (const uv_buf_t& buffer : queue_.front(std::span(space_).first(buffers), bytes_max)) {
      texts.emplace_back(buffer.base, buffer.len);
    }
    return texts;
  }

  using Texts = std::vector<std::string>;

  WriteQueue queue_;
  std::array<uv_buf_t, 8> space_{};
};

TEST_F(WriteQueueTest, IsEmptyAtFirst) {
  EXPECT_TRUE(queue_.empty());
  EXPECT_TRUE(front(8, 100).empty());
}

TEST_F(WriteQueueTest, KeepsPiecesInOrder) {
  queue_.push(frame_of({"ab", "cde"}));
  queue_.push(frame_of({"f"}));

  EXPECT_EQ(queue_.bytes(), 6U);
  EXPECT_EQ(front(8, 100), (Texts{"ab", "cde", "f"}));
}

TEST_F(WriteQueueTest, EmptyPiecesAreLeftOut) {
  queue_.push(frame_of({"", "ab", ""}));

  EXPECT_EQ(front(8, 100), Texts{"ab"});
}

TEST_F(WriteQueueTest, FrontEndsWithTheBuffers) {
  queue_.push(frame_of({"ab", "cde", "f"}));

  EXPECT_EQ(front(2, 100), (Texts{"ab", "cde"}));
}

TEST_F(WriteQueueTest, FrontEndsWithTheBytes) {
  queue_.push(frame_of({"ab", "cde", "f"}));

  EXPECT_EQ(front(8, 4), (Texts{"ab", "cd"}));
  EXPECT_EQ(front(8, 5), (Texts{"ab", "cde"}));
}

TEST_F(WriteQueueTest, GoesOnInTheMiddleOfAPiece) {
  queue_.push(frame_of({"ab", "cde", "f"}));

  queue_.consume(3);

  EXPECT_EQ(queue_.bytes(), 3U);
  EXPECT_EQ(front(8, 100), (Texts{"de", "f"}));
  queue_.consume(1);
  EXPECT_EQ(front(8, 100), (Texts{"e", "f"}));
}

TEST_F(WriteQueueTest, ConsumesToTheEnd) {
  queue_.push(frame_of({"ab", "cde"}));

  queue_.consume(5);

  EXPECT_TRUE(queue_.empty());
  queue_.push(frame_of({"next"}));
  EXPECT_EQ(front(8, 100), Texts{"next"});
}

TEST_F(WriteQueueTest, BytesAreReferencedNotCopied) {
  const Frame frame = frame_of({"abc"});
  queue_.push(frame);

  const auto buffers = queue_.front(space_, 100);

  EXPECT_EQ(static_cast<const void*>(buffers[0].base), frame.pieces[0].data());
}

TEST_F(WriteQueueTest, BytesOfBuffersAreSummed) {
  queue_.push(frame_of({"ab", "cde"}));

  EXPECT_EQ(bytes_of(queue_.front(space_, 4)), 4U);
}

}  // namespace buoyant::uv::write_queue_test
