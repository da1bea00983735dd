// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// The messages that carry a configuration: it is encoded first, as in the log, because the
// builder holds one table at a time.

#include "buoyant/base/assert.h"
#include "codec_1/rpc_generated.h"
#include "tests/frozen/codec_1/codec.h"
#include "tests/frozen/codec_1/encode.h"
#include "tests/frozen/codec_1/meta_builder.h"
#include "tests/frozen/codec_1/validate.h"

#include <cstdint>
#include <span>

namespace buoyant::flatbuf_1 {

namespace {

/// Bytes as a vector of the table; none is absent.
flatbuffers::Offset<flatbuffers::Vector<std::uint8_t>> create_bytes(
    flatbuffers::FlatBufferBuilder& fields, const Bytes& bytes) {
  if (bytes.empty()) {
    return {};
  }
  return fields.CreateVector(reinterpret_cast<const std::uint8_t*>(bytes.view().data()),
                             bytes.size());
}

}  // namespace

Frame FlatbuffersCodec::encode_snapshot(GroupId group, const InstallSnapshot& message,
                                        const Bytes& part) noexcept {
  BUOYANT_ASSERT(defect_of(message) == nullptr);
  const SnapshotMetadata& snapshot = message.snapshot;
  BUOYANT_ASSERT(part.size() <= snapshot.bytes - message.offset);
  BUOYANT_ASSERT(part.size() <= kFrameBytesHardMax);
  const Bytes configuration = encode_configuration(snapshot.configuration);
  flatbuffers::FlatBufferBuilder& fields = builder_->begin();
  const auto id_at = create_snapshot_id(fields, snapshot.id);
  const auto configuration_at = create_bytes(fields, configuration);
  const ByteView meta = builder_->finish(wire_1::CreateInstallSnapshot(
      fields, message.term.value(), id_at, configuration_at, snapshot.configuration_index.value(),
      snapshot.bytes, message.offset));
  Frame frame = make_frame(FrameType::kInstallSnapshot, group, meta, std::span(&part, 1));
  builder_->release_if_large();
  return frame;
}

Frame FlatbuffersCodec::encode_control(GroupId group, const ControlRequest& message) noexcept {
  BUOYANT_ASSERT(defect_of(message) == nullptr);
  Bytes members;
  if (!message.members.empty()) {
    members = encode_configuration({.members = message.members, .outgoing = {}});
  }
  flatbuffers::FlatBufferBuilder& fields = builder_->begin();
  const auto members_at = create_bytes(fields, members);
  return builder_->frame(FrameType::kControlRequest, group,
                         wire_1::CreateControlRequest(
                             fields, message.sequence, static_cast<std::uint8_t>(message.kind),
                             message.target.value(), message.based_on.value(), members_at));
}

}  // namespace buoyant::flatbuf_1
