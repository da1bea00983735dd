// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Frames as a receiver sees them, for benchmarks of the codec.
#pragma once

#include "buoyant/base/assert.h"
#include "buoyant/model/frame.h"

#include <algorithm>
#include <string>

namespace buoyant::bench {

/// All bytes of a frame, one after the other.
inline std::string bytes_of(const Frame& frame) {
  std::string bytes;
  bytes.reserve(frame.bytes());
  for (const Bytes& piece : frame.pieces) {
    bytes += piece.text();
  }
  return bytes;
}

/// Has a reader cut the frame out of these bytes. Requires: they are one frame.
inline ReceivedFrame receive(FrameReader& reader, std::string_view bytes) {
  while (!bytes.empty()) {
    const std::span<std::byte> room = reader.writable();
    const std::size_t count = std::min(room.size(), bytes.size());
    std::copy_n(view_of(bytes).begin(), count, room.begin());
    reader.commit(count);
    bytes.remove_prefix(count);
    if (!bytes.empty()) {
      // The header is read now, and the reader makes room for the rest.
      BUOYANT_ASSERT(reader.next().has_value());
    }
  }
  auto frame = reader.next();
  BUOYANT_ASSERT(frame.has_value());
  BUOYANT_ASSERT(frame->has_value());
  return std::move(**frame);
}

}  // namespace buoyant::bench
