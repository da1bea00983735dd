// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A data directory from outside: the files in it and who uses it. Nothing is opened for writing,
/// and no lock is taken, not even to try.
#pragma once

#include "buoyant/base/result.h"
#include "buoyant/model/snapshot.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace buoyant::inspect_tool {

struct SnapshotFile {
  enum class Kind : std::uint8_t {
    kComplete,
    /// What comes in from another server.
    kIncoming,
    /// What is being created, or was when a server died.
    kCreating,
    kUnknown,
  };

  std::string name;
  Kind kind = Kind::kUnknown;
  std::uint64_t bytes = 0;
  /// What its name says; of complete ones.
  std::optional<SnapshotId> id;
};

const char* text_of(SnapshotFile::Kind kind);

std::string snapshots_path(const std::string& directory);

/// By name. Empty when there is no folder of them. Errors: kStorageFailed.
Result<std::vector<SnapshotFile>> list_snapshots(const std::string& directory);

/// The process that has the directory locked. Nothing: none that the kernel shows to us (it does
/// not show those of another container, nor locks on btrfs).
std::optional<std::int64_t> running_server(const std::string& directory);

struct Markers {
  /// A write of the last run failed: the next start writes the log's tail again.
  bool poison = false;
  /// A first start, or a compaction by this program, did not get to its end.
  bool unfinished_creation = false;
  bool unfinished_compaction = false;
};

Markers look_for_markers(const std::string& directory);

/// What the file system has left for the server.
std::optional<std::uint64_t> disk_free(const std::string& directory);

}  // namespace buoyant::inspect_tool
