// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/receive_snapshot.h"

#include "core/commit.h"
#include "core/compaction.h"
#include "core/outbox.h"
#include "core/receive_append.h"
#include "core/role.h"

#include <algorithm>
#include <optional>

namespace buoyant::core {

namespace {

/// False: it contradicts what is committed here, the core is faulted (S13).
bool fits_what_is_committed(State& state, LogPosition position) {
  if (position.index > state.commit) {
    // Terms never decrease: one that covers more ends in no earlier term.
    const auto committed = state.trail.term_at(state.commit);
    if (committed && position.term < *committed) {
      become_faulted(state, "a snapshot ends before a term that is committed here");
      return false;
    }
    return true;
  }
  const auto term = state.trail.term_at(position.index);
  const bool differs = position.index == state.snapshot.id.position.index
                           ? position.term != state.snapshot.id.position.term
                           : term && *term != position.term;
  if (differs) {
    become_faulted(state, "a snapshot conflicts with a committed entry");
    return false;
  }
  return true;
}

/// Everything that the snapshot covers is here, in entries or in a snapshot.
bool has_all_of(const State& state, LogPosition position) {
  return position.index <= state.commit ||
         state.trail.term_at(position.index) == std::optional(position.term);
}

/// What the snapshot covers is committed, and the log has it: equal to the leader's.
void adopt(State& state, LogPosition position) {
  advance_commit_to(state, position.index);
  state.following.verified = std::max(state.following.verified, position.index);
  state.following.acknowledgement_owed = true;
}

}  // namespace

SnapshotOffer snapshot_offer(const State& state, Term term, const SnapshotMetadata& snapshot) {
  SnapshotOffer offer{.progress = InstallProgress::kWanted,
                      .term = state.hard_state.term,
                      .after = write_of_hard_state(state)};
  if (term != state.hard_state.term || state.fault_reason != nullptr) {
    // A leader of an earlier term learns of this one and steps down.
    offer.progress = InstallProgress::kRefused;
  } else if (has_all_of(state, snapshot.id.position)) {
    offer.progress = InstallProgress::kComplete;
  }
  return offer;
}

SnapshotOffer snapshot_offered(State& state, ServerId from, Term term,
                               const SnapshotMetadata& snapshot) {
  const LogPosition position = snapshot.id.position;
  if (term >= state.hard_state.term && follow(state, from, term) &&
      fits_what_is_committed(state, position) && has_all_of(state, position)) {
    // Nothing is replaced, and nothing installed: what is there says the same.
    adopt(state, position);
  }
  return snapshot_offer(state, term, snapshot);
}

bool snapshot_received(State& state, ServerId from, Term term, const SnapshotMetadata& snapshot) {
  const LogPosition position = snapshot.id.position;
  if (term < state.hard_state.term) {
    note(state, StepKind::kIgnored, from, position.index, "a snapshot of an earlier term's leader");
    return false;
  }
  if (!follow(state, from, term) || !fits_what_is_committed(state, position)) {
    return false;
  }
  if (has_all_of(state, position)) {
    // S12: the log came before it, or a later snapshot did.
    note(state, StepKind::kSnapshotReceived, from, position.index, "is not needed any more");
    adopt(state, position);
    return false;
  }
  note(state, StepKind::kSnapshotReceived, from, position.index, "replaces the log");
  replace_log(state, snapshot);
  adopt(state, position);
  return true;
}

}  // namespace buoyant::core
