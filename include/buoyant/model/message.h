// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The messages between servers as values: what the core steps, and what the node forwards.
///
/// No message names its sender or receiver: both belong to the authenticated connection, so a
/// message cannot lie about them. Entries travel beside the message (see port/codec.h); the core
/// sees their terms only.
#pragma once

#include "buoyant/base/error.h"
#include "buoyant/model/entry.h"
#include "buoyant/model/ids.h"
#include "buoyant/model/snapshot.h"

#include <cstdint>
#include <variant>
#include <vector>

namespace buoyant {

/// Asks for a vote (§3.4), or whether one would be granted (§9.6, pre-vote).
struct RequestVote {
  /// The candidate's term; of a pre-vote, the term that it would campaign in.
  Term term;
  LogPosition last;
  bool pre_vote = false;
  /// The leader told the candidate to campaign (§3.10): leader stickiness does not apply.
  bool transfer = false;
  /// The candidate's campaign number, echoed: replies of earlier campaigns are dropped (E11, E13).
  std::uint64_t campaign = 0;

  friend bool operator==(const RequestVote&, const RequestVote&) = default;
};

struct RequestVoteReply {
  /// The term of the request when granted; the voter's own term when not (E17).
  Term term;
  bool granted = false;
  bool pre_vote = false;
  std::uint64_t campaign = 0;

  friend bool operator==(const RequestVoteReply&, const RequestVoteReply&) = default;
};

/// Replicates the entries after `prev` (§3.5).
struct AppendEntries {
  Term term;
  LogPosition prev;
  Index commit;
  /// The newest heartbeat round of the term, echoed in the reply (§6.4).
  Round round;
  /// The terms of the entries: prev.index + 1 and following.
  std::vector<TermRun> runs;
  /// Those of the entries that are configurations.
  std::vector<ConfigurationAt> configurations;

  /// The index of the last entry that it carries; prev.index when there is none.
  [[nodiscard]] Index last() const noexcept { return prev.index + count_of(runs); }

  friend bool operator==(const AppendEntries&, const AppendEntries&) = default;
};

/// How near a server's disk is to full. Values are sent; they are only appended.
enum class SpaceState : std::uint8_t {
  kEnough = 0,
  kLow = 1,  ///< Room for votes, truncations and what is under way; new proposals should wait.
};

/// Whether a server wants to lead. Values are sent; they are only appended.
enum class Preference : std::uint8_t {
  kNormal = 0,
  kPrefer = 1,
  kAvoid = 2,
};

struct AppendEntriesReply {
  Term term;
  bool accepted = false;
  /// Accepted: everything up to here is durable here and equal to the leader's log.
  Index match;
  /// Rejected: the `prev` that did not match.
  Index rejected;
  /// Rejected: the last position here with index <= rejected and term <= prev's term, from
  /// which on the logs may agree: one round trip per term, not per entry.
  LogPosition hint;
  Round round;
  /// The sender votes for nobody else for so long after it received that round (§6.4.1).
  std::uint32_t lease_promise_ms = 0;
  SpaceState space = SpaceState::kEnough;

  friend bool operator==(const AppendEntriesReply&, const AppendEntriesReply&) = default;
};

/// A sign of life (§3.4); waits for no entries.
struct Heartbeat {
  Term term;
  /// min(commit index, what this follower is known to hold): safe to adopt unseen (L13).
  Index commit;
  Round round;

  friend bool operator==(const Heartbeat&, const Heartbeat&) = default;
};

struct HeartbeatReply {
  Term term;
  Round round;
  /// Everything up to here is in memory or durable here and equal to the leader's log in this
  /// term; tells a leader that entries which it sent were lost.
  Index received;
  /// As in AppendEntriesReply.
  std::uint32_t lease_promise_ms = 0;
  SpaceState space = SpaceState::kEnough;
  Preference preference = Preference::kNormal;

  friend bool operator==(const HeartbeatReply&, const HeartbeatReply&) = default;
};

/// Tells the receiver to campaign at once (§3.10).
struct TimeoutNow {
  Term term;

