// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The scrub: reads all that is stored, slowly and again and again, so that damage is found while
/// other servers have good copies, and not when the last one of them is needed.
///
/// A pass is two walks. The first reads data.mdb with plain reads, for these can say that a sector
/// is unreadable, where LMDB's map would end the process. The second, only if all of it could be
/// read, reads the log from its beginning to its end as everybody reads it, which verifies its
/// checksums. Both bring what they read into the page cache, as any reading does; of what was
/// there already they see the cache and not the disk.
///
/// It knows nothing of the log's layout, and waits for nobody: who owns it asks when the next step
/// is due.
#pragma once

#include "adapters/lmdb/log_tail.h"
#include "adapters/lmdb/page_file.h"
#include "buoyant/base/result.h"
#include "buoyant/base/time.h"
#include "buoyant/model/entry.h"
#include "buoyant/port/storage.h"

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace buoyant::lmdb {

class Environment;

/// What there is to scrub. kStorageCorrupt is damage; what else fails says nothing of the disk.
class ScrubSource {
 public:
  ScrubSource() = default;
  ScrubSource(const ScrubSource&) = delete;
  ScrubSource& operator=(const ScrubSource&) = delete;
  virtual ~ScrubSource() = default;

  /// Reads up to `bytes_max` of the file; how many there were. 0: it ends here.
  virtual Result<std::size_t> read_file(std::uint64_t offset, std::size_t bytes_max) = 0;

  /// The index before the log's first entry.
  virtual Result<Index> base() = 0;

  /// As port::Storage::read.
  virtual Result<std::vector<Entry>> read_log(Index first, Index last, std::size_t bytes_max) = 0;
};

/// Of an environment. [reader] The environment outlives it.
class EnvironmentScrub final : public ScrubSource {
 public:
  EnvironmentScrub(Environment& environment, const LogTail& tail, GroupId group,
                   std::string directory)
      : environment_(environment), tail_(tail), group_(group), directory_(std::move(directory)) {}

  Result<std::size_t> read_file(std::uint64_t offset, std::size_t bytes_max) override;
  Result<Index> base() override;
  Result<std::vector<Entry>> read_log(Index first, Index last, std::size_t bytes_max) override;

 private:
  Environment& environment_;
  const LogTail& tail_;
  GroupId group_;
  std::string directory_;
  std::optional<PageFile> file_;
  std::vector<std::byte> buffer_;
};

/// [reader] unless marked. The source outlives it.
class Scrub {
 public:
  /// What one step reads, unless a single entry is larger: whoever reads meanwhile waits for no
  /// more.
  static constexpr std::size_t kStepBytes = std::size_t{256} * 1024;
  /// Between two passes.
  static constexpr Duration kPause = std::chrono::minutes(10);

  /// Requires: bytes_per_second > 0.
  Scrub(ScrubSource& source, std::uint64_t bytes_per_second);

  /// When the next step may be done.
  [[nodiscard]] Instant due() const noexcept { return due_; }

  /// One step. Damage, unless it is the one that was found last.
  [[nodiscard]] std::optional<port::StorageDamage> step(Instant now);

  /// [any thread]
  [[nodiscard]] port::ScrubStatus status(Instant now) const;

 private:
  /// What a step came to.
  struct Outcome {
    std::uint64_t bytes = 0;
    bool is_over = false;
    /// Of a pass that is over: it got to the end.
    bool is_complete = false;
    std::optional<port::StorageDamage> damage;
  };

  [[nodiscard]] Outcome step_file();
  [[nodiscard]] Outcome step_log();
  void note(const Outcome& outcome, Instant now);

  ScrubSource& source_;
  std::uint64_t bytes_per_second_;
  Instant due_;
  /// The walk through the log is under way; else that through the file.
  bool in_log_ = false;
  std::uint64_t offset_ = 0;
  Index next_;
  /// There is damage at next_ or soon after.
  bool one_by_one_ = false;

  mutable std::mutex mutex_;
  port::ScrubStatus status_;  ///< But for the age of the last pass.
  Instant passed_at_;
};

}  // namespace buoyant::lmdb
