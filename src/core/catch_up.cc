// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/catch_up.h"

#include "buoyant/base/assert.h"
#include "core/outbox.h"
#include "core/quorum.h"

#include <algorithm>

namespace buoyant::core {

namespace {

void begin_round(State& state, CatchUp& server) {
  server.round += 1;
  server.goal = state.trail.last().index;
  server.began = state.now;
}

/// M20: a server that is gone would hold commitment up, however much of the log it has.
bool is_heard_of(const State& state, const Progress& follower) {
  return follower.reachable && state.now - follower.last_contact < state.options.election_timeout;
}

/// Looks whether the present round is over.
void advance_round(State& state, CatchUp& server, const Progress& follower) {
  if (server.is_done || follower.match < server.goal) {
    return;
  }
  if (state.now - server.began < state.options.election_timeout && is_heard_of(state, follower)) {
    server.is_done = true;
    note(state, StepKind::kCaughtUp, server.id, follower.match);
  } else if (server.round < kCatchUpRoundsMax) {
    begin_round(state, server);
  }
}

/// A majority of the target that is gone would hold everything up from the joint configuration on,
/// and nobody could take that back.
bool is_target_heard_of(const State& state) {
  const Configuration target{.members = state.leading.change->target, .outgoing = {}};
  return has_quorum(target, [&state](ServerId id) {
    const auto& followers = state.leading.followers;
    return id == state.options.id ||
           std::any_of(followers.begin(), followers.end(), [&](const Progress& follower) {
             return follower.id == id && is_heard_of(state, follower);
           });
  });
}

}  // namespace

void begin_catch_up(State& state) {
  BUOYANT_ASSERT(state.leading.change.has_value());
  for (CatchUp& server : state.leading.change->catching_up) {
    begin_round(state, server);
  }
}

CatchingUp advance_catch_up(State& state) {
  BUOYANT_ASSERT(state.leading.change.has_value());
  bool all_done = true;
  bool too_slow = false;
  for (CatchUp& server : state.leading.change->catching_up) {
    const Progress* follower = find_progress(state.leading.followers, server.id);
    BUOYANT_ASSERT(follower != nullptr);
    advance_round(state, server, *follower);
    too_slow = too_slow || (!server.is_done && server.round == kCatchUpRoundsMax &&
                            state.now - server.began >= state.options.election_timeout);
    // One that had caught up may be gone by the time at which the others have.
    all_done = all_done && server.is_done && is_heard_of(state, *follower);
  }
  if (all_done && is_target_heard_of(state)) {
    return CatchingUp::kDone;
  }
  // M18: a server that never catches up must not keep others from changing anything.
  const bool too_late = state.now >= state.leading.change->give_up_at;
  return too_slow || too_late ? CatchingUp::kGivenUp : CatchingUp::kGoesOn;
}

}  // namespace buoyant::core
