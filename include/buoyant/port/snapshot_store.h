// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Port: everything that holds the snapshot files of one server (§5).
///
/// A file is either complete, durable under its name and never changed again, or it is not
/// found: what was being created when a process ended is gone, what was being received may be
/// held in part and goes on from there. Which complete file is the current one is not the
/// store's business: the log's metadata says so (StorageWrite::snapshot).
///
/// What a store is given and gives back is checked: bytes that fail their checksum are reported
/// (kStorageCorrupt) and never served, and a received file counts only when its whole, contents
/// and metadata, has the checksum of its id (snapshot_seed in model/snapshot.h).
///
/// Loop thread; the work is done elsewhere. Unless it says otherwise, a callback runs once, on
/// the loop, never inside a call, and not at all when the store is closed or destroyed first.
/// Requests that concern one file take effect in the order in which they were made. A store
/// takes a bounded number of requests; at the bound one ends with kBusy and has no effect.
#pragma once

#include "buoyant/base/bytes.h"
#include "buoyant/base/result.h"
#include "buoyant/model/snapshot.h"
#include "buoyant/port/state_machine.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace buoyant::port {

/// The requests that a store has queued at most: reads, parts and questions together. At the
/// bound: kBusy.
inline constexpr std::size_t kSnapshotRequestsMax = 64;
/// The long ones among them, create and install, have a bound of their own. At the bound: kBusy.
inline constexpr std::size_t kSnapshotJobsMax = 4;

/// One server's snapshot files. Made open: what it found is at hand.
class SnapshotStore {
 public:
  using CreateDone = std::function<void(Result<SnapshotMetadata>)>;
  using ReadDone = std::function<void(Result<Bytes>)>;
  using HeldDone = std::function<void(Result<std::uint64_t>)>;
  using InstallDone = std::function<void(Result<void>)>;

  SnapshotStore() = default;
  SnapshotStore(const SnapshotStore&) = delete;
  SnapshotStore& operator=(const SnapshotStore&) = delete;
  virtual ~SnapshotStore() = default;

  /// The complete files that were there at opening, the newest (by index, term, sequence) last.
  /// A file whose head is damaged is not among them. Their contents were not read yet: damage
  /// there is found by read and install.
  [[nodiscard]] virtual std::vector<SnapshotId> found() const = 0;

  /// Writes a snapshot from a frozen view, whose parts are read on a worker until an empty one.
  ///
  /// Requires: `metadata` has `id.position`, `id.creator` and the configuration as they were
  /// when the view was made (§5.1); the store sets `id.sequence`, `id.checksum` and `bytes`.
  /// Several may be under way; reads and parts are served between their steps.
  /// Callback: with the whole metadata, once the file is durable under its name.
  /// Errors: what the source gave; kStorageFull, kStorageFailed, kBusy. Nothing is left of it
  /// then, and no other file is touched. The source is destroyed on the loop or on the worker.
  virtual void create(SnapshotMetadata metadata, std::unique_ptr<SnapshotSource> source,
                      CreateDone done) noexcept = 0;

  /// Reads [offset, offset + bytes_max) of a complete file, for sending.
  /// Callback: with at least one byte and at most `bytes_max`; fewer only at the end, none when
  /// `offset` is the end.
  /// Requires: bytes_max > 0.
  /// Errors: kCompacted (no such file: removed, or not complete), kMalformed (`offset` is beyond
  /// the end), kStorageCorrupt, kStorageFailed, kBusy.
  virtual void read(const SnapshotId& id, std::uint64_t offset, std::size_t bytes_max,
                    ReadDone done) noexcept = 0;

  /// How much of a snapshot of another server is here, counted from its beginning: all
  /// `metadata.bytes` when the file is complete, less while it is coming in, also since an
  /// earlier process, 0 when nothing is known of it. Changes nothing but to drop what fails its
  /// checks.
  /// (For an empty snapshot that says nothing: it is there after receive.)
  /// Errors: kStorageFailed, kBusy.
  virtual void held(const SnapshotMetadata& metadata, HeldDone done) noexcept = 0;

  /// Takes a part of a snapshot of another server.
  ///
  /// One snapshot comes in at a time. A part at offset 0 of another one, whichever it is, drops
  /// what came in before: only the caller knows who leads, and gives nothing but his. A part
  /// that begins elsewhere than what is held ends, is not taken; that is no error.
  /// Callback: with what is held now, from which the sender goes on. When that is
  /// `metadata.bytes`, the file is complete and durable under its name; what is less need not
  /// survive the process.
  /// Errors: kMalformed (the part goes beyond `metadata.bytes`), kStorageCorrupt (it is all
  /// here, and its checksum is not that of its id), kStorageFull, kStorageFailed, kBusy. After
  /// kStorageFull what was held before the part stays, and some of the part may. After
  /// kStorageCorrupt and kStorageFailed nothing does: the next part is that at offset 0.
  virtual void receive(const SnapshotMetadata& metadata, std::uint64_t offset, Bytes part,
                       HeldDone done) noexcept = 0;

  /// Gives the contents of a complete file to a target, part by part, on a worker.
  ///
  /// Callback: when all of it was written and its checksum was right; the caller calls finish()
  /// then, on the loop. After an error the target was given a beginning, or nothing, and is to
  /// be dropped.
  /// Errors: what the target gave; kCompacted (no such file), kStorageCorrupt, kStorageFailed,
  /// kBusy. A store that closes meanwhile writes no more parts, but the one under way may go on:
  /// the target is then destroyed on the worker when that ends.
  virtual void install(const SnapshotId& id, std::shared_ptr<SnapshotTarget> target,
                       InstallDone done) noexcept = 0;

  /// Removes every complete file but these, and what comes in unless it is newer (by index) than
  /// all of them. A file that held or receive was called for stays until the call is answered: its
  /// caller is about to count on it. Requests that were made before are carried out first. Files
  /// that cannot be removed now are removed the next time.
  virtual void retain_only(std::vector<SnapshotId> ids) noexcept = 0;

  /// Ends: what was queued or under way is dropped, a file being created is removed, one coming
  /// in stays as it is. A worker that hangs in the disk is left behind, with what it works on,
  /// touching nothing of ours. No other callback after this call; `done` runs once, from the
  /// loop, in bounded time.
  /// Requires: called once, and nothing is called after it.
  virtual void close(std::function<void()> done) noexcept = 0;
};

}  // namespace buoyant::port
