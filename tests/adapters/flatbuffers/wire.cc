// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/adapters/flatbuffers/wire.h"

#include "buoyant/base/assert.h"

#include <algorithm>
#include <optional>

namespace buoyant::flatbuf::wire_test {

std::vector<std::byte> flatten(const Frame& frame) {
  std::vector<std::byte> all;
  all.reserve(frame.bytes());
  for (const Bytes& piece : frame.pieces) {
    all.insert(all.end(), piece.view().begin(), piece.view().end());
  }
  return all;
}

ReceivedFrame receive(std::span<const std::byte> stream) {
  FrameReader reader(kFrameBytesHardMax);
  std::size_t read = 0;
  std::optional<ReceivedFrame> frame;
  while (!frame && read < stream.size()) {
    const std::span<std::byte> target = reader.writable();
    const std::size_t count = std::min(target.size(), stream.size() - read);
    std::copy_n(stream.begin() + static_cast<std::ptrdiff_t>(read), count, target.begin());
    read += count;
    reader.commit(count);
    auto next = reader.next();
    BUOYANT_ASSERT(next.has_value());
    frame = *next;
  }
  BUOYANT_ASSERT(frame.has_value());
  BUOYANT_ASSERT(read == stream.size());
  return *frame;
}

ReceivedFrame receive(const Frame& frame) {
  return receive(flatten(frame));
}

ReceivedFrame received(FrameType type, ByteView meta, std::string_view payload) {
  ReceivedFrame frame;
  frame.header.type = type;
  frame.header.meta_bytes = static_cast<std::uint32_t>(meta.size());
  frame.header.payload_bytes = static_cast<std::uint32_t>(payload.size());
  frame.meta = Bytes::copy_of(meta);
  frame.payload = Bytes::copy_of(payload);
  return frame;
}

Bytes bytes_of(const flatbuffers::FlatBufferBuilder& builder) {
  return Bytes::copy_of(std::as_bytes(std::span(builder.GetBufferPointer(), builder.GetSize())));
}

}  // namespace buoyant::flatbuf::wire_test
