// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Carries out batches of writes, each as one transaction: group commit, no space, and the
/// latch that LMDB does not have.
///
/// Owned by the engine; writer thread only.
#pragma once

#include "adapters/lmdb/environment.h"
#include "adapters/lmdb/state_values.h"
#include "adapters/posix/directory.h"
#include "buoyant/port/storage.h"

#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

namespace buoyant::lmdb {

/// How `count` consecutive writes ended.
struct WriteReport {
  WriteId through;
  std::size_t count = 0;
  port::WriteOutcome outcome = port::WriteOutcome::kDurable;
  Error error{Errc::kStorageFailed};
};

class LogWriter {
 public:
  /// `state`: what is durable. Environment and directory outlive this.
  LogWriter(Environment& environment, const posix::Directory& directory, GroupId group,
            const GroupState& state) noexcept;

  /// Carries out all of `writes`, in order, with one commit. Requires: not empty.
  [[nodiscard]] std::vector<WriteReport> carry_out(std::span<const port::StorageWrite> writes);

  /// Removes a slice of what lies behind the log's beginning. False: nothing is left there, or
  /// it has to wait.
  [[nodiscard]] bool sweep();

  /// [any thread]
  /// Leaves the mark of a poisoning for the next opening, best effort. After the reports are
  /// out: it writes to the disk that just failed, and may hang.
  void leave_marker() noexcept;

  [[nodiscard]] bool is_poisoned() const noexcept { return poisoned_; }

 private:
  struct Attempt;

  [[nodiscard]] int attempt(std::span<const port::StorageWrite> writes, Attempt& attempt);
  [[nodiscard]] int sweep_once(bool& more);
  [[nodiscard]] std::vector<WriteReport> poison(std::span<const port::StorageWrite> writes,
                                                int code);

  Environment& environment_;
  const posix::Directory& directory_;
  GroupId group_;
  GroupState state_;
  bool no_space_ = false;
  std::atomic<bool> poisoned_ = false;
  int poison_code_ = 0;
  bool marker_due_ = false;
};

}  // namespace buoyant::lmdb
