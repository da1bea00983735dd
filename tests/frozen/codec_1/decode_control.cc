// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// The messages that carry a configuration.

#include "codec_1/rpc_generated.h"
#include "tests/frozen/codec_1/decode.h"
#include "tests/frozen/codec_1/meta_view.h"
#include "tests/frozen/codec_1/validate.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace buoyant::flatbuf_1 {

namespace {

/// A configuration inside another table; absent: an empty one.
/// Errors: kMalformed, kUnsupportedVersion.
Result<Configuration> read_inner(const flatbuffers::Vector<std::uint8_t>* bytes) {
  if (bytes == nullptr) {
    return Configuration{};
  }
  auto configuration = read_configuration(std::as_bytes(std::span(bytes->data(), bytes->size())));
  if (!configuration) {
    const bool later = configuration.error().code() == Errc::kUnsupportedVersion;
    return fail(later ? Errc::kUnsupportedVersion : Errc::kMalformed,
                configuration.error().context());
  }
  if (configuration->empty()) {
    return fail(Errc::kMalformed, "a configuration without members");
  }
  return configuration;
}

}  // namespace

SnapshotId read_snapshot_id(const wire_1::SnapshotId& table) noexcept {
  return {.position = {.term = Term(table.term()), .index = Index(table.index())},
          .creator = ServerId(table.creator()),
          .sequence = table.sequence(),
          .checksum = table.checksum()};
}

Result<port::Decoded> decode_snapshot(ByteView meta, const Bytes& payload) {
  const auto table = Root<wire_1::InstallSnapshot>::verified(meta, 2);
  if (!table) {
    return fail(Errc::kMalformed, "not the table of its frame type");
  }
  auto configuration = read_inner(table->configuration());
  if (!configuration) {
    return fail(configuration.error());
  }
  InstallSnapshot message{.term = Term(table->term()),
                          .snapshot = {.id = read_snapshot_id(*table->snapshot()),
                                       .configuration = std::move(*configuration),
                                       .configuration_index = Index(table->configuration_index()),
                                       .bytes = table->bytes()},
                          .offset = table->offset()};
  if (Defect defect = defect_of(message)) {
    return fail(Errc::kMalformed, defect);
  }
  if (payload.size() > message.snapshot.bytes - message.offset) {
    return fail(Errc::kMalformed, "a part beyond the end of its snapshot");
  }
  return port::Decoded{.message = std::move(message), .entries = {}, .payloads = {payload}};
}

Result<port::Decoded> decode_control(ByteView meta, const Bytes& payload) {
  if (!payload.empty()) {
    return fail(Errc::kMalformed, "a payload where none belongs");
  }
  const auto table = Root<wire_1::ControlRequest>::verified(meta, 1);
  if (!table) {
    return fail(Errc::kMalformed, "not the table of its frame type");
  }
  auto configuration = read_inner(table->members());
  if (!configuration) {
    return fail(configuration.error());
  }
  if (configuration->is_joint()) {
    return fail(Errc::kMalformed, "a target that is joint");
  }
  ControlRequest message{.sequence = table->sequence(),
                         .kind = static_cast<ControlKind>(table->kind()),
                         .target = ServerId(table->target()),
                         .based_on = Index(table->based_on()),
                         .members = std::move(configuration->members)};
  if (Defect defect = defect_of(message)) {
    return fail(Errc::kMalformed, defect);
  }
  return port::Decoded{.message = std::move(message), .entries = {}, .payloads = {}};
}

}  // namespace buoyant::flatbuf_1
