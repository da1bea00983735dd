// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Disks for tests, and what is written to them.
#pragma once

#include "simulation/disk.h"

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace buoyant::simulation::disks {

/// Hears nothing.
class DeafWatcher final : public DiskWatcher {
 public:
  void on_hard_state(ServerId /*server*/, const HardState& /*before*/,
                     const HardState& /*after*/) override {}

  void on_entry(ServerId /*server*/, Index /*at*/, Term /*previous*/,
                const DiskEntry& /*entry*/) override {}

  void on_truncated(ServerId /*server*/, Index /*from*/,
                    const port::StorageWrite& /*write*/) override {}

  void on_snapshot(ServerId /*server*/, const SnapshotMetadata& /*before*/,
                   const SnapshotMetadata& /*after*/) override {}

  void on_compacted(ServerId /*server*/, LogPosition /*base*/) override {}
};

inline Entry command(std::uint64_t term, std::string_view text) {
  return {.term = Term(term), .kind = EntryKind::kCommand, .payload = Bytes::copy_of(text)};
}

inline Entry noop(std::uint64_t term) {
  return {.term = Term(term), .kind = EntryKind::kNoop, .payload = {}};
}

inline port::StorageWrite append(std::uint64_t first, std::vector<Entry> entries) {
  port::StorageWrite write;
  write.first = Index(first);
  write.entries = std::move(entries);
  return write;
}

inline port::StorageWrite vote(std::uint64_t term, std::uint64_t server) {
  port::StorageWrite write;
  write.hard_state = HardState{.term = Term(term), .voted_for = ServerId(server)};
  return write;
}

inline port::StorageWrite truncation(std::uint64_t from) {
  port::StorageWrite write;
  write.truncate_from = Index(from);
  return write;
}

/// These entries in place of what is there from `from` on.
inline port::StorageWrite replacement(std::uint64_t from, std::vector<Entry> entries) {
  port::StorageWrite write = append(from, std::move(entries));
  write.truncate_from = Index(from);
  return write;
}

inline port::StorageWrite compaction(std::uint64_t through) {
  port::StorageWrite write;
  write.compact_through = Index(through);
  return write;
}

/// A snapshot at this position, which replaces the log.
inline port::StorageWrite installation(std::uint64_t term, std::uint64_t index) {
  port::StorageWrite write;
  write.snapshot.emplace();
  write.snapshot->id = {.position = {.term = Term(term), .index = Index(index)},
                        .creator = ServerId(9),
                        .sequence = 1,
                        .checksum = 2};
  return write;
}

/// One that was taken here, of a log that is kept from behind `through`.
inline port::StorageWrite snapshot(std::uint64_t term, std::uint64_t index, std::uint64_t through) {
  port::StorageWrite write = installation(term, index);
  write.compact_through = Index(through);
  return write;
}

/// The disks of servers one to `count`.
class Rack {
 public:
  Rack(std::uint64_t count, DiskWatcher& watcher) {
    for (std::uint64_t id = 1; id <= count; ++id) {
      disks_.push_back(std::make_unique<Disk>(ServerId(id), "test", 100 + id, watcher));
      list.push_back(disks_.back().get());
    }
  }

  Disk& of(std::uint64_t server) { return *disks_[server - 1]; }

  void write(std::uint64_t server, const port::StorageWrite& write) {
    of(server).apply(write, true);
  }

  std::vector<const Disk*> list;

 private:
  std::vector<std::unique_ptr<Disk>> disks_;
};

}  // namespace buoyant::simulation::disks
