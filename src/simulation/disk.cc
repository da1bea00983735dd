// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/disk.h"

#include "buoyant/base/assert.h"

#include <utility>

namespace buoyant::simulation {

Disk::Disk(ServerId server, std::string cluster, std::uint64_t incarnation, DiskWatcher& watcher)
    : server_(server),
      watcher_(watcher),
      identity_{.cluster = std::move(cluster), .server = server, .incarnation = incarnation} {}

port::StoredState Disk::open() {
  identity_.start_counter += 1;
  // Another number at each start of each disk, and the same one in each run of a seed.
  identity_.start_id = identity_.incarnation * 1000003 + identity_.start_counter;
  port::StoredState state{.identity = identity_,
                          .hard_state = hard_state_,
                          .snapshot = {},
                          .base = {},
                          .runs = {},
                          .configurations = {},
                          .bootstrap = bootstrap_};
  Index index;
  for (const DiskEntry& stored : entries_) {
    index = index.next();
    append_run(state.runs, stored.entry.term, 1);
    if (stored.entry.kind == EntryKind::kConfiguration) {
      state.configurations.push_back({.index = index, .payload = stored.entry.payload});
    }
  }
  return state;
}

void Disk::apply(const port::StorageWrite& write, bool with_entries) {
  apply_hard_state(write);
  if (write.truncate_from) {
    truncate(*write.truncate_from);
  }
  if (!with_entries || write.entries.empty()) {
    return;
  }
  BUOYANT_ASSERT(write.first == last().index.next());
  for (const Entry& entry : write.entries) {
    const Term previous = last().term;
    const Index at = last().index.next();
    const std::uint64_t checksum = entry_checksum(at, entry);
    if (at == Index(1) && bootstrap_ == 0) {
      bootstrap_ = checksum;
    }
    // Bytes of its own: a disk shares no memory with those who write to it.
    Entry stored{
        .term = entry.term, .kind = entry.kind, .payload = Bytes::copy_of(entry.payload.view())};
    entries_.push_back({.entry = std::move(stored), .checksum = checksum});
    watcher_.on_entry(server_, at, previous, entries_.back());
  }
}

void Disk::apply_hard_state(const port::StorageWrite& write) {
  if (write.hard_state && *write.hard_state != hard_state_) {
    set_hard_state(*write.hard_state);
  }
}

void Disk::set_hard_state(const HardState& hard_state) {
  watcher_.on_hard_state(server_, hard_state_, hard_state);
  hard_state_ = hard_state;
  if (hard_state.voted_for.is_set()) {
    votes_[hard_state.term] = hard_state.voted_for;
  }
}

void Disk::truncate(Index from) {
  BUOYANT_ASSERT(from.is_set());
  if (from > last().index) {
    return;
  }
  watcher_.on_truncated(server_, from);
  entries_.resize(from.value() - 1);
  corrupt_.erase(corrupt_.lower_bound(from), corrupt_.end());
}

LogPosition Disk::last() const noexcept {
  return entries_.empty()
             ? LogPosition()
             : LogPosition{.term = entries_.back().entry.term, .index = Index(entries_.size())};
}

const DiskEntry* Disk::find(Index index) const noexcept {
  const bool there = index.is_set() && index.value() <= entries_.size();
  return there ? &entries_[index.value() - 1] : nullptr;
}

ServerId Disk::vote_in(Term term) const noexcept {
  const auto found = votes_.find(term);
  return found == votes_.end() ? ServerId() : found->second;
}

}  // namespace buoyant::simulation
