// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/disk.h"

#include "buoyant/base/assert.h"

#include <algorithm>
#include <cstddef>
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
                          .snapshot = snapshot_,
                          .base = base_,
                          .runs = {},
                          .configurations = {},
                          .bootstrap = bootstrap_,
                          .peers = peers_};
  Index index = base_.index;
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
  if (write.peers) {
    peers_ = *write.peers;
  }
  if (write.truncate_from) {
    truncate(write);
  }
  if (write.snapshot) {
    take_snapshot(write);
  }
  if (with_entries && !write.entries.empty()) {
    append(write);
  }
  if (write.compact_through) {
    compact(std::min(*write.compact_through, last().index));
  }
}

void Disk::take_snapshot(const port::StorageWrite& write) {
  const SnapshotMetadata before = std::exchange(snapshot_, *write.snapshot);
  watcher_.on_snapshot(server_, before, snapshot_);
  if (write.compact_through) {
    return;
  }
  // It replaces the log (§5.2), of which nobody says that it agrees with it.
  const LogPosition position = snapshot_.id.position;
  if (position.index < last().index) {
    watcher_.on_truncated(server_, position.index.next(), write);
  }
  entries_.clear();
  corrupt_.clear();
  base_ = position;
  watcher_.on_compacted(server_, base_);
}

void Disk::compact(Index through) {
  if (through <= base_.index) {
    return;
  }
  const auto end = entries_.begin() + static_cast<std::ptrdiff_t>(through - base_.index);
  for (auto entry = entries_.begin(); entry != end; ++entry) {
    base_ = {.term = entry->entry.term, .index = base_.index.next()};
    compacted_[base_.index] = std::move(*entry);
  }
  entries_.erase(entries_.begin(), end);
  corrupt_.erase(corrupt_.begin(), corrupt_.upper_bound(through));
  watcher_.on_compacted(server_, base_);
}

void Disk::append(const port::StorageWrite& write) {
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

void Disk::truncate(const port::StorageWrite& write) {
  const Index from = *write.truncate_from;
  BUOYANT_ASSERT(from.is_set());
  if (from > last().index) {
    return;
  }
  BUOYANT_ASSERT(from > base_.index);
  watcher_.on_truncated(server_, from, write);
  entries_.resize(from - base_.index.next());
  corrupt_.erase(corrupt_.lower_bound(from), corrupt_.end());
}

LogPosition Disk::last() const noexcept {
  return entries_.empty() ? base_
                          : LogPosition{.term = entries_.back().entry.term,
                                        .index = base_.index + entries_.size()};
}

const DiskEntry* Disk::find(Index index) const noexcept {
  if (index > base_.index && index <= last().index) {
    return &entries_[index - base_.index.next()];
  }
  const auto found = compacted_.find(index);
  return found == compacted_.end() || index > base_.index ? nullptr : &found->second;
}

std::optional<Term> Disk::term_at(Index index) const noexcept {
  const DiskEntry* const entry = find(index);
  if (entry == nullptr) {
    return index.is_set() && index == base_.index ? std::optional(base_.term) : std::nullopt;
  }
  return entry->entry.term;
}

ServerId Disk::vote_in(Term term) const noexcept {
  const auto found = votes_.find(term);
  return found == votes_.end() ? ServerId() : found->second;
}

}  // namespace buoyant::simulation
