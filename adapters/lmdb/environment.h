// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The LMDB environment: data.mdb, its map, and how both grow.
///
/// The file is allocated ahead (fallocate) and the map never reaches beyond it, so: a full disk
/// is met while growing, not in the middle of a commit; no page of the map lies behind the end
/// of the file; and a file that is shorter than its meta page says was cut. It grows before the
/// room is needed (SpaceWatch), or when it is. Entries may use the map without its end, the
/// reserve; when there is no space the map is opened to the very end of the file, for hard state
/// and truncations.
///
/// LMDB neither refuses nor survives a map that moves under a reader: the gate makes moving
/// wait for the readers, whose transactions are short.
#pragma once

#include "adapters/lmdb/options.h"
#include "adapters/lmdb/page_cache.h"
#include "adapters/lmdb/space.h"
#include "adapters/lmdb/transaction.h"
#include "adapters/posix/directory.h"
#include "buoyant/base/result.h"

#include <lmdb.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <shared_mutex>

namespace buoyant::lmdb {

inline constexpr const char* kDataName = "data.mdb";

class Environment {
 public:
  /// Opens the environment in `path`; a new one when there is no file. The tables are made when
  /// they are missing.
  /// Errors: kStorageCorrupt, kStorageFailed, kStorageFull, kUnsupportedVersion.
  static Result<std::unique_ptr<Environment>> open(const std::string& path,
                                                   const LmdbOptions& options);

  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  ~Environment();

  /// [writer] LMDB's code on failure.
  [[nodiscard]] tl::expected<Transaction, int> begin_write() noexcept;

  /// [any thread] Waits while the map moves. LMDB's code on failure.
  [[nodiscard]] tl::expected<Transaction, int> begin_read() noexcept;

  /// [writer] Asks the hook, then commits durably. LMDB's code.
  [[nodiscard]] int commit(Transaction& txn) noexcept;

  /// [writer] Before anything is made durable: whether growing failed, and what the hook says. 0 or
  /// errno.
  [[nodiscard]] int may_write() noexcept;

  /// [writer] May be written without asking the hook, which may wait.
  [[nodiscard]] bool may_begin() const noexcept {
    return growth_error_ == 0 && (hook_ == nullptr || hook_->allows_begun());
  }

  /// [writer] What is made of the end of a write that was begun so.
  [[nodiscard]] int outcome_of_begun(int code) noexcept {
    return hook_ == nullptr ? code : hook_->after_begun(code);
  }

  /// [writer] Through the page cache. 0 or errno.
  [[nodiscard]] int write_and_sync(ByteView bytes, std::uint64_t offset) noexcept;

  /// [writer] Makes room for about `bytes` more. Requires: no write transaction.
  /// ENOSPC, EDQUOT, MDB_MAP_FULL (at its maximum), or another code: then nothing is written any
  /// more.
  [[nodiscard]] int grow(std::uint64_t bytes) noexcept;

  /// [writer] Opens the reserve, or closes it as far as it is not in use. Requires: no write
  /// transaction.
  [[nodiscard]] int use_reserve(bool open) noexcept;

  /// [writer] Flushes the file through a descriptor that LMDB does not use: what a killed
  /// process left in the page cache becomes durable, or an error is seen here. 0 or errno.
  [[nodiscard]] int sync() noexcept;

  /// [writer] All that was committed is durable: what is not among the newest leaves the page
  /// cache.
  void trim_page_cache() noexcept;

  /// [reader] A value was read that has pages of its own; what lies behind it in the file will be
  /// next. Requires: the value's transaction lasts.
  void read_ahead_of(ByteView value) noexcept;

  /// [writer] Our own descriptor of data.mdb, for the journal: never LMDB's.
  [[nodiscard]] int file() const noexcept { return file_.get(); }

  /// [writer] Behind what was ever used, the reserve included.
  [[nodiscard]] std::uint64_t bytes_left() const noexcept;

  /// [any thread]
  [[nodiscard]] std::uint64_t bytes_used() const noexcept { return bytes_used_; }

  /// [any thread]
  [[nodiscard]] std::uint64_t bytes_file() const noexcept { return bytes_file_; }

  [[nodiscard]] std::uint64_t bytes_max() const noexcept { return bytes_max_; }

  /// [writer] All but the pages that were freed.
  [[nodiscard]] SpaceFigures space_figures() const noexcept;

  /// [writer] What is in pages that were freed; zero when it cannot be read. Takes time in
  /// proportion to the transactions that freed them.
  [[nodiscard]] std::uint64_t bytes_reusable() noexcept;

 private:
  Environment(MDB_env* env, const LmdbOptions& options) noexcept;

  [[nodiscard]] int open_file(const std::string& path) noexcept;
  [[nodiscard]] int open_tables() noexcept;
  [[nodiscard]] int allocate(std::uint64_t bytes) noexcept;
  [[nodiscard]] int resize_map() noexcept;
  [[nodiscard]] std::uint64_t held_back() const noexcept;
  [[nodiscard]] std::uint64_t disk_free() const noexcept;
  void note_bytes_used() noexcept;

  MDB_env* env_;
  Tables tables_;
  std::uint64_t step_max_;
  std::uint64_t bytes_max_;
  std::uint64_t reserve_;
  CommitHook* hook_;
  /// Our own: never LMDB's descriptor, whose write errors LMDB must see.
  posix::FileDescriptor file_;
  bool reserve_open_ = false;
  /// Why growing failed, other than for want of space.
  int growth_error_ = 0;
  CacheWindow window_;    ///< [writer]
  ReadAhead read_ahead_;  ///< [reader]
  std::shared_mutex gate_;
  /// LMDB unmapped the file and could not map it again: nothing may be touched. Under the gate.
  bool map_lost_ = false;
  std::atomic<std::uint64_t> bytes_used_ = 0;
  std::atomic<std::uint64_t> bytes_file_ = 0;
};

}  // namespace buoyant::lmdb