  friend bool operator==(const TimeoutNow&, const TimeoutNow&) = default;
};

/// What the core steps.
using Message = std::variant<RequestVote, RequestVoteReply, AppendEntries, AppendEntriesReply,
                             Heartbeat, HeartbeatReply, TimeoutNow>;

/// Proposals passed on by a follower to the leader, numbered from `first_sequence` on; the
/// payloads travel beside it. One hop, never sent twice.
struct Forward {
  std::uint64_t first_sequence = 0;

  friend bool operator==(const Forward&, const Forward&) = default;
};

/// What became of `count` forwarded proposals from `first_sequence` on.
struct ForwardResult {
  std::uint64_t first_sequence = 0;
  std::uint64_t count = 0;
  /// Accepted: where the first of them stands; the others follow. Refused: index zero.
  LogPosition first;
  /// Refused: why. Certainly not in the log, now or later.
  Errc refusal = Errc::kNotLeader;

  friend bool operator==(const ForwardResult&, const ForwardResult&) = default;
};

struct ForwardReply {
  std::vector<ForwardResult> results;

  friend bool operator==(const ForwardReply&, const ForwardReply&) = default;
};

/// Part of a snapshot (§5), from `offset` on; its bytes travel beside it. An empty part asks how
/// much of this snapshot the receiver holds. Sent on a connection of its own.
struct InstallSnapshot {
  Term term;
  SnapshotMetadata snapshot;
  std::uint64_t offset = 0;

  friend bool operator==(const InstallSnapshot&, const InstallSnapshot&) = default;
};

/// How far a transfer is.
enum class InstallProgress : std::uint8_t {
  kWanted = 0,    ///< Go on from `offset`.
  kComplete = 1,  ///< All of it is durable there; nothing more of it is needed.
  kRefused = 2,   ///< Not now, or not this one: probe before trying again.
};

struct InstallSnapshotReply {
  Term term;
  SnapshotId snapshot;
  InstallProgress progress = InstallProgress::kWanted;
  /// Everything before is held.
  std::uint64_t offset = 0;

  friend bool operator==(const InstallSnapshotReply&, const InstallSnapshotReply&) = default;
};

/// A follower asks the leader up to where it must apply to answer the reads that it gathered
/// (§6.4). May be asked again: nothing follows from it.
struct ReadRequest {
  std::uint64_t sequence = 0;
  /// A lease is good enough (§6.4.1).
  bool lease = false;

  friend bool operator==(const ReadRequest&, const ReadRequest&) = default;
};

struct ReadReply {
  std::uint64_t sequence = 0;
  bool granted = false;
  /// Granted: linearizable once this is applied.
  Index index;
  /// Refused: why.
  Errc refusal = Errc::kNotLeader;

  friend bool operator==(const ReadReply&, const ReadReply&) = default;
};

/// What a server asks of the leader in the name of its user.
enum class ControlKind : std::uint8_t {
  kChangeMembership = 0,  ///< To `members`, from the configuration at `based_on` (§4).
  kTransfer = 1,          ///< Leadership to `target`; zero: to whom the leader finds best (§3.10).
};

/// One hop, never sent twice.
struct ControlRequest {
  std::uint64_t sequence = 0;
  ControlKind kind = ControlKind::kChangeMembership;
  ServerId target;
  Index based_on;
  /// Sorted by id, as in a Configuration.
  std::vector<Member> members;

  friend bool operator==(const ControlRequest&, const ControlRequest&) = default;
};

struct ControlReply {
  std::uint64_t sequence = 0;
  bool done = false;
  /// Done: where the new configuration stands; zero for a transfer.
  Index index;
  /// Not done: why; kOutcomeUnknown: it may come to pass.
  Errc refusal = Errc::kNotLeader;

  friend bool operator==(const ControlReply&, const ControlReply&) = default;
};

/// Everything that travels in frames once the handshake is over.
using PeerMessage =
    std::variant<RequestVote, RequestVoteReply, AppendEntries, AppendEntriesReply, Heartbeat,
                 HeartbeatReply, TimeoutNow, Forward, ForwardReply, InstallSnapshot,
                 InstallSnapshotReply, ReadRequest, ReadReply, ControlRequest, ControlReply>;

}  // namespace buoyant
