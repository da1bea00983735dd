// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A disk: what one server has durably, and what is wrong with it. It survives its processes.
#pragma once

#include "adapters/memory/snapshot_image.h"
#include "buoyant/base/time.h"
#include "buoyant/model/entry.h"
#include "buoyant/model/hard_state.h"
#include "buoyant/model/snapshot.h"
#include "buoyant/port/storage.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace buoyant::simulation {

/// An entry, and the checksum by which checks compare it.
struct DiskEntry {
  Entry entry;
  std::uint64_t checksum = 0;
};

/// Hears what becomes durable.
class DiskWatcher {
 public:
  DiskWatcher() = default;
  DiskWatcher(const DiskWatcher&) = delete;
  DiskWatcher& operator=(const DiskWatcher&) = delete;

  virtual void on_hard_state(ServerId server, const HardState& before, const HardState& after) = 0;
  /// `at` is durable there now; `previous` is the term before it.
  virtual void on_entry(ServerId server, Index at, Term previous, const DiskEntry& entry) = 0;
  /// Everything from `from` on is durably gone by this write; called before it goes.
  virtual void on_truncated(ServerId server, Index from, const port::StorageWrite& write) = 0;
  /// `after` is the current snapshot durably now.
  virtual void on_snapshot(ServerId server, const SnapshotMetadata& before,
                           const SnapshotMetadata& after) = 0;
  /// Everything through `base` is durably gone from the log.
  virtual void on_compacted(ServerId server, LogPosition base) = 0;

 protected:
  ~DiskWatcher() = default;
};

/// One server's durable image.
class Disk {
 public:
  Disk(ServerId server, std::string cluster, std::uint64_t incarnation, DiskWatcher& watcher);

  /// A process begins: its identity, and what it finds.
  port::StoredState open();

  /// Makes a write durable; `with_entries` false: all but its entries.
  void apply(const port::StorageWrite& write, bool with_entries);

  /// Only its hard state: it may be durable before the rest.
  void apply_hard_state(const port::StorageWrite& write);

  [[nodiscard]] ServerId server() const noexcept { return server_; }

  [[nodiscard]] const HardState& hard_state() const noexcept { return hard_state_; }

  /// The position of the last entry.
  [[nodiscard]] LogPosition last() const noexcept;

  /// The position before the first entry of the log.
  [[nodiscard]] LogPosition base() const noexcept { return base_; }

  /// Position zero: none.
  [[nodiscard]] const SnapshotMetadata& snapshot() const noexcept { return snapshot_; }

  /// The entry that is there, or was until this server compacted it: checks look for both. Null:
  /// neither.
  [[nodiscard]] const DiskEntry* find(Index index) const noexcept;

  /// True when find() knows nothing of an entry because another server's snapshot has it.
  [[nodiscard]] bool covers(Index index) const noexcept {
    return index <= base_.index && find(index) == nullptr;
  }

  /// Of the entry there, or of the log's base; nothing: not known.
  [[nodiscard]] std::optional<Term> term_at(Index index) const noexcept;

  /// Who was durably voted for in a term; zero: nobody was.
  [[nodiscard]] ServerId vote_in(Term term) const noexcept;

  /// The stored bytes of this entry go bad.
  void corrupt(Index index) { corrupt_.insert(index); }

  [[nodiscard]] bool is_corrupt(Index index) const noexcept { return corrupt_.contains(index); }

  [[nodiscard]] bool has_corruption() const noexcept { return !corrupt_.empty(); }

  /// The snapshot files; who names the current one is the log's metadata.
  [[nodiscard]] memory::SnapshotImage& files() noexcept { return files_; }

  // How long it takes, on average, and what is wrong with it at present.
  Duration write_time = std::chrono::microseconds(300);
  Duration read_time = std::chrono::microseconds(100);
  bool full = false;
  /// Since when space is low; nothing: it is not.
  std::optional<Instant> low_since;
  bool stuck = false;
  /// The next write that is carried out fails; true: after it became durable.
  std::optional<bool> fail_next_write;
  /// The next read fails.
  bool fail_next_read = false;
  /// The next step that writes snapshot files fails like this, and the next one that reads.
  std::optional<Errc> fail_next_file_write;
  bool fail_next_file_read = false;

 private:
  void truncate(const port::StorageWrite& write);
  void take_snapshot(const port::StorageWrite& write);
  void append(const port::StorageWrite& write);
  void compact(Index through);
  void set_hard_state(const HardState& hard_state);

  ServerId server_;
  DiskWatcher& watcher_;
  Identity identity_;
  HardState hard_state_;
  std::vector<PeerIdentity> peers_;
  std::map<Term, ServerId> votes_;
  SnapshotMetadata snapshot_;
  LogPosition base_;
  std::vector<DiskEntry> entries_;  ///< From behind the base on.
  /// What was compacted away here; no storage gives it any more.
  std::map<Index, DiskEntry> compacted_;
  std::uint64_t bootstrap_ = 0;
  std::set<Index> corrupt_;
  memory::SnapshotImage files_;
};

}  // namespace buoyant::simulation
