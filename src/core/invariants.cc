// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/invariants.h"

#include "buoyant/base/assert.h"

namespace buoyant::core::invariants {

namespace {

void check_log(const State& state) {
  const Trail& trail = state.trail;
  BUOYANT_ASSERT(trail.base().index <= state.commit);
  BUOYANT_ASSERT(state.snapshot.id.position.index <= state.commit);
  BUOYANT_ASSERT(state.commit <= trail.last().index);
  BUOYANT_ASSERT(trail.durable_index() <= trail.last().index);
  BUOYANT_ASSERT(state.submitted_last <= trail.last().index);
  BUOYANT_ASSERT(trail.last().term <= state.hard_state.term);
  BUOYANT_ASSERT(!state.configurations.empty());
  BUOYANT_ASSERT(state.configurations.back().index <= trail.last().index);
  if (trail.durable_index() < trail.base().index) {
    BUOYANT_ASSERT(state.installation.snapshot.has_value());
  }
}

void check_role(const State& state) {
  BUOYANT_ASSERT(state.standing.term == state.hard_state.term);
  const bool leads = state.is(Role::kLeader);
  BUOYANT_ASSERT(leads == (state.standing.leader == state.options.id));
  if (leads || state.is(Role::kCandidate)) {
    BUOYANT_ASSERT(state.hard_state.voted_for == state.options.id);
  }
  if (!leads) {
    BUOYANT_ASSERT(state.leading.followers.empty());
  }
  if (!state.is(Role::kFollower)) {
    BUOYANT_ASSERT(!state.following.acknowledgement_owed);
  }
  BUOYANT_ASSERT(state.following.verified <= state.trail.last().index);
}

void check_followers(const State& state) {
  for (const Progress& follower : state.leading.followers) {
    BUOYANT_ASSERT(follower.match < follower.next);
    BUOYANT_ASSERT(follower.match <= state.trail.last().index);
    BUOYANT_ASSERT(follower.next <= state.trail.last().index.next());
  }
}

void check_membership(const State& state) {
  if (!state.is(Role::kLeader)) {
    BUOYANT_ASSERT(!state.leading.change);
    return;
  }
  // §4.3: one after the other. What earlier leaders have left is committed with our first entry.
  const std::size_t count = state.configurations.size();
  if (count > 1 && state.trail.term_at(state.commit) == state.hard_state.term) {
    BUOYANT_ASSERT(state.configurations[count - 2].index <= state.commit);
  }
}

void check_change(const State& state, const Before& before) {
  BUOYANT_ASSERT(state.hard_state.term >= before.hard_state.term);
  // §3.4: one vote per term.
  if (state.hard_state.term == before.hard_state.term && before.hard_state.voted_for.is_set()) {
    BUOYANT_ASSERT(state.hard_state.voted_for == before.hard_state.voted_for);
  }
  // §5.1: nothing is compacted that no snapshot has.
  if (state.trail.base().index > before.base) {
    BUOYANT_ASSERT(state.trail.base().index <= state.snapshot.id.position.index);
  }
  BUOYANT_ASSERT(state.snapshot.id.position.index >= before.snapshot);
  // Figure 3.2, Leader Append-Only.
  const bool led_throughout = before.role == Role::kLeader && state.is(Role::kLeader) &&
                              state.hard_state.term == before.hard_state.term;
  if (led_throughout) {
    BUOYANT_ASSERT(state.trail.last().index >= before.last);
  }
}

#ifdef BUOYANT_EXPENSIVE_CHECKS
void check_reads(const State& state) {
  const Reading& reading = state.leading.reading;
  Round round;
  std::uint64_t number = 0;
  for (const OpenReads& reads : reading.open) {
    BUOYANT_ASSERT(reads.first > number);
    BUOYANT_ASSERT(reads.round > round);
    BUOYANT_ASSERT(reads.index <= state.commit);
    number = reads.last;
    round = reads.round;
  }
  BUOYANT_ASSERT(round <= state.leading.round);
  BUOYANT_ASSERT(reading.arrived_first == 0 || reading.arrived_first > number);
}

void check_everything(const State& state) {
  BUOYANT_ASSERT(state.trail.is_consistent());
  BUOYANT_ASSERT(state.configurations.front().index <= state.snapshot.id.position.index);
  for (std::size_t i = 1; i < state.configurations.size(); ++i) {
    BUOYANT_ASSERT(state.configurations[i - 1].index < state.configurations[i].index);
  }
  Index created = state.submitted_last;
  for (const CreatedEntry& entry : state.pending.created) {
    BUOYANT_ASSERT(entry.index > created);
    BUOYANT_ASSERT(state.trail.term_at(entry.index) == entry.term);
    created = entry.index;
  }
}
#endif

}  // namespace

void check(const State& state, const Before& before) {
  if (state.fault_reason != nullptr) {
    return;
  }
  check_log(state);
  check_role(state);
  check_followers(state);
  check_membership(state);
  check_change(state, before);
#ifdef BUOYANT_EXPENSIVE_CHECKS
  check_everything(state);
  check_reads(state);
#endif
}

}  // namespace buoyant::core::invariants
