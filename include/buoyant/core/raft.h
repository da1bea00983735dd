// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Raft: the replicated log's rules (§3, §4, §6.4, §9.6) as a deterministic value machine.
///
/// Inputs go in one at a time, each with the time at which it happened; outputs come out as one
/// Ready per loop turn. Nothing in here calls out, reads a clock, or knows a payload. The same
/// inputs give the same outputs on every compiler.
///
/// Invariants (checked after every input; see src/core/invariants.h)
///   base <= snapshot <= commit <= last; durable <= last
///   at most one vote per term; terms never decrease
///   a leader's log only grows; only entries of its own term are committed by counting (§3.6.2)
///   nothing in `messages` promises what is not durable when its write is
#pragma once

#include "buoyant/base/export.h"
#include "buoyant/base/result.h"
#include "buoyant/base/time.h"
#include "buoyant/core/raft_options.h"
#include "buoyant/core/ready.h"
#include "buoyant/core/restored_state.h"
#include "buoyant/model/message.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace buoyant::core {

struct State;

/// How a write ended; see port::WriteOutcome.
enum class Written : std::uint8_t { kDurable, kNoSpace, kFailed };

/// Why a permission could not be used.
enum class ReplicateFailure : std::uint8_t {
  kCompacted,   ///< The entries are gone: the follower needs a snapshot.
  kReadFailed,  ///< They could not be read: probe again later.
  kLost,        ///< Frames that had been reported were dropped.
};

/// What became of a received message.
struct Received {
  /// The entries of an AppendEntries that were appended, by index: the node keeps exactly
  /// these payloads. Empty for every other message and for duplicates.
  IndexRange appended;
};

/// What a follower answers to a leader that sends a snapshot.
struct SnapshotOffer {
  /// kWanted: go on from what is held. Otherwise the node has nothing to do for it.
  InstallProgress progress = InstallProgress::kRefused;
  Term term;
  /// The answer may leave when this write is durable; zero: at once.
  WriteId after;

  friend bool operator==(const SnapshotOffer&, const SnapshotOffer&) = default;
};

/// How replication to one follower goes.
enum class ProgressState : std::uint8_t { kProbe, kReplicate, kSnapshot };

BUOYANT_EXPORT const char* progress_name(ProgressState state) noexcept;

struct PeerProgress {
  ServerId id;
  ProgressState state = ProgressState::kProbe;
  Index match;
  Index next;
  Instant last_contact;
  bool reachable = true;
  SpaceState space = SpaceState::kEnough;
  Preference preference = Preference::kNormal;
  /// It is no member any more, and is followed on until it knows.
  bool leaving = false;
  /// Of a new voter that catches up (§4.2.1): from 1 on, and where the round ends. Zero: it
  /// does not.
  std::uint32_t catch_up_round = 0;
  Index catch_up_goal;
};

/// One server's part of one group. Owned by Node, or by a test; one thread.
class BUOYANT_EXPORT Raft {
 public:
  /// Requires: validate(options) succeeds; `restored` came from one storage.
  Raft(const RaftOptions& options, RestoredState restored, Instant now);
  Raft(const Raft&) = delete;
  Raft& operator=(const Raft&) = delete;
  ~Raft();

  /// Appends `count` commands to the leader's log; gives the position of the first.
  /// Requires: count > 0. Errors: kNotLeader, kFaulted, kBusy (leadership is being handed over),
  /// kStorageFull.
  Result<LogPosition> propose(Instant now, std::uint64_t count = 1);

  /// Takes a read (§6.4); gives its number, ascending from one. It may be answered when it is
  /// granted in a Ready and the index of that grant is applied. With `lease`, a lease that holds
  /// now is good enough (§6.4.1); otherwise a quorum is asked, once per Ready for all that came.
  /// Open reads end with the leadership, see Ready::reads_ended_through.
  /// Errors: kNotLeader, kFaulted.
  Result<std::uint64_t> read(Instant now, bool lease = false);

  /// Hands leadership over to `to`, or (zero) to the voter that is up to date and the best; gives
  /// who that is. Itself: nothing is to be done. Until the target takes over, or an election
  /// timeout has passed and leadership goes on, proposals are refused as kBusy.
  /// Errors: kNotLeader, kFaulted, kInvalidConfiguration (it does not vote), kNotReady (it, or
  /// everybody, is not connected), kBusy (to another server already).
  Result<ServerId> transfer(Instant now, ServerId to);

  /// What the disk of this server has come to. While it, or those of so many voters that no
  /// quorum is left, have little space, a leader refuses proposals as kStorageFull.
  void set_space(Instant now, SpaceState space);

  /// Begins a change to these members (§4): new voters learn the log first, then they and the
  /// target are decided on by joint consensus (§4.3). Gives a number; Ready::changes says once
  /// what became of it. `based_on` is where the present configuration stands, so that nobody
  /// undoes what he did not know of. A change that waits for new voters ends (kNotCaughtUp) when
  /// another begins that does not want them.
  /// Errors: kNotLeader, kFaulted, kInvalidConfiguration, kNotReady (no entry of this term is
  /// committed yet), kChangeInProgress, kStaleConfiguration.
  Result<std::uint64_t> change_membership(Instant now, std::vector<Member> members, Index based_on);

  /// A peer says, from a committed configuration that is not older than ours, that this server
  /// is no member: it does not campaign until it hears of a leader.
  void told_removed(Instant now);

  /// A message from an authenticated peer. Impossible ones (a second leader in a term, a
  /// conflict with a committed entry) make the core faulted.
  Received receive(Instant now, ServerId from, const Message& message);

  /// Writes up to and including `through` completed; those that had completed before are not
  /// meant. In order.
  void written(Instant now, WriteId through, Written outcome);

