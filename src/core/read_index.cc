// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/read_index.h"

#include "buoyant/base/assert.h"
#include "core/lease.h"
#include "core/quorum.h"
#include "core/replication.h"

namespace buoyant::core {

namespace {

/// The newest round that a quorum, in each half of a joint configuration, has answered.
Round confirmed_round(const State& state) {
  return Round(quorum_value(state.configuration(), [&state](ServerId id) -> std::uint64_t {
    if (id == state.options.id) {
      return state.leading.round.value();
    }
    for (const Progress& follower : state.leading.followers) {
      if (follower.id == id) {
        return follower.acknowledged_round.value();
      }
    }
    return 0;
  }));
}

}  // namespace

bool has_committed_in_term(const State& state) {
  return state.trail.term_at(state.commit) == state.hard_state.term;
}

std::uint64_t add_read(State& state, bool lease) {
  BUOYANT_ASSERT(state.is(Role::kLeader));
  const std::uint64_t number = state.next_read++;
  if (lease && has_lease(state) && has_committed_in_term(state)) {
    state.reads_granted.push_back({.first = number, .last = number, .index = state.commit});
    return number;
  }
  Reading& reading = state.leading.reading;
  if (reading.arrived_first == 0) {
    reading.arrived_first = number;
  }
  reading.arrived_last = number;
  return number;
}

void step_reads(State& state) {
  if (!state.is(Role::kLeader)) {
    return;
  }
  Reading& reading = state.leading.reading;
  if (reading.arrived_first != 0 && has_committed_in_term(state)) {
    // R2: a round of their own. Answers to an earlier one, late or repeated, say nothing about
    // who led when these reads arrived.
    broadcast_heartbeat(state);
    reading.open.push_back({.first = reading.arrived_first,
                            .last = reading.arrived_last,
                            .round = state.leading.round,
                            .index = state.commit});
    reading.arrived_first = 0;
    reading.arrived_last = 0;
  }
  if (reading.open.empty()) {
    return;
  }
  const Round confirmed = confirmed_round(state);
  while (!reading.open.empty() && reading.open.front().round <= confirmed) {
    const OpenReads& reads = reading.open.front();
    state.reads_granted.push_back({.first = reads.first, .last = reads.last, .index = reads.index});
    reading.open.pop_front();
  }
}

void end_reads(State& state) {
  const Reading& reading = state.leading.reading;
  if (reading.arrived_first != 0 || !reading.open.empty()) {
    state.reads_ended_through = state.next_read - 1;
  }
}

}  // namespace buoyant::core
