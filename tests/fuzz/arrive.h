// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A frame as its receiver sees it, without the frame reader: its large buffer is most of what an
/// execution would take.
#pragma once

#include "buoyant/base/assert.h"
#include "buoyant/model/frame.h"

#include <cstring>
#include <utility>

namespace buoyant::fuzz {

inline ReceivedFrame arrive(const Frame& frame) {
  Buffer buffer(frame.bytes());
  std::size_t end = 0;
  for (const Bytes& piece : frame.pieces) {
    std::memcpy(buffer.data() + end, piece.data(), piece.size());
    end += piece.size();
  }
  const Bytes all = std::move(buffer).freeze(end);
  const auto header = decode_frame_header(all.view().first<kFrameHeaderBytes>());
  BUOYANT_ASSERT(header.has_value());
  BUOYANT_ASSERT(end == kFrameHeaderBytes + header->body_bytes());
  const std::size_t payload = kFrameHeaderBytes + padded(header->meta_bytes);
  return {.header = *header,
          .meta = all.slice(kFrameHeaderBytes, header->meta_bytes),
          .payload = all.slice(payload, header->payload_bytes)};
}

}  // namespace buoyant::fuzz
