// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/receive_append.h"

#include "buoyant/base/assert.h"
#include "core/commit.h"
#include "core/lease.h"
#include "core/outbox.h"
#include "core/role.h"
#include "core/timing.h"
#include "core/truncation.h"

#include <algorithm>

namespace buoyant::core {

namespace {

void reject(State& state, ServerId from, const AppendEntries& message) {
  note(state, StepKind::kRejectedAppend, from, message.prev.index);
  // §3.5: the hint skips every entry here that cannot be in the leader's log at its place.
  send(state, from, write_of_hard_state(state),
       AppendEntriesReply{.term = state.hard_state.term,
                          .accepted = false,
                          .match = {},
                          .rejected = message.prev.index,
                          .hint = state.trail.last_at_most(message.prev.index, message.prev.term),
                          .round = message.round,
                          .lease_promise_ms = lease_promise_ms(state),
                          .space = state.space});
}

/// The entries of a message that are not here yet.
struct Remainder {
  Index first;
  /// The first run begins at `first`: what went before it in that run is gone from its count.
  std::vector<TermRun> runs;
};

/// Leaves out the entries that our log has compacted away, they are committed, so they agree; and
/// those that are here already (L1: they are never truncated).
Remainder remainder_of(const State& state, const AppendEntries& message) {
  Remainder remainder{.first = message.prev.index.next(), .runs = {}};
  const Index base = state.trail.base().index;
  auto run = message.runs.begin();
  std::uint64_t skipped = 0;
  while (run != message.runs.end()) {
    const std::uint64_t left = run->count - skipped;
    const std::uint64_t known = remainder.first <= base
                                    ? std::min(left, base.next() - remainder.first)
                                    : state.trail.agreeing(remainder.first, run->term, left);
    if (known == 0) {
      break;
    }
    remainder.first = remainder.first + known;
    skipped = known == left ? 0 : skipped + known;
    run += known == left ? 1 : 0;
  }
  remainder.runs.assign(run, message.runs.end());
  if (!remainder.runs.empty()) {
    remainder.runs.front().count -= skipped;
  }
  return remainder;
}

/// Appends the rest, in place of what conflicts with it. False: faulted.
bool append_rest(State& state, ServerId from, const AppendEntries& message,
                 const Remainder& remainder) {
  if (remainder.first <= state.trail.last().index) {
    if (remainder.first <= state.commit) {
      become_faulted(state, "the leader's log conflicts with a committed entry");
      return false;
    }
    // Figure 3.2, Leader Append-Only.
    if (remainder.first <= state.following.verified) {
      become_faulted(state, "the leader took back an entry of its log");
      return false;
    }
    note(state, StepKind::kTruncated, from, remainder.first);
    truncate(state, remainder.first);
  }
  for (const TermRun& run : remainder.runs) {
    if (run.term < state.trail.last().term || run.term > message.term) {
      become_faulted(state, "terms of entries out of order");
      return false;
    }
    state.trail.append(run.term, run.count);
  }
  bool changed = false;
  for (const ConfigurationAt& at : message.configurations) {
    if (at.index >= remainder.first) {
      // §4.1: a configuration is in effect as soon as it is in the log.
      state.configurations.push_back(at);
      changed = true;
    }
  }
  if (changed) {
    configuration_changed(state);
  }
  return true;
}

void reply_stale(State& state, ServerId from, const AppendEntries& message) {
  // A leader of an earlier term learns of this one and steps down.
  send(state, from, write_of_hard_state(state),
       AppendEntriesReply{.term = state.hard_state.term,
                          .accepted = false,
                          .match = {},
                          .rejected = message.prev.index,
                          .hint = {},
                          .round = {}});
}

}  // namespace

bool follow(State& state, ServerId from, Term term) {
  if (term == state.hard_state.term && state.is(Role::kLeader)) {
    become_faulted(state, "another server leads our term");
    return false;
  }
  if (term == state.hard_state.term && state.is(Role::kFollower) &&
      state.standing.leader.is_set() && state.standing.leader != from) {
    become_faulted(state, "two servers lead one term");
    return false;
  }
  if (term > state.hard_state.term || !state.is(Role::kFollower) || state.standing.leader != from) {
    const Cause cause = term > state.hard_state.term ? Cause::kHigherTerm : Cause::kLeaderFound;
    become_follower(state, term, from, cause);
  }
  state.following.last_contact = state.now;
  promise(state, from);
  // Whoever was removed hears of a leader only when it was added again.
  state.removed = false;
  restart_election_timer(state);
  return true;
}

Received receive_append_entries(State& state, ServerId from, const AppendEntries& message) {
  Received received;
  if (message.term < state.hard_state.term) {
    reply_stale(state, from, message);
    return received;
  }
  if (!follow(state, from, message.term)) {
    return received;
  }
  state.following.round = std::max(state.following.round, message.round);

  const bool below_base = message.prev.index < state.trail.base().index;
  if (!below_base && state.trail.term_at(message.prev.index) != message.prev.term) {
    if (message.prev.index <= state.commit) {
      become_faulted(state, "the leader's log conflicts with a committed entry");
      return received;
    }
    reject(state, from, message);
    return received;
  }
  const Remainder remainder = remainder_of(state, message);
  if (!remainder.runs.empty()) {
    if (!append_rest(state, from, message, remainder)) {
      return received;
    }
    received.appended = {.first = remainder.first, .last = state.trail.last().index};
  }
  // What lies at or below the base is committed, so it agrees; nothing beyond the message does.
  const Index verified = std::max(message.last(), state.trail.base().index);
  state.following.verified = std::max(state.following.verified, verified);
  state.following.acknowledgement_owed = true;
  // C2: only what this message vouches for may be committed, whatever else the log holds.
  advance_commit_to(state, std::min(message.commit, verified));
  return received;
}

void receive_heartbeat(State& state, ServerId from, const Heartbeat& message) {
  if (message.term < state.hard_state.term) {
    if (message.round.is_set()) {
      send(state, from, write_of_hard_state(state),
           HeartbeatReply{.term = state.hard_state.term, .round = {}, .received = {}});
    }
    return;
  }
  if (!follow(state, from, message.term)) {
    return;
  }
  state.following.round = std::max(state.following.round, message.round);
  // L13: committed is only what was verified against this leader.
  advance_commit_to(state, std::min(message.commit, state.following.verified));
  if (message.round.is_set()) {
    if (message.commit < state.following.verified) {
      // The leader may not know what is here, because an acknowledgement was lost: say it again.
      state.following.acknowledgement_owed = true;
      state.following.acknowledged = {};
    }
    send(state, from, write_of_hard_state(state),
         HeartbeatReply{.term = state.hard_state.term,
                        .round = message.round,
                        .received = state.following.verified,
                        .lease_promise_ms = lease_promise_ms(state),
                        .space = state.space,
                        .preference = state.options.preference});
  }
}

void acknowledge(State& state) {
  Following& following = state.following;
  if (!following.acknowledgement_owed || !state.is(Role::kFollower)) {
    return;
  }
  const Index match = std::min(following.verified, state.trail.durable_index());
  const bool complete = match == following.verified;
  if (!complete && match <= following.acknowledged) {
    return;
  }
  following.acknowledged = match;
  following.acknowledgement_owed = !complete;
  send(state, state.standing.leader, write_of_hard_state(state),
       AppendEntriesReply{.term = state.hard_state.term,
                          .accepted = true,
                          .match = match,
                          .rejected = {},
                          .hint = {},
                          .round = following.round,
                          .lease_promise_ms = lease_promise_ms(state),
                          .space = state.space});
}

}  // namespace buoyant::core
