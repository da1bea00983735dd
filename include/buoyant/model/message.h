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

/// Everything that travels in frames once the handshake is over.
using PeerMessage = std::variant<RequestVote, RequestVoteReply, AppendEntries, AppendEntriesReply,
                                 Heartbeat, HeartbeatReply, TimeoutNow, Forward, ForwardReply>;

}  // namespace buoyant
