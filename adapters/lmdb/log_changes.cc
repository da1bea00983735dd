// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/log_changes.h"

#include "buoyant/base/assert.h"

#include <algorithm>

namespace buoyant::lmdb {

using port::StorageWrite;

namespace {

/// See port::StoredState::bootstrap.
void note_bootstrap(GroupState& state, Index first, const std::vector<Entry>& entries) noexcept {
  if (first == Index(1) && state.bootstrap == 0 && !entries.empty()) {
    state.bootstrap = entry_checksum(first, entries.front());
  }
}

}  // namespace

bool can_follow(const GroupState& state, const StorageWrite& write) noexcept {
  Index last = state.last;
  if (write.truncate_from && *write.truncate_from <= last) {
    if (*write.truncate_from <= state.base.index) {
      return false;
    }
    last = write.truncate_from->previous();
  }
  return write.entries.empty() || write.first == last.next();
}

void follow(GroupState& state, const StorageWrite& write) noexcept {
  BUOYANT_ASSERT(can_follow(state, write));
  state.hard_state = write.hard_state.value_or(state.hard_state);
  if (write.truncate_from && *write.truncate_from <= state.last) {
    state.last = write.truncate_from->previous();
  }
  note_bootstrap(state, write.first, write.entries);
  state.last = state.last + write.entries.size();
}

int LogChanges::apply(const StorageWrite& write, bool with_entries) {
  if (write.hard_state) {
    state_.hard_state = *write.hard_state;
  }
  int rc = write.peers ? tables_.write_peers(*write.peers) : 0;
  if (rc == 0 && write.truncate_from) {
    rc = truncate(*write.truncate_from);
  }
  rc = rc == 0 && write.snapshot ? take_snapshot(write) : rc;
  if (with_entries) {
    append(write.first, write.entries);
  }
  return rc == 0 && write.compact_through ? compact(*write.compact_through) : rc;
}

int LogChanges::truncate(Index from) {
  if (from > state_.last) {
    return 0;
  }
  BUOYANT_ASSERT(from > state_.base.index);
  state_.last = from.previous();
  if (!entries_.empty() && from >= first_) {
    entries_.resize(from - first_);
    return 0;
  }
  entries_.clear();
  return tables_.truncate(from);
}

int LogChanges::take_snapshot(const StorageWrite& write) {
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

void LogChanges::append(Index first, const std::vector<Entry>& entries) {
  if (entries.empty()) {
    return;
  }
  BUOYANT_ASSERT(first == state_.last.next());
  note_bootstrap(state_, first, entries);
  if (entries_.empty()) {
    first_ = first;
  }
  for (const Entry& entry : entries) {
    entries_.push_back(&entry);
  }
  state_.last = state_.last + entries.size();
}

int LogChanges::compact(Index through) {
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

int LogChanges::put_entries() {
  const int rc = entries_.empty() ? 0 : tables_.append(first_, entries_);
  entries_.clear();
  return rc;
}

int LogChanges::finish() {
  const int rc = put_entries();
  return rc == 0 ? tables_.write_state(state_) : rc;
}

}  // namespace buoyant::lmdb
