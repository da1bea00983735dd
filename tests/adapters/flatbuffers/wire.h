// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Frames as a peer sends them, also such as no codec would: what the codec's tests start from.
#pragma once

#include "buoyant/base/bytes.h"
#include "buoyant/model/frame.h"

#include <flatbuffers/flatbuffers.h>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace buoyant::flatbuf::wire_test {

/// All bytes of a frame, one after the other.
std::vector<std::byte> flatten(const Frame& frame);

/// What the other side's frame reader gives for these bytes; they must be one whole frame.
ReceivedFrame receive(std::span<const std::byte> stream);

/// What the other side's frame reader gives for `frame`.
ReceivedFrame receive(const Frame& frame);

/// A frame around any meta and payload.
ReceivedFrame received(FrameType type, ByteView meta, std::string_view payload = {});

/// The bytes of a finished builder.
Bytes bytes_of(const flatbuffers::FlatBufferBuilder& builder);

/// A frame around the table that `create(builder)` returns.
template <class Create>
ReceivedFrame received_table(FrameType type, Create create, std::string_view payload = {}) {
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(create(builder));
  return received(type, bytes_of(builder).view(), payload);
}

}  // namespace buoyant::flatbuf::wire_test
