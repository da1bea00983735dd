// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A snapshot outside of a data directory: whose it is, then the snapshot's file as it is.
///
///   "BUOYEXPT" | u32 version | u32 bytes of this head | u64 server, incarnation, bootstrap |
///   u64 length, cluster | u64 checksum of all that | the file (adapters/files/head.h, chunks.h)
///
/// All numbers are little-endian.
#pragma once

#include "adapters/files/snapshot_reader.h"
#include "buoyant/base/result.h"
#include "buoyant/model/ids.h"
#include "tools/inspect/report.h"

#include <cstdint>
#include <string>
#include <vector>

namespace buoyant::inspect_tool {

/// Where a snapshot was exported from.
struct Origin {
  std::string cluster;
  ServerId server;
  std::uint64_t incarnation = 0;
  /// See port::StoredState.
  std::uint64_t bootstrap = 0;

  friend bool operator==(const Origin&, const Origin&) = default;
};

[[nodiscard]] std::vector<std::byte> encode_origin(const Origin& origin);

struct ExportedSnapshot {
  Origin origin;
  files::SnapshotReader reader;
};

/// Errors: kNotReady (there is no such file), kStorageCorrupt, kUnsupportedVersion, kStorageFailed.
Result<ExportedSnapshot> open_export(const std::string& path);

/// Writes a snapshot out, durably; all its checksums are checked on the way. Nothing is left of
/// it after an error. Errors: kInvalidOptions (there is such a file), kStorageCorrupt,
/// kStorageFull, kStorageFailed.
Result<void> write_export(const Origin& origin, const files::SnapshotReader& reader,
                          const std::string& path, const OnProgress& on_progress);

}  // namespace buoyant::inspect_tool
