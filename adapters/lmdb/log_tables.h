// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// One group's log in the tables: records, term runs, configurations (§3.5, §4.1, §5.1).
///
/// Only what lies in (base, last] is the log. Behind the base there may be garbage, of any age:
/// compaction moves the base at once and sweeps later, in slices. Runs are a step function from
/// index to term, so the first of them may begin before the base.
#pragma once

#include "adapters/lmdb/record.h"
#include "adapters/lmdb/state_values.h"
#include "adapters/lmdb/transaction.h"
#include "buoyant/port/storage.h"

#include <cstdint>
#include <vector>

namespace buoyant::lmdb {

struct Swept {
  std::size_t removed = 0;
  /// There is more to remove.
  bool more = false;
};

/// Borrows its transaction. Every function returns LMDB's code; MDB_CORRUPTED for a value that
/// fails its checks.
class LogTables {
 public:
  LogTables(Transaction& txn, GroupId group) noexcept : txn_(txn), group_(group) {}

  /// Requires: `first` follows the last record.
  [[nodiscard]] int append(Index first, EntryRefs entries);

  /// Drops every entry at `from` and after; a record that reaches over it keeps its head.
  [[nodiscard]] int truncate(Index from);

  /// Removes up to `count_max` values of each table that lie behind the base.
  [[nodiscard]] int sweep(LogPosition base, Index last, std::size_t count_max, Swept& swept);

  /// The term of the entry at `index`. Requires: it is stored.
  [[nodiscard]] int read_term(Index index, Term& term);

  /// The terms of (base, last].
  [[nodiscard]] int read_runs(Index base, Index last, std::vector<TermRun>& runs);

  [[nodiscard]] int read_configurations(Index base,
                                        std::vector<port::StoredConfiguration>& configurations);

  /// Checks the last `count_max` records, and that the log ends where `state` says. `rewrite`:
  /// puts them again, for a disk that may not hold what the page cache shows.
  [[nodiscard]] int check_tail(const GroupState& state, std::size_t count_max, bool rewrite);

  /// MDB_NOTFOUND: there is none.
  [[nodiscard]] int read_state(GroupState& state);
  [[nodiscard]] int write_state(const GroupState& state);
  /// Position zero: there is none.
  [[nodiscard]] int read_snapshot(SnapshotMetadata& snapshot);
  [[nodiscard]] int write_snapshot(const SnapshotMetadata& snapshot);
  [[nodiscard]] int read_peers(std::vector<PeerIdentity>& peers);
  [[nodiscard]] int write_peers(const std::vector<PeerIdentity>& peers);

 private:
  [[nodiscard]] int append_record(Index first, EntryRefs entries);
  [[nodiscard]] int append_runs(Index first, EntryRefs entries);
  [[nodiscard]] int append_configurations(Index first, EntryRefs entries);
  [[nodiscard]] int cut_record(Index from);
  [[nodiscard]] int erase_from(MDB_dbi table, Index from);
  [[nodiscard]] int sweep_table(MDB_dbi table, Index keep_from, bool keep_last,
                                std::size_t count_max, Swept& swept);
  [[nodiscard]] int check_terms(const RecordView& record);
  [[nodiscard]] int put_sealed(MDB_dbi table, ByteView key, ByteView content);
  [[nodiscard]] int get_sealed(MDB_dbi table, ByteView key, ByteView& content);
  [[nodiscard]] int run_at(Cursor& cursor, Index index, Term& term);

  Transaction& txn_;
  GroupId group_;
};

}  // namespace buoyant::lmdb
