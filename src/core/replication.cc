// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/replication.h"

#include "buoyant/base/assert.h"
#include "core/commit.h"
#include "core/lease.h"
#include "core/outbox.h"
#include "core/role.h"
#include "core/send_snapshot.h"
#include "core/transfer.h"

#include <algorithm>

namespace buoyant::core {

namespace {

void probe(State& state, Progress& follower, Index from, const char* why) {
  const bool was_probing = follower.state == ProgressState::kProbe;
  follower.probe_from(from);
  if (!was_probing) {
    note(state, StepKind::kProbe, follower.id, follower.next, why);
  }
}

void agree(State& state, Progress& follower, Index index) {
  if (follower.state != ProgressState::kReplicate) {
    note(state, StepKind::kReplicating, follower.id, index);
  }
  follower.agree(index);
}

void heartbeat(State& state, Progress& follower) {
  // One check at a time: on a link that is slower than the heartbeats, the answer to the newest
  // one would always be the answer to an old one.
  if (!follower.check_round.is_set()) {
    follower.check_round = state.leading.round;
    follower.sent_before_check = follower.next.previous();
  }
  const Index commit = std::min(state.commit, follower.match);
  follower.commit_sent = std::max(follower.commit_sent, commit);
  if (follower.leaving && commit >= follower.leave_after && !follower.leave_round.is_set()) {
    follower.leave_round = state.leading.round;
  }
  send(state, follower.id, write_of_hard_state(state),
       Heartbeat{.term = state.hard_state.term, .commit = commit, .round = state.leading.round});
}

/// It is behind the commit index only by not knowing it.
bool is_commit_news(const State& state, const Progress& follower) noexcept {
  return follower.reachable && std::min(state.commit, follower.match) > follower.commit_sent;
}

/// Makes the commit index known to a follower that has everything else.
void tell_commit(State& state, Progress& follower) {
  if (is_commit_news(state, follower)) {
    const Index commit = std::min(state.commit, follower.match);
    follower.commit_sent = commit;
    send(state, follower.id, write_of_hard_state(state),
         Heartbeat{.term = state.hard_state.term, .commit = commit, .round = {}});
  }
}

/// The last entry that a follower is to get.
Index last_for(const State& state, const Progress& follower) noexcept {
  const Index last = state.trail.last().index;
  return follower.leaving ? std::min(last, follower.leave_after) : last;
}

bool may_send(const State& state, const Progress& follower) noexcept {
  if (!follower.reachable) {
    return false;
  }
  if (follower.state == ProgressState::kProbe) {
    return !follower.probe_sent;
  }
  return follower.state == ProgressState::kReplicate &&
         follower.next <= last_for(state, follower) &&
         follower.next.previous() - follower.match < state.options.inflight_entries_max;
}

bool has_little_space(const Progress& follower) noexcept {
  return follower.space == SpaceState::kLow;
}

/// It lost what the probe holds, probably because its disk is full: one entry at a time, at the
/// pace of heartbeats, until it takes one.
bool refuses_probe(const Progress& follower, Index received) noexcept {
  return has_little_space(follower) && received < follower.probe_through;
}

/// The answer to a follower's message: it lives, and knows our term.
template <class Reply>
void heard_of(State& state, Progress& follower, const Reply& reply) {
  follower.last_contact = state.now;
  follower.space = reply.space;
  if (reply.round > state.leading.round) {
    note(state, StepKind::kIgnored, follower.id, {}, "answer to a round that was never sent");
    return;
  }
  follower.acknowledged_round = std::max(follower.acknowledged_round, reply.round);
  promised(state, follower, reply.round, reply.lease_promise_ms);
}

void rejected(State& state, Progress& follower, const AppendEntriesReply& reply) {
  // L7: answers to what was sent before the last rewind say nothing new.
  // L6: nor do those about what is durable there and equal to our log.
  const bool is_probe_answer =
      follower.state == ProgressState::kProbe && reply.rejected == follower.next.previous();
  const bool is_lost_range = follower.state == ProgressState::kReplicate;
  if (reply.rejected <= follower.match || (!is_probe_answer && !is_lost_range)) {
    note(state, StepKind::kIgnored, follower.id, reply.rejected, "rejection of an earlier probe");
    return;
  }
  if (reply.rejected <= state.trail.base().index) {
    need_snapshot(state, follower);
    return;
  }
  // The last place at which our log can agree with one that has nothing but older terms below
  // the hint: one round trip per term.
  const Index index = std::min(reply.hint.index, reply.rejected.previous());
  const LogPosition meeting = state.trail.last_at_most(index, reply.hint.term);
  if (follower.state == ProgressState::kReplicate) {
    probe(state, follower, meeting.index.next(), "entries were lost on the way");
  } else {
    follower.probe_from(meeting.index.next());
  }
}

}  // namespace

Progress* follower_of(State& state, ServerId id) noexcept {
  return state.is(Role::kLeader) ? find_progress(state.leading.followers, id) : nullptr;
}

std::vector<Replicate> grant_replication(State& state) {
  std::vector<Replicate> granted;
  if (!state.is(Role::kLeader)) {
    return granted;
  }
  for (Progress& follower : state.leading.followers) {
    if (!may_send(state, follower)) {
      continue;
    }
    const Index prev = follower.next.previous();
    const auto term = state.trail.term_at(prev);
    if (!term) {
      need_snapshot(state, follower);
      continue;
    }
    const bool is_probe = follower.state == ProgressState::kProbe;
    const Index window_start = is_probe ? prev : follower.match;
    const std::uint64_t window =
        is_probe && has_little_space(follower) ? 1 : state.options.inflight_entries_max;
    follower.commit_granted = state.commit;
    granted.push_back(
        {.to = follower.id,
         .term = state.hard_state.term,
         .prev = {.term = *term, .index = prev},
         .through = std::max(prev, std::min(last_for(state, follower), window_start + window)),
         .commit = state.commit,
         .round = state.leading.round,
         .probe = is_probe});
  }
  return granted;
}

void replicated(State& state, ServerId to, Term term, Index last) {
  Progress* follower = follower_of(state, to);
  if (follower == nullptr || term != state.hard_state.term) {
    return;
  }
  BUOYANT_ASSERT(last <= state.trail.last().index);
  follower->commit_sent = std::max(follower->commit_sent, std::min(follower->commit_granted, last));
  if (follower->state == ProgressState::kProbe) {
    // `next` stays: the answer tells how much of it was taken.
    follower->wait_for_probe(last);
  } else if (follower->state == ProgressState::kReplicate) {
    follower->next = std::max(follower->next, last.next());
  }
}

void replicate_failed(State& state, ServerId to, Term term, ReplicateFailure why) {
  Progress* follower = follower_of(state, to);
  if (follower == nullptr || term != state.hard_state.term) {
    return;
  }
  switch (why) {
    case ReplicateFailure::kCompacted:
      need_snapshot(state, *follower);
      break;
    case ReplicateFailure::kReadFailed:
      // L10: as if a probe had been lost; the next heartbeat's answer tries again.
      probe(state, *follower, follower->match.next(), "entries could not be read");
      follower->wait_for_probe(follower->match);
      break;
    case ReplicateFailure::kLost:
      probe(state, *follower, follower->match.next(), "frames were dropped");
      break;
  }
}

void receive_append_reply(State& state, ServerId from, const AppendEntriesReply& reply) {
  if (reply.term > state.hard_state.term) {
    become_follower(state, reply.term, {}, Cause::kHigherTerm);
    return;
  }
  Progress* follower = follower_of(state, from);
  if (follower == nullptr || reply.term < state.hard_state.term) {
    return;
  }
  heard_of(state, *follower, reply);
  if (!reply.accepted) {
    rejected(state, *follower, reply);
    return;
  }
  if (reply.match > state.trail.last().index) {
    become_faulted(state, "a follower acknowledged entries that were never sent");
    return;
  }
  // L6, L17: a late answer never takes back what is known to match.
  if (reply.match > follower->match) {
    follower->match = reply.match;
    advance_commit_of_leader(state);
  }
  follower->behind_snapshot = follower->behind_snapshot && follower->match < state.commit;
  if (follower->state == ProgressState::kSnapshot && follower->match < state.trail.base().index) {
    // An answer to what was sent before; what follows it is still not here any more. Frames that
    // were dropped may have taken `next` back below what it acknowledges.
    follower->next = std::max(follower->next, follower->match.next());
    return;
  }
  // The answer to a probe says that all of it was taken, durable or not. Should it be the answer
  // to something earlier, the next entries are rejected and the probing goes on.
  const Index taken = follower->state == ProgressState::kProbe
                          ? std::max(follower->probe_through, follower->next.previous())
                          : Index();
  agree(state, *follower, std::max(follower->match, taken));
  if (from == state.leading.transfer.target) {
    drive_transfer(state, false);
  }
}

void receive_heartbeat_reply(State& state, ServerId from, const HeartbeatReply& reply) {
  if (reply.term > state.hard_state.term) {
    become_follower(state, reply.term, {}, Cause::kHigherTerm);
    return;
  }
  Progress* follower = follower_of(state, from);
  if (follower == nullptr || reply.term < state.hard_state.term) {
    return;
  }
  heard_of(state, *follower, reply);
  follower->preference = reply.preference;
  if (reply.received > state.trail.last().index) {
    become_faulted(state, "a follower received entries that were never sent");
    return;
  }
  if (!follower->check_round.is_set() || reply.round < follower->check_round) {
    return;
  }
  follower->check_round = {};
  // Frames of a connection stay in order: what was sent before the heartbeat has arrived, or
  // is lost. A follower that has all of it durable may still have verified less, if it left its
  // role or restarted meanwhile; it would not take our commit index.
  if (follower->state == ProgressState::kReplicate) {
    if (reply.received < follower->sent_before_check) {
      probe(state, *follower, reply.received.next(), "entries were lost on the way");
    }
    return;
  }
  if (follower->state == ProgressState::kProbe) {
    if (reply.received >= follower->next.previous() && !refuses_probe(*follower, reply.received)) {
      agree(state, *follower, reply.received);
    } else {
      follower->probe_sent = false;
    }
  }
}

void broadcast_heartbeat(State& state) {
  state.leading.round = state.leading.round.next();
  note_round(state);
  for (Progress& follower : state.leading.followers) {
    heartbeat(state, follower);
  }
}

void tell_commit_to_all(State& state) {
  for (Progress& follower : state.leading.followers) {
    tell_commit(state, follower);
  }
}

void tell_commit_to_level(State& state) {
  if (!state.is(Role::kLeader)) {
    return;
  }
  for (Progress& follower : state.leading.followers) {
    if (!may_send(state, follower)) {
      tell_commit(state, follower);
    }
  }
}

bool has_commit_to_tell(const State& state) noexcept {
  const auto& followers = state.leading.followers;
  return state.is(Role::kLeader) &&
         std::any_of(followers.begin(), followers.end(), [&](const Progress& follower) {
           return !may_send(state, follower) && is_commit_news(state, follower);
         });
}

void follower_unreachable(State& state, ServerId id) {
  if (std::find(state.unreachable.begin(), state.unreachable.end(), id) ==
      state.unreachable.end()) {
    state.unreachable.push_back(id);
  }
  if (Progress* follower = follower_of(state, id)) {
    follower->reachable = false;
    // F3: also one that has everything starts over with a probe, for its answer may be lost.
    probe(state, *follower, follower->match.next(), "the connection ended");
    follower->commit_sent = {};
  }
}

void follower_reachable(State& state, ServerId id) {
  std::erase(state.unreachable, id);
  if (Progress* follower = follower_of(state, id)) {
    follower->reachable = true;
    follower->probe_sent = false;
    if (state.leading.round.is_set()) {
      heartbeat(state, *follower);
    }
  }
}

}  // namespace buoyant::core
