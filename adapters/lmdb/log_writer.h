// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Carries out batches of writes: group commit, no space, and the latch that LMDB does not have.
///
/// Into the journal, with one flush, what is only log and hard state; as one transaction, together
/// with all that the journal has, whatever else there is, what does not fit, and what there may be
/// no room for later.
///
/// Owned by the engine. Of one thread at a time, the holder (engine.h); marked [writer] here.
#pragma once

#include "adapters/lmdb/environment.h"
#include "adapters/lmdb/journal_writer.h"
#include "adapters/lmdb/log_tail.h"
#include "adapters/lmdb/state_values.h"
#include "adapters/posix/directory.h"
#include "buoyant/port/storage.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
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
  /// `state`: what is durable in the tables; the journal has nothing that counts, and the mark is
  /// durable too. Environment and directory outlive this.
  LogWriter(Environment& environment, const posix::Directory& directory, GroupId group,
            const GroupState& state, const JournalPlace& place, std::uint64_t mark,
            std::unique_ptr<posix::DirectFile> direct) noexcept;

  /// Carries out all of `writes`, in order, and may take their entries. Requires: not empty.
  [[nodiscard]] std::vector<WriteReport> carry_out(std::span<port::StorageWrite> writes);

  /// Begins to carry them out, and does not wait. False: nothing was begun; carry_out() can.
  /// Requires: not empty; nothing is under way. It ends with poll() or wait(), and then end().
  [[nodiscard]] bool begin(std::span<const port::StorageWrite> writes);

  /// See JournalWriter.
  [[nodiscard]] std::optional<int> poll() noexcept { return journal_.poll(); }

  [[nodiscard]] int wait() noexcept { return journal_.wait(); }

  [[nodiscard]] int signal() const noexcept { return journal_.signal(); }

  /// What became of the writes that were begun; `code` is what poll() or wait() said. With 0 it
  /// does not wait.
  [[nodiscard]] std::vector<WriteReport> end(std::span<port::StorageWrite> writes, int code);

  /// Takes into the tables what the journal has.
  void checkpoint();

  /// The same, and the mark says that nothing follows. Requires: nothing is carried out afterwards.
  void finish();

  /// There is something to take over, and it can be.
  [[nodiscard]] bool has_journal() const noexcept { return !poisoned_ && !journal_.is_empty(); }

  /// What the tables will need to take it over.
  [[nodiscard]] std::uint64_t journal_bytes() const noexcept { return journal_.table_bytes(); }

  /// [any thread] See LogTail.
  [[nodiscard]] const LogTail& tail() const noexcept { return tail_; }

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

  [[nodiscard]] bool is_for_journal(std::span<const port::StorageWrite> writes) const noexcept;
  [[nodiscard]] std::vector<WriteReport> take(std::span<port::StorageWrite> writes);
  [[nodiscard]] std::vector<WriteReport> commit(std::span<const port::StorageWrite> writes,
                                                bool refuse);
  [[nodiscard]] int attempt(std::span<const port::StorageWrite> writes, Attempt& attempt);
  [[nodiscard]] int sweep_once(bool& more);
  [[nodiscard]] std::vector<WriteReport> poison(std::span<const port::StorageWrite> writes,
                                                int code);

  Environment& environment_;
  const posix::Directory& directory_;
  GroupId group_;
  /// With what the journal has.
  GroupState state_;
  /// As the tables have it.
  GroupState stored_;
  JournalWriter journal_;
  LogTail tail_;
  bool no_space_ = false;
  bool closing_ = false;
  std::atomic<bool> poisoned_ = false;
  int poison_code_ = 0;
  bool marker_due_ = false;
};

}  // namespace buoyant::lmdb
