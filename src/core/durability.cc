// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/durability.h"

#include "buoyant/base/assert.h"
#include "core/commit.h"
#include "core/election.h"
#include "core/outbox.h"
#include "core/role.h"
#include "core/truncation.h"

#include <utility>

namespace buoyant::core {

namespace {

/// Hard state and votes are durable with their write, whatever became of its entries.
void settle_hard_state(State& state, WriteId through) {
  if (state.hard_state_write <= through) {
    state.hard_state_write = {};
  }
  if (state.vote_write <= through) {
    state.vote_write = {};
  }
}

/// The snapshot that replaced the log is durable: the state machine may have it.
void settle_installation(State& state, WriteId through) {
  const WriteId write = state.installation.write;
  if (write.is_set() && write <= through) {
    // S12: of a snapshot that another one has replaced since, nothing more is heard.
    state.install = std::move(state.installation.snapshot);
    state.installation = {};
  }
}

bool campaign_waits_for(const State& state, WriteId through) {
  return state.campaign.after.is_set() && state.campaign.after <= through;
}

void written_durably(State& state, WriteId through) {
  state.trail.written(through);
  settle_hard_state(state, through);
  settle_installation(state, through);
  if (campaign_waits_for(state, through)) {
    campaign_is_durable(state);
  }
  if (state.is(Role::kLeader)) {
    advance_commit_of_leader(state);
  }
  // A follower acknowledges when the turn ends: everything that became durable at once.
}

void written_without_space(State& state, WriteId through) {
  // The same loss again: what was appended since is in later writes, which storage takes.
  if (through < state.first_after_no_space) {
    written_durably(state, through);
    return;
  }
  state.first_after_no_space = state.next_write;
  note(state, StepKind::kNoSpace);
  // L4: a leader must not put other entries into positions that others may hold, so it leads
  // no more in this term. A campaign promised entries that are gone now.
  if (state.is(Role::kLeader) || campaign_waits_for(state, through)) {
    become_follower(state, state.hard_state.term, {}, Cause::kNoSpace);
  }
  state.trail.written_without_entries(through);
  settle_hard_state(state, through);
  settle_installation(state, through);
  drop_tail_without_space(state);
  state.pending.after_no_space = true;
}

}  // namespace

void written(State& state, WriteId through, Written outcome) {
  BUOYANT_ASSERT(through < state.next_write);
  switch (outcome) {
    case Written::kDurable:
      written_durably(state, through);
      break;
    case Written::kNoSpace:
      written_without_space(state, through);
      break;
    case Written::kFailed:
      become_faulted(state, "storage failed");
      break;
  }
}

}  // namespace buoyant::core