  /// The next Ready has a write, if need be one of nothing: the host has something of its own to
  /// make durable with it.
  void request_write(Instant now);

  /// Entries of a permission of `term` were handed to the transport, through `last`. For an
  /// empty probe, `last` is its prev.
  void replicated(Instant now, ServerId to, Term term, Index last);

  void replicate_failed(Instant now, ServerId to, Term term, ReplicateFailure why);

  /// A snapshot of the state after applying `snapshot.id.position`, with the configuration that
  /// configuration_at() gives for it, is durable beside the log (§5.1). The next write names it
  /// and drops the entries through `compact_through`, which is brought into [base, position].
  /// False: a later one is there already, nothing happens.
  /// Requires: the position is applied.
  bool snapshot_taken(Instant now, const SnapshotMetadata& snapshot, Index compact_through);

  /// A leader sends a snapshot, or asks how much of it is here.
  SnapshotOffer snapshot_offered(Instant now, ServerId from, Term term,
                                 const SnapshotMetadata& snapshot);

  /// What the answer to it would be now; changes nothing.
  [[nodiscard]] SnapshotOffer snapshot_offer(Term term, const SnapshotMetadata& snapshot) const;

  /// A snapshot of the leader `from` of `term` is durable beside the log, as a whole (§5.2). True:
  /// it replaces the log with the next write; Ready::install follows when that is durable.
  /// False: it is not needed, or not any more.
  bool snapshot_received(Instant now, ServerId from, Term term, const SnapshotMetadata& snapshot);

  /// A follower answered a part of a snapshot, or the question before it.
  void snapshot_answered(Instant now, ServerId from, const InstallSnapshotReply& reply);

  /// A snapshot cannot be sent to a follower of `term` now. It is probed again when it shows that
  /// it lives, and asked for again (Ready::snapshots) if it still needs one.
  void snapshot_failed(Instant now, ServerId to, Term term);

  /// The connection to a peer ended: what was under way on it may be lost. Until
  /// it is reachable again nothing but heartbeats is meant for it, whoever leads.
  void peer_unreachable(Instant now, ServerId id);

  /// There is a connection to a peer (again).
  void peer_reachable(Instant now, ServerId id);

  /// The host's loop was held until `now`: nothing was heard because nobody listened. A
  /// leader's check-quorum starts anew, and its lease.
  void resumed(Instant now);

  /// Fires the deadlines that are due. No other input does.
  void advance_time(Instant now);

  /// A reason from outside to stop taking part; the core answers nothing from here on.
  void fault(Instant now, const char* why);

  /// What is to be done. Numbers the write; the next write gets the next number.
  Ready take_ready(CommitNotices notices = CommitNotices::kSend);

  [[nodiscard]] const Standing& standing() const noexcept;

  [[nodiscard]] bool is_leader() const noexcept { return standing().role == Role::kLeader; }

  /// Whom leadership is being handed over to; zero: nobody.
  [[nodiscard]] ServerId transfer_target() const noexcept;

  /// Of this server's disk.
  [[nodiscard]] SpaceState space() const noexcept;

  /// Null: not faulted. Otherwise why; static storage.
  [[nodiscard]] const char* fault_reason() const noexcept;

  [[nodiscard]] LogPosition last() const noexcept;

  /// The position before the first retained entry.
  [[nodiscard]] LogPosition base() const noexcept;

  [[nodiscard]] Index durable_index() const noexcept;

  [[nodiscard]] Index commit_index() const noexcept;

  /// Of a leader: everything through here is durable on so many others that with this server they
  /// are a quorum, whatever its own disk is at. Zero of anybody else.
  [[nodiscard]] Index replicated_index() const noexcept;

  /// The term of the entry at `index`; nullopt outside [base, last].
  [[nodiscard]] std::optional<Term> term_at(Index index) const noexcept;

  /// The newest snapshot, durable beside the log, and in the log with the next write at the
  /// latest. Position zero: none.
  [[nodiscard]] const SnapshotMetadata& snapshot() const noexcept;

  /// The configuration in effect at `index`. Requires: snapshot's position <= index <= last.
  [[nodiscard]] const ConfigurationAt& configuration_at(Index index) const noexcept;

  /// The configuration in effect: the newest in the log (§4.1), or the snapshot's.
  [[nodiscard]] const ConfigurationAt& configuration() const noexcept;

  /// All that the log retains, and the one before them, ascending.
  [[nodiscard]] const std::vector<ConfigurationAt>& configurations() const noexcept;

  /// The newest that is known to be committed.
  [[nodiscard]] const ConfigurationAt& committed_configuration() const noexcept;

  /// True: this server was a member, and neither the newest configuration that is known to be
  /// committed nor the newest of all has it any more; or a peer said so.
  [[nodiscard]] bool is_removed() const noexcept;

  /// Of a leader: followers that got a snapshot, have not caught up since, and were heard of within
  /// an election timeout need the entries after this one next; if they are compacted they need
  /// another snapshot, again and again.
  [[nodiscard]] std::optional<Index> wanted_behind_snapshots() const noexcept;

  [[nodiscard]] const HardState& hard_state() const noexcept;

  /// Of a leader: somebody is no member any more and followed on until it knows.
  [[nodiscard]] bool has_leavers() const noexcept;

  /// Of a leader: the followers and learners, and who is leaving. Otherwise empty.
  [[nodiscard]] std::vector<PeerProgress> progress() const;

  /// Of progress(), what of the log this one is known to hold; nothing: it is not there.
  [[nodiscard]] std::optional<Index> match_of(ServerId peer) const noexcept;

  [[nodiscard]] const RaftOptions& options() const noexcept;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace buoyant::core
