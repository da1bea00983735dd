// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Brings writes into the tables, within one transaction.
#pragma once

#include "adapters/lmdb/log_tables.h"
#include "adapters/lmdb/state_values.h"
#include "buoyant/port/storage.h"

#include <vector>

namespace buoyant::lmdb {

/// Whether `write` can follow a log in this state; always so of what the node submits.
[[nodiscard]] bool can_follow(const GroupState& state, const port::StorageWrite& write) noexcept;

/// The state after it. Requires: can_follow, and only log and hard state in it.
void follow(GroupState& state, const port::StorageWrite& write) noexcept;

/// Entries are gathered until something else needs them in place: consecutive writes share records,
/// and what a later write truncates is never put. Borrows everything, the writes until finish().
/// Every function returns LMDB's code.
class LogChanges {
 public:
  LogChanges(LogTables& tables, GroupState& state) noexcept : tables_(tables), state_(state) {}

  /// Requires: can_follow(state, write).
  [[nodiscard]] int apply(const port::StorageWrite& write, bool with_entries);

  /// Drops every entry at `from` and after. Requires: it is behind the base.
  [[nodiscard]] int truncate(Index from);

  /// Requires: `first` follows the last entry.
  void append(Index first, const std::vector<Entry>& entries);

  /// Puts what was gathered, and the state.
  [[nodiscard]] int finish();

 private:
  [[nodiscard]] int take_snapshot(const port::StorageWrite& write);
  [[nodiscard]] int compact(Index through);
  [[nodiscard]] int put_entries();

  LogTables& tables_;
  GroupState& state_;
  /// To be put: entries_[0] has index first_.
  Index first_;
  std::vector<const Entry*> entries_;
};

}  // namespace buoyant::lmdb
