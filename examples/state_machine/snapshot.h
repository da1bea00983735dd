// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The map as a snapshot: a number of pairs, the pairs, and a checksum of all that.
///
///   u64 pairs | pairs x (u64 length, key, u64 length, value) | u64 checksum
///
/// The node checks that the chunks of a snapshot arrive as they were read; the checksum here is
/// for what it cannot know: that these bytes are a whole map of this program at all.
#pragma once

#include "buoyant/port/state_machine.h"
#include "examples/state_machine/key_value.h"

#include <optional>
#include <string>
#include <string_view>

namespace key_value {

std::string encode(const Map& map);

/// Nothing: it is no map.
std::optional<Map> decode(std::string_view bytes);

/// A copy of the map, which a worker encodes when it begins to read.
class MapSource final : public buoyant::SnapshotSource {
 public:
  explicit MapSource(Map map) : map_(std::move(map)) {}

  buoyant::Result<buoyant::Bytes> read(std::size_t bytes_max) noexcept override;

 private:
  Map map_;
  std::optional<std::string> bytes_;
  std::size_t read_ = 0;
};

/// Collects the bytes on a worker; the map changes at once, on the loop, or not at all.
class MapTarget final : public buoyant::SnapshotTarget {
 public:
  /// The map must outlive this.
  explicit MapTarget(Map& map) : map_(map) {}

  buoyant::Result<void> write(buoyant::ByteView chunk) noexcept override;

  /// Errors: kMalformed.
  buoyant::Result<void> finish() noexcept override;

 private:
  Map& map_;
  std::string bytes_;
};

}  // namespace key_value
