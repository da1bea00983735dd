// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/space.h"

#include "buoyant/base/assert.h"
#include "core/outbox.h"
#include "core/quorum.h"

#include <algorithm>

namespace buoyant::core {

void set_space(State& state, SpaceState space) {
  if (state.space == space || state.fault_reason != nullptr) {
    return;
  }
  state.space = space;
  note(state, space == SpaceState::kLow ? StepKind::kSpaceLow : StepKind::kSpaceEnough);
}

bool has_space_for_proposals(const State& state) {
  BUOYANT_ASSERT(state.is(Role::kLeader));
  if (state.space == SpaceState::kLow) {
    return false;
  }
  const ProgressTable& followers = state.leading.followers;
  const bool nobody_is_low =
      std::all_of(followers.begin(), followers.end(),
                  [](const Progress& each) { return each.space == SpaceState::kEnough; });
  // Somebody is low: a server that is away does not take its place.
  return nobody_is_low || has_quorum(state.configuration(), [&state](ServerId id) {
           if (id == state.options.id) {
             return true;
           }
           const Progress* follower = find_progress(state.leading.followers, id);
           return follower != nullptr && follower->reachable &&
                  state.now - follower->last_contact < state.options.election_timeout &&
                  follower->space == SpaceState::kEnough;
         });
}

}  // namespace buoyant::core
