// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What a data directory holds, without looking into entries and snapshots.
#pragma once

#include "adapters/lmdb/whole_log.h"
#include "buoyant/port/codec.h"
#include "tools/inspect/directory.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace buoyant::inspect_tool {

/// A snapshot file, and what its head says.
struct SnapshotFigures {
  SnapshotFile file;
  std::optional<SnapshotMetadata> metadata;
  /// Of an incoming one: the contents that are there.
  std::uint64_t received = 0;
  /// What is wrong with it; "": nothing that its head and size would show.
  std::string problem;
};

struct Status {
  std::string directory;
  std::optional<std::int64_t> running;
  Markers markers;
  /// With what the journal has.
  lmdb::LogFacts facts;
  std::uint64_t journal_batches = 0;
  std::uint64_t journal_bytes = 0;
  /// Of the log, those that the tables do not have yet.
  std::uint64_t journal_entries = 0;
  /// That of the snapshot first, if there is one; the last one is in effect.
  std::vector<ConfigurationAt> configurations;
  lmdb::TableFigures tables;
  std::uint32_t page_bytes = 0;
  std::uint64_t file_bytes = 0;
  /// Up to the last page that was ever used.
  std::uint64_t used_bytes = 0;
  /// Of those, in pages that were freed. Nothing: it changed too fast to be counted.
  std::optional<std::uint64_t> reusable_bytes;
  std::optional<std::uint64_t> disk_free;
  std::vector<SnapshotFigures> snapshots;

  [[nodiscard]] LogPosition last() const noexcept;
  /// Null: the log names none, or its file is not there.
  [[nodiscard]] const SnapshotFigures* named_snapshot() const noexcept;
};

/// Errors: kNotReady (there is no data), kStorageCorrupt, kUnsupportedVersion, kStorageFailed,
/// kBusy.
Result<Status> read_status(const std::string& directory, port::Codec& codec);

/// What the files of a directory say of themselves. Errors: kStorageFailed.
Result<std::vector<SnapshotFigures>> look_at_snapshots(const std::string& directory);

}  // namespace buoyant::inspect_tool
