// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/log_writer.h"

#include "adapters/lmdb/log_tables.h"
#include "adapters/lmdb/native_error.h"
#include "buoyant/base/assert.h"

#include <algorithm>
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

std::uint64_t bytes_of_batch(std::span<const StorageWrite> writes) {
  std::uint64_t bytes = kPagesBytes;
  for (const StorageWrite& write : writes) {
    for (const Entry& entry : write.entries) {
      bytes += entry.payload.size() + sizeof(Entry);
    }
  }
  return bytes + bytes / 8;
}

/// Applies writes to the tables. Entries are gathered until something else needs them in place:
/// consecutive writes share records, and what a later write of the batch truncates is never put.
class Application {
 public:
  Application(LogTables& tables, GroupState& state) : tables_(tables), state_(state) {}

  [[nodiscard]] int apply(const StorageWrite& write, bool with_entries) {
    if (write.hard_state) {
      state_.hard_state = *write.hard_state;
    }
    int rc = write.peers ? tables_.write_peers(*write.peers) : 0;
    if (rc == 0 && write.truncate_from && *write.truncate_from <= state_.last) {
      rc = truncate(*write.truncate_from);
    }
    rc = rc == 0 && write.snapshot ? take_snapshot(write) : rc;
    if (with_entries) {
      append(write);
    }
    return rc == 0 && write.compact_through ? compact(*write.compact_through) : rc;
  }

  [[nodiscard]] int finish() {
    const int rc = put_entries();
    return rc == 0 ? tables_.write_state(state_) : rc;
  }

 private:
  int truncate(Index from) {
    BUOYANT_ASSERT(from > state_.base.index);
    state_.last = from.previous();
    if (!entries_.empty() && from >= first_) {
      entries_.resize(from - first_);
      return 0;
    }
    entries_.clear();
    return tables_.truncate(from);
  }

  int take_snapshot(const StorageWrite& write) {
    int rc = tables_.write_snapshot(*write.snapshot);
    if (rc == 0 && !write.compact_through) {
      const LogPosition position = write.snapshot->id.position;
      entries_.clear();
      rc = tables_.truncate(position.index.next());
      state_.base = position;
      state_.last = position.index;
    }
    return rc;
  }

  void append(const StorageWrite& write) {
    if (write.entries.empty()) {
      return;
    }
    BUOYANT_ASSERT(write.first == state_.last.next());
    if (write.first == Index(1) && state_.bootstrap == 0) {
      state_.bootstrap = entry_checksum(write.first, write.entries.front());
    }
    if (entries_.empty()) {
      first_ = write.first;
    }
    for (const Entry& entry : write.entries) {
      entries_.push_back(&entry);
    }
    state_.last = state_.last + write.entries.size();
  }

  int compact(Index through) {
    through = std::min(through, state_.last);
    if (through <= state_.base.index) {
      return 0;
    }
    int rc = put_entries();
    Term term;
    rc = rc == 0 ? tables_.read_term(through, term) : rc;
    state_.base = {.term = term, .index = through};
    return rc;
  }

  int put_entries() {
    const int rc = entries_.empty() ? 0 : tables_.append(first_, entries_);
    entries_.clear();
    return rc;
  }

  LogTables& tables_;
  GroupState& state_;
  /// To be put: entries_[0] has index first_.
  Index first_;
  std::vector<const Entry*> entries_;
};

}  // namespace

/// What comes of a batch when it is carried out.
struct LogWriter::Attempt {
  /// Without any entries: there is no space.
  bool refuse = false;
  GroupState state;
  bool no_space = false;
  std::vector<WriteReport> reports;
};

LogWriter::LogWriter(Environment& environment, const posix::Directory& directory, GroupId group,
                     const GroupState& state) noexcept
    : environment_(environment), directory_(directory), group_(group), state_(state) {}

std::vector<WriteReport> LogWriter::carry_out(std::span<const StorageWrite> writes) {
  if (poisoned_) {
    return poison(writes, poison_code_);
  }
  const bool again = std::any_of(writes.begin(), writes.end(),
                                 [](const StorageWrite& write) { return write.after_no_space; });
  if (!no_space_ || again) {
    if (const int rc = environment_.use_reserve(false); rc != 0) {
      return poison(writes, rc);
    }
  }
  Attempt result;
  int rc = attempt(writes, result);
  while (rc != 0) {
    // Nothing of a transaction that failed is referred to by the file, and the next one writes
    // all its pages anew; so for lack of space it may be tried again. For no other reason.
    if (!is_out_of_space(rc) || result.refuse) {
      return poison(writes, rc);
    }
    int room = rc == MDB_MAP_FULL ? environment_.grow(bytes_of_batch(writes)) : rc;
    if (is_out_of_space(room)) {
      result.refuse = true;
      room = environment_.use_reserve(true);
    }
    rc = room == 0 ? attempt(writes, result) : room;
  }
  state_ = result.state;
  no_space_ = result.no_space;
  return std::move(result.reports);
}

int LogWriter::attempt(std::span<const StorageWrite> writes, Attempt& attempt) {
  tl::expected<Transaction, int> txn = environment_.begin_write();
  if (!txn) {
    return txn.error();
  }
  attempt.state = state_;
  attempt.no_space = no_space_;
  attempt.reports.clear();
  LogTables tables(*txn, group_);
  Application application(tables, attempt.state);
  for (const StorageWrite& write : writes) {
    if (attempt.refuse) {
      attempt.no_space = attempt.no_space || !write.entries.empty();
    } else if (write.after_no_space) {
      attempt.no_space = false;
    }
    if (const int rc = application.apply(write, !attempt.no_space); rc != 0) {
      return rc;
    }
    const bool refused = attempt.no_space && !write.entries.empty();
    add_report(attempt.reports, write.id, refused ? WriteOutcome::kNoSpace : WriteOutcome::kDurable,
               Error(Errc::kStorageFull, "append to the log"));
  }
  const int rc = application.finish();
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
  int rc = tables.sweep(state_.base, state_.last, kSweepMax, swept);
  more = swept.more;
  if (rc == 0 && swept.removed > 0) {
    rc = environment_.commit(*txn);
  }
  return rc;
}

}  // namespace buoyant::lmdb
