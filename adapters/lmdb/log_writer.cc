// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/log_writer.h"

#include "adapters/lmdb/log_changes.h"
#include "adapters/lmdb/log_tables.h"
#include "adapters/lmdb/native_error.h"
#include "buoyant/base/assert.h"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace buoyant::lmdb {

using port::StorageWrite;
using port::WriteOutcome;

namespace {

/// Values that one transaction removes, of each table.
constexpr std::size_t kSweepMax = 256;
/// Room for the tree's own pages, beside the entries.
constexpr std::uint64_t kPagesBytes = std::uint64_t{256} * 1024;

void add_report(std::vector<WriteReport>& reports, WriteId id, WriteOutcome outcome, Error error) {
  if (reports.empty() || reports.back().outcome != outcome) {
    reports.push_back({.through = id, .count = 0, .outcome = outcome, .error = error});
  }
  reports.back().through = id;
  reports.back().count += 1;
}

std::uint64_t bytes_of_batch(std::span<const StorageWrite> writes, const LogTail& tail) {
  std::uint64_t bytes = kPagesBytes;
  for (const Entry& entry : tail.entries()) {
    bytes += entry.payload.size() + sizeof(Entry);
  }
  for (const StorageWrite& write : writes) {
    for (const Entry& entry : write.entries) {
      bytes += entry.payload.size() + sizeof(Entry);
    }
  }
  return bytes + bytes / 8;
}

}  // namespace

/// What comes of writes when a transaction carries them out.
struct LogWriter::Attempt {
  /// Without any entries but those of the tail: there is no space.
  bool refuse = false;
  GroupState state;
  bool no_space = false;
  std::vector<WriteReport> reports;
};

LogWriter::LogWriter(Environment& environment, const posix::Directory& directory, GroupId group,
                     const GroupState& state, const JournalPlace& place, std::uint64_t mark,
                     std::unique_ptr<posix::DirectFile> direct) noexcept
    : environment_(environment),
      directory_(directory),
      group_(group),
      state_(state),
      stored_(state),
      journal_(environment, place, group, mark, std::move(direct)),
      tail_(state.last) {}

std::vector<WriteReport> LogWriter::carry_out(std::span<StorageWrite> writes) {
  if (poisoned_) {
    return poison(writes, poison_code_);
  }
  if (!is_for_journal(writes)) {
    return commit(writes, false);
  }
  return end(writes, journal_.append(writes));
}

bool LogWriter::begin(std::span<const StorageWrite> writes) {
  return !poisoned_ && is_for_journal(writes) && journal_.begin(writes);
}

std::vector<WriteReport> LogWriter::end(std::span<StorageWrite> writes, int code) {
  if (code == 0) {
    return take(writes);
  }
  if (code == EAGAIN) {
    // Begun, and not done: the disk is well, and a transaction takes what the journal did not.
    return commit(writes, false);
  }
  return is_out_of_space(code) ? commit(writes, true) : poison(writes, code);
}

bool LogWriter::is_for_journal(std::span<const StorageWrite> writes) const noexcept {
  const bool has_entries =
      std::ranges::any_of(writes, [](const StorageWrite& write) { return !write.entries.empty(); });
  // What is acknowledged must find room in the tables later, from the reserve if need be.
  const bool has_room = !no_space_ && environment_.bytes_left() >= journal_.room_needed(writes);
  return (!has_entries || has_room) && std::ranges::all_of(writes, has_only_the_log) &&
         journal_.fits(writes);
}

std::vector<WriteReport> LogWriter::take(std::span<StorageWrite> writes) {
  std::vector<WriteReport> reports;
  for (StorageWrite& write : writes) {
    follow(state_, write);
    tail_.take(write);
    add_report(reports, write.id, WriteOutcome::kDurable, Error(Errc::kStorageFull, ""));
  }
  return reports;
}

void LogWriter::checkpoint() {
  if (!poisoned_ && !journal_.is_empty()) {
    // Whatever fails is heard of with the next write: nothing was promised here.
    static_cast<void>(commit({}, false));
  }
}

void LogWriter::finish() {
  closing_ = true;
  if (!poisoned_) {
    static_cast<void>(commit({}, false));
  }
}

