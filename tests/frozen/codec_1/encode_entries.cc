// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/base/assert.h"
#include "buoyant/base/little_endian.h"
#include "codec_1/rpc_generated.h"
#include "tests/frozen/codec_1/codec.h"
#include "tests/frozen/codec_1/meta_builder.h"
#include "tests/frozen/codec_1/validate.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace buoyant::flatbuf_1 {

namespace {

using LengthsOffset = flatbuffers::Offset<flatbuffers::Vector<std::uint32_t>>;

/// The lengths of `items`' payloads, written into the builder's memory directly.
template <class Items, class PayloadOf>
LengthsOffset create_lengths(flatbuffers::FlatBufferBuilder& fields, const Items& items,
                             PayloadOf payload_of) {
  if (items.empty()) {
    return {};
  }
  std::uint8_t* lengths = nullptr;
  const LengthsOffset vector(
      fields.CreateUninitializedVector(items.size(), sizeof(std::uint32_t), &lengths));
  auto* at = reinterpret_cast<std::byte*>(lengths);
  for (const auto& item : items) {
    const Bytes& payload = payload_of(item);
    BUOYANT_ASSERT(payload.size() <= kFrameBytesHardMax);
    store_le32(at, static_cast<std::uint32_t>(payload.size()));
    at += sizeof(std::uint32_t);
  }
  return vector;
}

/// The entries without their payloads.
struct Shape {
  std::vector<TermRun> runs;
  std::vector<wire_1::EntryKindAt> kinds;
};

Shape shape_of(std::span<const Entry> entries) {
  Shape shape;
  for (std::size_t offset = 0; offset < entries.size(); ++offset) {
    const Entry& entry = entries[offset];
    append_run(shape.runs, entry.term, 1);
    if (entry.kind != EntryKind::kCommand) {
      if (entry.kind == EntryKind::kNoop) {
        BUOYANT_ASSERT(entry.payload.empty());
      }
      shape.kinds.emplace_back(static_cast<std::uint32_t>(offset),
                               static_cast<std::uint8_t>(entry.kind));
    }
  }
  return shape;
}

/// A vector of structs; an empty one is absent, so that equal messages have equal bytes.
template <class Struct>
flatbuffers::Offset<flatbuffers::Vector<const Struct*>> create_structs(
    flatbuffers::FlatBufferBuilder& fields, const std::vector<Struct>& structs) {
  if (structs.empty()) {
    return {};
  }
  return fields.CreateVectorOfStructs(structs.data(), structs.size());
}

}  // namespace

Frame FlatbuffersCodec::encode_append(GroupId group, const AppendEntries& message,
                                      std::span<const Entry> entries) noexcept {
  Shape shape = shape_of(entries);
  std::vector<wire_1::TermRun> runs;
  runs.reserve(shape.runs.size());
  for (const TermRun& run : shape.runs) {
    runs.emplace_back(run.term.value(), run.count);
  }
  const AppendEntries sent{.term = message.term,
                           .prev = message.prev,
                           .commit = message.commit,
                           .round = message.round,
                           .runs = std::move(shape.runs),
                           .configurations = {}};
  BUOYANT_ASSERT(defect_of(sent) == nullptr);

  flatbuffers::FlatBufferBuilder& fields = builder_->begin();
  const auto runs_at = create_structs(fields, runs);
  const auto lengths_at = create_lengths(
      fields, entries, [](const Entry& entry) -> const Bytes& { return entry.payload; });
  const auto kinds_at = create_structs(fields, shape.kinds);
  const ByteView meta = builder_->finish(wire_1::CreateAppendEntries(
      fields, sent.term.value(), sent.prev.term.value(), sent.prev.index.value(),
      sent.commit.value(), sent.round.value(), runs_at, lengths_at, kinds_at));
  Frame frame = make_entries_frame(FrameType::kAppendEntries, group, meta, entries);
  builder_->release_if_large();
  return frame;
}

Frame FlatbuffersCodec::encode_forward(GroupId group, const Forward& message,
                                       std::span<const Bytes> payloads) noexcept {
  BUOYANT_ASSERT(defect_of(message) == nullptr);
  flatbuffers::FlatBufferBuilder& fields = builder_->begin();
  const auto lengths_at = create_lengths(
      fields, payloads, [](const Bytes& payload) -> const Bytes& { return payload; });
  const ByteView meta =
      builder_->finish(wire_1::CreateForward(fields, message.first_sequence, lengths_at));
  Frame frame = make_frame(FrameType::kForward, group, meta, payloads);
  builder_->release_if_large();
  return frame;
}

}  // namespace buoyant::flatbuf_1
