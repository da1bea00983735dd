// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Snapshot metadata (§5): what the core, the storage and the wire know of a snapshot.
#pragma once

#include "buoyant/base/export.h"
#include "buoyant/model/configuration.h"
#include "buoyant/model/ids.h"

#include <cstdint>

namespace buoyant {

/// Names one snapshot file. Files of different servers differ, so a transfer resumes only with
/// an equal id.
struct SnapshotId {
  LogPosition position;
  ServerId creator;
  std::uint64_t sequence = 0;
  std::uint64_t checksum = 0;

  friend bool operator==(const SnapshotId&, const SnapshotId&) = default;
};

/// A snapshot covers the log up to and including `id.position`. Position zero: none.
struct SnapshotMetadata {
  SnapshotId id;
  /// The configuration in effect at the position, and where it stood.
  Configuration configuration;
  Index configuration_index;
  std::uint64_t bytes = 0;

  friend bool operator==(const SnapshotMetadata&, const SnapshotMetadata&) = default;
};

/// A checksum of everything in `metadata` but `bytes` and `id.checksum`. With it as the seed, the
/// checksum of the contents is `id.checksum`: so neither of them can belong to another snapshot.
BUOYANT_EXPORT std::uint64_t snapshot_seed(const SnapshotMetadata& metadata);

}  // namespace buoyant
