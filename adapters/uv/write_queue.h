// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The bytes that wait to be written to one connection: pieces of frames, referenced where they
/// lie. Knows no socket.
#pragma once

#include "buoyant/base/bytes.h"
#include "buoyant/model/frame.h"

#include <uv.h>

#include <cstddef>
#include <deque>
#include <span>

namespace buoyant::uv {

class WriteQueue {
 public:
  void push(const Frame& frame);

  [[nodiscard]] bool empty() const noexcept { return bytes_ == 0; }

  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

  /// The front of the queue as buffers; it ends where the buffers or `bytes_max` do (the last
  /// one is cut). Their bytes stay where they are until they are consumed.
  [[nodiscard]] std::span<uv_buf_t> front(std::span<uv_buf_t> buffers, std::size_t bytes_max) const;

  /// The first `count` bytes were written. Requires: count <= bytes().
  void consume(std::size_t count);

 private:
  std::deque<Bytes> pieces_;  ///< None is empty.
  std::size_t bytes_ = 0;
  std::size_t offset_ = 0;  ///< How much of the first piece was written.
};

/// The length of all buffers.
std::size_t bytes_of(std::span<const uv_buf_t> buffers) noexcept;

}  // namespace buoyant::uv
