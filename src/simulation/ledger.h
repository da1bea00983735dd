// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What was committed in a run, as seen from outside: the one log that all servers must agree on.
///
/// The ledger grows when the first server applies an entry. From then on nothing may contradict it:
/// no server applies another entry there, no disk loses it, every later leader has it.
#pragma once

#include "simulation/context.h"
#include "simulation/disk.h"
#include "simulation/quorums.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace buoyant::simulation {

/// Owned by the run. The disks outlive it.
class Ledger {
 public:
  Ledger(Context& context, const std::vector<const Disk*>& disks)
      : context_(context), disks_(disks) {}

  /// The index of the last entry that is known to be committed.
  [[nodiscard]] Index last() const noexcept { return Index(entries_.size()); }

  /// An entry with a configuration became durable somewhere.
  void on_configuration(LogPosition position, Configuration configuration) {
    quorums_.add(position, std::move(configuration));
  }

  /// Everything up to `through` was committed: a server that has it durably applies it.
  void commit(const Disk& disk, Index through);

  /// True: the entry at `index` is the committed one. Requires: index <= last().
  [[nodiscard]] bool agrees(Index index, std::uint64_t checksum) const noexcept {
    return entries_[index.value() - 1].checksum == checksum;
  }

  /// True: a command is known to be committed at `index`.
  [[nodiscard]] bool is_command(Index index) const noexcept {
    return index.is_set() && index <= last() && entries_[index.value() - 1].is_command;
  }

  /// §3.6.1, leader completeness: a leader of `term` has everything that was committed in
  /// earlier terms. That is not what was appended in earlier ones: a late winner of an old
  /// election need not have what a newer leader committed meanwhile.
  void check_leader(const Disk& disk, Term term);

  /// A server takes away everything from `from` on with this write. A committed entry may go only
  /// where the leader that committed it was not heard of yet: a deposed leader of an earlier term
  /// may still reach such a server (§3.6.1 says nothing of it, and that copy was not counted).
  void check_truncation(const Disk& disk, Index from, const port::StorageWrite& write);

  /// A client was told that its command is committed at `position`.
  void check_acknowledged(LogPosition position, const Bytes& command);

  /// A server says that everything which was committed before `as_of` is applied here, up to
  /// `applied`; `check` is what it is called when that is not so.
  void check_fresh(const char* check, ServerId server, Index applied, Instant as_of);

  /// This command may be committed now, and more than once: sessions tell its copies apart.
  void allow_again(const Bytes& command);

  /// A client was told that its command is not committed, and gave it up.
  void refuse(const Bytes& command);

  /// The terms of the entries that a majority has there, durably, by a configuration that a leader
  /// may go by: several when different leaders may go by different ones.
  [[nodiscard]] std::vector<Term> terms_on_majority(Index index) const;

  [[nodiscard]] bool is_on_majority(Index index) const { return !terms_on_majority(index).empty(); }

  /// Commands that are in it.
  [[nodiscard]] std::size_t commands() const noexcept { return commands_.size(); }

 private:
  struct Committed {
    /// The newest leader's when it became known: it was committed in no later one.
    Term by;
    std::uint64_t checksum = 0;
    bool is_command = false;
    /// When it became known.
    Instant at;
  };

  void add(Index index, const DiskEntry& entry);
  [[nodiscard]] bool is_durable(Index index, std::uint64_t checksum) const;
  [[nodiscard]] bool may_drop(const Disk& disk, Index committed,
                              const port::StorageWrite& write) const noexcept;

  Context& context_;
  const std::vector<const Disk*>& disks_;
  std::vector<Committed> entries_;
  Quorums quorums_;
  Term newest_leader_;
  /// Where each command stands, by the checksum of its bytes.
  std::map<std::uint64_t, Index> commands_;
  std::map<std::uint64_t, Instant> refused_;
  std::set<std::uint64_t> allowed_again_;
};

}  // namespace buoyant::simulation
