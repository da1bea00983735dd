// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/uv/write_queue.h"

#include "buoyant/base/assert.h"

#include <algorithm>

namespace buoyant::uv {

void WriteQueue::push(const Frame& frame) {
  for (const Bytes& piece : frame.pieces) {
    if (!piece.empty()) {
      pieces_.push_back(piece);
      bytes_ += piece.size();
    }
  }
}

std::span<uv_buf_t> WriteQueue::front(std::span<uv_buf_t> buffers, std::size_t bytes_max) const {
  std::size_t count = 0;
  std::size_t offset = offset_;
  for (const Bytes& piece : pieces_) {
    if (count == buffers.size() || bytes_max == 0) {
      break;
    }
    const std::size_t size = std::min(piece.size() - offset, bytes_max);
    // libuv reads only, but its buffers are not const.
    auto* base = const_cast<char*>(reinterpret_cast<const char*>(piece.data() + offset));
    buffers[count++] = uv_buf_init(base, static_cast<unsigned int>(size));
    bytes_max -= size;
    offset = 0;
  }
  return buffers.first(count);
}

void WriteQueue::consume(std::size_t count) {
  BUOYANT_ASSERT(count <= bytes_);
  bytes_ -= count;
  offset_ += count;
  while (!pieces_.empty() && offset_ >= pieces_.front().size()) {
    offset_ -= pieces_.front().size();
    pieces_.pop_front();
  }
}

std::size_t bytes_of(std::span<const uv_buf_t> buffers) noexcept {
  std::size_t total = 0;
  for (const uv_buf_t& buffer : buffers) {
    total += buffer.len;
  }
  return total;
}

}  // namespace buoyant::uv
