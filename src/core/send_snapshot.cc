// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/send_snapshot.h"

#include "core/outbox.h"
#include "core/replication.h"
#include "core/role.h"

#include <algorithm>
#include <utility>

namespace buoyant::core {

namespace {

/// Waits for a sign of life before it probes again.
void give_up(State& state, Progress& follower, Index index, const char* why) {
  note(state, StepKind::kSnapshotAnswered, follower.id, index, why);
  follower.probe_from(follower.match.next());
  follower.wait_for_probe(follower.match);
}

/// The follower holds everything up to `position`: the log goes on from there.
void go_on_behind(State& state, Progress& follower, LogPosition position) {
  if (position.index < state.trail.base().index) {
    // The log was compacted beyond it meanwhile; the next probe finds out and asks for another.
    give_up(state, follower, position.index, "arrived, but the log begins later");
    return;
  }
  if (state.trail.term_at(position.index) != position.term) {
    note(state, StepKind::kIgnored, follower.id, position.index, "it is not of this log");
    return;
  }
  note(state, StepKind::kSnapshotAnswered, follower.id, position.index, "arrived");
  follower.probe_from(position.index.next());
}

}  // namespace

void need_snapshot(State& state, Progress& follower) {
  if (follower.state == ProgressState::kSnapshot) {
    return;
  }
  note(state, StepKind::kSnapshotNeeded, follower.id, state.trail.base().index);
  follower.state = ProgressState::kSnapshot;
  follower.behind_snapshot = true;
  follower.probe_sent = false;
  follower.check_round = {};
  follower.snapshot_due = true;
}

std::vector<ServerId> take_due_snapshots(State& state) {
  std::vector<ServerId> due;
  for (Progress& follower : state.leading.followers) {
    const bool was_due = std::exchange(follower.snapshot_due, false);
    // Who leaves is told of it from the log, or not at all.
    if (was_due && follower.state == ProgressState::kSnapshot && !follower.leaving) {
      due.push_back(follower.id);
    }
  }
  return due;
}

void snapshot_answered(State& state, ServerId from, const InstallSnapshotReply& reply) {
  if (reply.term > state.hard_state.term) {
    become_follower(state, reply.term, {}, Cause::kHigherTerm);
    return;
  }
  Progress* follower = follower_of(state, from);
  if (follower == nullptr || reply.term < state.hard_state.term) {
    return;
  }
  follower->last_contact = state.now;
  if (follower->state != ProgressState::kSnapshot) {
    // S12, S14: of a transfer that is over; nothing is taken back for it.
    return;
  }
  switch (reply.progress) {
    case InstallProgress::kWanted:
      break;
    case InstallProgress::kComplete:
      go_on_behind(state, *follower, reply.snapshot.position);
      break;
    case InstallProgress::kRefused:
      give_up(state, *follower, reply.snapshot.position.index, "refused");
      break;
  }
}

std::optional<Index> wanted_behind_snapshots(const State& state) noexcept {
  std::optional<Index> earliest;
  for (const Progress& follower : state.leading.followers) {
    const bool lives_on_the_log = follower.behind_snapshot && follower.reachable &&
                                  !follower.leaving && follower.state != ProgressState::kSnapshot;
    if (lives_on_the_log) {
      const Index known =
          follower.state == ProgressState::kProbe ? follower.next.previous() : follower.match;
      earliest = earliest ? std::min(*earliest, known) : known;
    }
  }
  return earliest;
}

void snapshot_failed(State& state, ServerId to, Term term) {
  Progress* follower = follower_of(state, to);
  if (follower == nullptr || term != state.hard_state.term ||
      follower->state != ProgressState::kSnapshot) {
    return;
  }
  give_up(state, *follower, {}, "could not be sent");
}

}  // namespace buoyant::core
