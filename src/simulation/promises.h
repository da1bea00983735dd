// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What servers write and say, held against what they have durably: votes, logs, and promises.
#pragma once

#include "simulation/context.h"
#include "simulation/disk.h"
#include "simulation/ledger.h"
#include "simulation/transport.h"

#include <cstdint>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

namespace buoyant::simulation {

/// Owned by the run. Ledger and disks outlive it.
class Promises final : public DiskWatcher, public MessageWatcher {
 public:
  Promises(Context& context, const std::vector<const Disk*>& disks)
      : context_(context), disks_(disks) {}

  /// Before anything is written or said.
  void set_ledger(Ledger& ledger) noexcept { ledger_ = &ledger; }

  void on_hard_state(ServerId server, const HardState& before, const HardState& after) override;
  void on_entry(ServerId server, Index at, Term previous, const DiskEntry& entry) override;
  void on_truncated(ServerId server, Index from, const port::StorageWrite& write) override;
  void on_snapshot(ServerId server, const SnapshotMetadata& before,
                   const SnapshotMetadata& after) override;
  void on_compacted(ServerId server, LogPosition base) override;
  void on_sent(Process& process, ServerId to, const port::Decoded& message) override;

  /// A server says that it leads, in this run of it.
  void on_leader(ServerId server, Term term, std::uint64_t run);

  /// The most that `from` has acknowledged to `to` as the leader of `term`.
  [[nodiscard]] Index acknowledged(ServerId from, ServerId to, Term term) const {
    const auto found = acknowledged_.find({from, to, term});
    return found == acknowledged_.end() ? Index() : found->second;
  }

  /// A node was told that its storage failed: it says nothing from here on.
  void on_failure_reported(const Process& process) {
    failed_.insert({process.server(), process.start()});
  }

 private:
  [[nodiscard]] const Disk& disk_of(ServerId server) const { return *disks_[server.value() - 1]; }

  void see_leader(ServerId server, Term term);
  void broken(ServerId server, const char* check, const std::string& what);

  void check(ServerId from, ServerId to, const RequestVote& message);
  void check(ServerId from, ServerId to, const RequestVoteReply& message);
  void check(ServerId from, ServerId to, const AppendEntries& message);
  void check(ServerId from, ServerId to, const AppendEntriesReply& message);
  void check(ServerId from, ServerId to, const Heartbeat& message);
  void check(ServerId from, ServerId to, const HeartbeatReply& message);

  void check(ServerId from, ServerId to, const TimeoutNow& message);

  void check(ServerId /*from*/, ServerId /*to*/, const Forward& /*message*/) {}

  void check(ServerId /*from*/, ServerId /*to*/, const ForwardReply& /*message*/) {}

  void check(ServerId /*from*/, ServerId /*to*/, const InstallSnapshot& /*message*/) {}

  void check(ServerId /*from*/, ServerId /*to*/, const InstallSnapshotReply& /*message*/) {}

  void check(ServerId /*from*/, ServerId /*to*/, const ReadRequest& /*message*/) {}

  void check(ServerId /*from*/, ServerId /*to*/, const ReadReply& /*message*/) {}

  void check(ServerId /*from*/, ServerId /*to*/, const ControlRequest& /*message*/) {}

  void check(ServerId /*from*/, ServerId /*to*/, const ControlReply& /*message*/) {}

  void check_term(ServerId from, Term term);
  void check_leads(ServerId from, Term term);
  void check_commit(ServerId from, Index commit);
  /// What was counted for it lies in [commit, counted_max].
  void check_commit_rule(ServerId from, Term term, Index commit, Index counted_max);
  [[nodiscard]] bool may_have_counted(ServerId from, Term term, Index index) const;

  struct Known {
    std::uint64_t checksum = 0;
    Term previous;
  };

  Context& context_;
  const std::vector<const Disk*>& disks_;
  Ledger* ledger_ = nullptr;
  /// Log matching: what stands at a position, wherever it stands.
  std::map<LogPosition, Known> positions_;
  std::map<Term, ServerId> leaders_;
  /// The run of the server in which it spoke as the leader of a term.
  std::map<Term, std::uint64_t> runs_of_leaders_;
  /// The greatest index that anybody has called committed.
  Index claimed_;
  /// The run of who is speaking.
  std::uint64_t speaking_run_ = 0;
  std::set<std::pair<ServerId, std::uint64_t>> failed_;
  std::map<std::tuple<ServerId, ServerId, Term>, Index> acknowledged_;
};

}  // namespace buoyant::simulation
