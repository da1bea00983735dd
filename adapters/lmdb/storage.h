// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// LMDB fulfils port::Storage (§3.8): one flush per batch of writes, in a journal inside data.mdb
/// that transactions take over (decision 0019).
///
/// A directory holds LOCK (ours, locked for as long as this run may write), data.mdb, lock.mdb
/// (LMDB's), sometimes POISON (a write of an earlier run failed) and, while it is being made,
/// `creating`. The process must not fork and go on in the child.
///
/// Where things are: posix/directory, creation, recovery and file_header for opening; environment
/// and transaction for LMDB; record, sealed and state_values for bytes; log_tables for the log in
/// the tables; log_writer and log_reader for the work; scrub for looking after what nobody reads;
/// engine for the threads; journal and log_tail for what the tables do not have yet.
#pragma once

#include "adapters/lmdb/engine.h"
#include "adapters/lmdb/options.h"
#include "buoyant/base/export.h"
#include "buoyant/port/loop_poster.h"
#include "buoyant/port/storage.h"

#include <functional>
#include <memory>
#include <optional>

namespace buoyant::lmdb {

class BUOYANT_EXPORT LmdbStorage final : public port::Storage {
 public:
  /// Opens, or makes, the storage in `options.directory`. The only call that blocks.
  /// Errors: kInvalidOptions, kDirectoryInUse, kWrongCluster, kWrongIdentity,
  /// kUnsupportedVersion, kStorageCorrupt, kStorageFailed, kStorageFull.
  static Result<std::unique_ptr<LmdbStorage>> open(const LmdbOptions& options,
                                                   std::shared_ptr<port::LoopPoster> poster);

  /// Without close: what is queued is dropped; waits for the commit under way, but no longer
  /// than the hang limit. Nothing is called back.
  ~LmdbStorage() override;

  [[nodiscard]] port::StoredState take_stored_state() noexcept override;
  void start(port::StorageEvents& events) noexcept override;
  void write(port::StorageWrite write) noexcept override;
  void read(Index first, Index last, std::size_t bytes_max, port::ReadDone done) noexcept override;
  [[nodiscard]] port::StorageStatus status() const noexcept override;
  void close(std::function<void()> done) noexcept override;

 private:
  /// What completions find on the loop; gone or closed when nobody wants them any more.
  class LoopSide;

  LmdbStorage(const LmdbOptions& options, std::shared_ptr<port::LoopPoster> poster,
              posix::Directory directory, Recovered recovered);

  void end_loop_side() noexcept;

  Duration hang_limit_;
  std::uint64_t scrub_bytes_per_second_;
  std::shared_ptr<port::LoopPoster> poster_;
  std::optional<port::StoredState> stored_;
  std::shared_ptr<LoopSide> loop_side_;
  /// Both null and absent after close.
  std::shared_ptr<Engine> engine_;
  std::optional<EngineThreads> threads_;
  /// The poster watches for the end of what the loop thread began.
  bool is_watching_ = false;
  WriteId last_submitted_;
};

}  // namespace buoyant::lmdb