std::vector<WriteReport> LogWriter::commit(std::span<const StorageWrite> writes, bool refuse) {
  const bool again = std::any_of(writes.begin(), writes.end(),
                                 [](const StorageWrite& write) { return write.after_no_space; });
  Attempt result;
  result.refuse = refuse;
  int rc = 0;
  if (refuse || !no_space_ || again) {
    rc = environment_.use_reserve(refuse);
  }
  rc = rc == 0 ? attempt(writes, result) : rc;
  while (rc != 0) {
    // Nothing of a transaction that failed is referred to by the file, and the next one writes
    // all its pages anew; so for lack of space it may be tried again. For no other reason.
    if (!is_out_of_space(rc) || result.refuse) {
      return poison(writes, rc);
    }
    int room = rc == MDB_MAP_FULL ? environment_.grow(bytes_of_batch(writes, tail_)) : rc;
    if (is_out_of_space(room)) {
      result.refuse = true;
      room = environment_.use_reserve(true);
    }
    rc = room == 0 ? attempt(writes, result) : room;
  }
  state_ = result.state;
  stored_ = result.state;
  journal_.restart();
  tail_.restart(state_.last);
  no_space_ = result.no_space;
  return std::move(result.reports);
}

int LogWriter::attempt(std::span<const StorageWrite> writes, Attempt& attempt) {
  tl::expected<Transaction, int> txn = environment_.begin_write();
  if (!txn) {
    return txn.error();
  }
  attempt.state = stored_;
  attempt.state.hard_state = state_.hard_state;
  attempt.state.bootstrap = state_.bootstrap;
  attempt.no_space = no_space_;
  attempt.reports.clear();
  LogTables tables(*txn, group_);
  LogChanges changes(tables, attempt.state);
  if (const int rc = changes.truncate(tail_.begin()); rc != 0) {
    return rc;
  }
  changes.append(tail_.begin(), tail_.entries());
  for (const StorageWrite& write : writes) {
    if (attempt.refuse) {
      attempt.no_space = attempt.no_space || !write.entries.empty();
    } else if (write.after_no_space) {
      attempt.no_space = false;
    }
    if (const int rc = changes.apply(write, !attempt.no_space); rc != 0) {
      return rc;
    }
    const bool refused = attempt.no_space && !write.entries.empty();
    add_report(attempt.reports, write.id, refused ? WriteOutcome::kNoSpace : WriteOutcome::kDurable,
               Error(Errc::kStorageFull, "append to the log"));
  }
  int rc = changes.finish();
  rc = rc == 0 ? put_mark(*txn, group_, {.sequence = journal_.mark(), .is_closed = closing_}) : rc;
  return rc == 0 ? environment_.commit(*txn) : rc;
}

std::vector<WriteReport> LogWriter::poison(std::span<const StorageWrite> writes, int code) {
  if (!poisoned_.exchange(true)) {
    poison_code_ = code;
    marker_due_ = true;
  }
  std::vector<WriteReport> reports;
  for (const StorageWrite& write : writes) {
    add_report(reports, write.id, WriteOutcome::kFailed, native_error(code, "write to the log"));
  }
  return reports;
}

void LogWriter::leave_marker() noexcept {
  if (std::exchange(marker_due_, false)) {
    directory_.mark_poisoned();
  }
}

bool LogWriter::sweep() {
  if (poisoned_) {
    return false;
  }
  bool more = false;
  int rc = sweep_once(more);
  if (rc == MDB_MAP_FULL) {
    // What makes room may use the room that is kept.
    rc = environment_.use_reserve(true);
    rc = rc == 0 ? sweep_once(more) : rc;
  }
  if (rc != 0 && !is_out_of_space(rc)) {
    // Heard of with the next write: nothing was promised here.
    static_cast<void>(poison({}, rc));
  }
  return rc == 0 && more;
}

int LogWriter::sweep_once(bool& more) {
  tl::expected<Transaction, int> txn = environment_.begin_write();
  if (!txn) {
    return txn.error();
  }
  LogTables tables(*txn, group_);
  Swept swept;
  int rc = tables.sweep(stored_.base, stored_.last, kSweepMax, swept);
  more = swept.more;
  if (rc == 0 && swept.removed > 0) {
    rc = environment_.commit(*txn);
  }
  return rc;
}

}  // namespace buoyant::lmdb
