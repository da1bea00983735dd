// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What an LMDB storage is opened with.
#pragma once

#include "buoyant/base/time.h"
#include "buoyant/model/ids.h"

#include <cstdint>
#include <string>

namespace buoyant::lmdb {

/// Stands before each commit, on the thread that commits: how tests make a disk hang or fail.
class CommitHook {
 public:
  CommitHook() = default;
  CommitHook(const CommitHook&) = delete;
  CommitHook& operator=(const CommitHook&) = delete;
  virtual ~CommitHook() = default;

  /// 0: go on; else the commit fails with this errno. May block.
  virtual int before_commit() noexcept = 0;

  /// The same of an allocation that makes the file larger.
  virtual int before_growth() noexcept { return 0; }

  /// True: writes may also be begun on the loop's thread, past before_commit(). Does not block.
  virtual bool allows_begun() const noexcept { return false; }

  /// How such a write ended: what it is taken for. Does not block.
  virtual int after_begun(int code) noexcept { return code; }
};

struct LmdbOptions {
  /// Made with mode 0700 when it is missing; its parent must exist.
  std::string directory;
  std::string cluster;
  ServerId server;
  /// For tools: whatever cluster and server the data belongs to; nothing is made where there is
  /// none. `cluster` and `server` are not looked at.
  bool any_identity = false;
  /// The file is allocated ahead in steps, so that the log meets a full disk before a commit
  /// does: this much at creation, then twice as much each time, but at most `map_step_bytes_max`
  /// more.
  std::uint64_t map_bytes_initial = std::uint64_t{64} << 20U;
  std::uint64_t map_step_bytes_max = std::uint64_t{1} << 30U;
  /// The file never grows beyond this; the log is full then. Before, with 16 MiB left for entries,
  /// or an eighth of a small file, space counts as low.
  std::uint64_t map_bytes_max = std::uint64_t{1} << 40U;
  /// The end of the allocated file, which entries may not use: room for votes and truncations
  /// when the disk is full.
  std::uint64_t reserve_bytes = std::uint64_t{2} << 20U;
  /// A new file's journal is half of the reserve, but no larger than this; at least 8 KiB.
  std::uint64_t journal_bytes_max = std::uint64_t{4} << 20U;
  /// After so long without a write the journal goes into the tables: what lies in it is read again
  /// at the next opening, and is kept in memory.
  Duration journal_quiet = std::chrono::seconds(1);
  /// Writes to the journal go around the page cache, and small ones are begun on the loop's thread,
  /// which does not wait for them, where file system, kernel and container allow it (O_DIRECT,
  /// io_uring). False: through the page cache, by the storage's own thread.
  bool direct_io = true;
  /// How much of what was written last stays in the page cache while the file grows; what lies
  /// before leaves it, and a follower that is further behind has it read from the disk again. It
  /// leaves in steps of 16 MiB. The largest number: all stays, as long as the system likes.
  std::uint64_t page_cache_bytes = std::uint64_t{64} << 20U;
  /// Opens on NFS, SMB, 9P, FUSE and the like too, where locks and mapped files are not to be
  /// trusted.
  bool allow_unsafe_file_system = false;
  /// How fast all that is stored is read and checked, again and again, beside the work (scrub.h);
  /// 0: it is not.
  std::uint64_t scrub_bytes_per_second = 0;
  /// How long close waits for a commit that makes no progress before it leaves it behind.
  Duration hang_limit = std::chrono::seconds(2);
  /// Borrowed for as long as a commit may be under way; null in production.
  CommitHook* commit_hook = nullptr;
};

}  // namespace buoyant::lmdb
