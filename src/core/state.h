// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The core's state: plain data, one struct. The verbs on it are in the files beside this one.
#pragma once

#include "buoyant/base/random.h"
#include "buoyant/base/time.h"
#include "buoyant/core/raft_options.h"
#include "buoyant/core/ready.h"
#include "buoyant/model/configuration.h"
#include "buoyant/model/hard_state.h"
#include "buoyant/model/snapshot.h"
#include "core/progress.h"
#include "core/trail.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace buoyant::core {

/// What has to be written and was not submitted yet.
struct PendingWrite {
  bool hard_state = false;
  std::optional<Index> truncate_from;
  std::vector<CreatedEntry> created;
  /// Without `compact_through` it replaces the log; see Write.
  std::optional<SnapshotMetadata> snapshot;
  std::optional<Index> compact_through;
  bool after_no_space = false;
  /// Also when there is nothing else in it.
  bool requested = false;
};

/// A snapshot that replaced the log and that the state machine does not have yet (§5.2).
struct Installation {
  std::optional<SnapshotMetadata> snapshot;
  /// The write that makes it durable; zero: it was not submitted yet.
  WriteId write;
};

/// Of a follower: how much of the log is known to equal the leader's of this term.
struct Following {
  /// Entries up to here were checked against the leader.
  Index verified;
  /// An AppendEntries was accepted that is not answered in full yet.
  bool acknowledgement_owed = false;
  /// The match of the last acknowledgement.
  Index acknowledged;
  Round round;
  /// When the leader was last heard of.
  Instant last_contact;
};

/// Of a candidate or pre-candidate.
struct Campaign {
  /// Echoed in replies: only those of this campaign count.
  std::uint64_t number = 0;
  bool transfer = false;
  /// Everything that the request for votes promises is durable with this write; zero: it is.
  WriteId after;
  /// The request went out.
  bool asked = false;
  std::vector<ServerId> granted;
  std::vector<ServerId> refused;
};

/// Reads that wait for the answers to a round of heartbeats (§6.4).
struct OpenReads {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  Round round;
  /// The commit index when the round started.
  Index index;
};

/// Of a leader: its reads.
struct Reading {
  /// Those that no round was started for; zero: there is none.
  std::uint64_t arrived_first = 0;
  std::uint64_t arrived_last = 0;
  /// Ascending by number and round.
  std::deque<OpenReads> open;
};

/// When a round of heartbeats started.
struct RoundStart {
  Round round;
  Instant at;
};

/// What a follower promised (§6.4.1): no vote for anybody else until then.
struct Promise {
  ServerId to;  ///< Zero: nobody knows, so nobody gets it.
  Instant until;
};

/// Of a leader that hands over (§3.10).
struct Transfer {
  ServerId target;  ///< Zero: it does not.
  /// Leadership goes on if the target has not taken over by then.
  Instant deadline = Instant::never();
  /// The target has the whole log and was told to campaign.
  bool told = false;
};

/// A new voter that learns the log (§4.2.1).
struct CatchUp {
  ServerId id;
  std::uint32_t round = 0;
  /// Where the log ended when the round began.
  Index goal;
  Instant began;
  bool is_done = false;
};

/// A change of membership that the user of a leader asked for; see membership.h.
struct MembershipChange {
  std::uint64_t number = 0;
  std::vector<Member> target;
  std::vector<CatchUp> catching_up;
  Instant give_up_at = Instant::never();
  /// Everybody has caught up, the rest happens in the log.
  bool is_entered = false;
};

/// Of a leader.
struct Leading {
  ProgressTable followers;
  std::optional<MembershipChange> change;
  /// When a leader that is no voter any more leaves, come what may.
  Instant outgoing_until = Instant::never();
  Round round;
  Reading reading;
  /// Ascending; those of the last election timeout, thinned out. Empty without leases.
  std::deque<RoundStart> round_starts;
  /// The lease is void for the rest of the term.
  bool lease_void = false;
  Instant next_heartbeat;
  /// Silence before this does not count against anybody (§6.2).
  Instant quorum_checked_since;
  Transfer transfer;
  /// From then on it gives way if it has committed nothing of its term, and a majority has no
  /// space.
  Instant full_majority_due;
  /// Not before this it looks for a better leader again.
  Instant next_yield;
};

struct State {
  State(const RaftOptions& raft_options, RestoredState restored, Instant at);

  RaftOptions options;
  Random random;
  /// The time of the latest input.
  Instant now;

  // Durable, once written.
  HardState hard_state;
  Trail trail;
  /// Ascending by index; the first is the one in effect at the snapshot's position, maybe empty
  /// at index zero. The last one is in effect (§4.1).
  std::vector<ConfigurationAt> configurations;

  /// The newest one. Position zero: none. The log goes back to it at least: base <= position.
  SnapshotMetadata snapshot;

  // Volatile.
  Standing standing;
  /// How near this server's disk is to full.
  SpaceState space = SpaceState::kEnough;
  Index commit;
  Following following;
  Campaign campaign;
  Leading leading;
  /// Outlives the role in which it was made.
  Promise promise;
  /// Peers whose connection ended and did not come back.
  std::vector<ServerId> unreachable;
  Instant election_deadline = Instant::never();
  const char* fault_reason = nullptr;
  /// A peer said so, and no leader has been heard of since.
  bool removed = false;
  /// A configuration that had this server was in effect here, now or before.
  bool was_member = false;
  std::uint64_t next_change = 1;

  // Writes.
  PendingWrite pending;
  WriteId next_write{1};
  /// The last index that storage holds once every submitted write and the pending truncation
  /// are carried out.
  Index submitted_last;
  /// The write that makes the present hard state durable; zero: it is.
  WriteId hard_state_write;
  /// The write that a granted vote or our own candidacy waits for; zero: none does.
  WriteId vote_write;
  /// Writes before this one were submitted when it was not known that the disk is full: storage
  /// drops their entries, the core has done so. Zero: there was no such moment.
  WriteId first_after_no_space;
  Installation installation;

  /// The number of the next read; they are never used again, whoever leads.
  std::uint64_t next_read = 1;

  // Outputs.
  std::vector<Envelope> messages;
  /// Durable, for the state machine.
  std::optional<SnapshotMetadata> install;
  std::vector<ReadGrant> reads_granted;
  std::uint64_t reads_ended_through = 0;
  std::vector<ChangeOutcome> changes;
  std::vector<Step> steps;
  Standing announced;
  bool configuration_changed = false;

  [[nodiscard]] const Configuration& configuration() const noexcept {
    return configurations.back().configuration;
  }

  /// The newest configuration that is known to be committed.
  [[nodiscard]] const ConfigurationAt& committed_configuration() const noexcept;

  /// For was_member, whenever `configurations` got a new one.
  void note_membership() noexcept;

  [[nodiscard]] bool is(Role role) const noexcept { return standing.role == role; }
};

}  // namespace buoyant::core
