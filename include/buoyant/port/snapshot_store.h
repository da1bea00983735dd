// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Port: snapshot files of one server (§5). Chunks with checksums, written aside, synced,
/// renamed; the log's metadata names the current one.
///
/// Loop thread; work is done elsewhere and calls back on the loop, never inside a call.
#pragma once

#include "buoyant/base/bytes.h"
#include "buoyant/base/result.h"
#include "buoyant/model/snapshot.h"
#include "buoyant/port/state_machine.h"

#include <functional>
#include <memory>

namespace buoyant::port {

class SnapshotStore {
 public:
  SnapshotStore() = default;
  SnapshotStore(const SnapshotStore&) = delete;
  SnapshotStore& operator=(const SnapshotStore&) = delete;
  virtual ~SnapshotStore() = default;

  /// Writes a snapshot from a frozen view. `done` gets the metadata with id and size once the
  /// file is durable under its name.
  virtual void create(SnapshotMetadata metadata, std::unique_ptr<SnapshotSource> source,
                      std::function<void(Result<SnapshotMetadata>)> done) noexcept = 0;

  /// Reads part of a snapshot, for sending or installing. Errors: kStorageCorrupt, kCompacted.
  virtual void read(const SnapshotId& id, std::uint64_t offset, std::size_t bytes_max,
                    std::function<void(Result<Bytes>)> done) noexcept = 0;

  /// Adds a received chunk at `offset` to the snapshot that is coming in under this id.
  virtual void receive(const SnapshotMetadata& metadata, std::uint64_t offset, Bytes chunk,
                       bool last, std::function<void(Result<void>)> done) noexcept = 0;

  /// Removes every file but this one and those being sent.
  virtual void retain_only(const SnapshotId& id) noexcept = 0;

  virtual void close(std::function<void()> done) noexcept = 0;
};

}  // namespace buoyant::port
