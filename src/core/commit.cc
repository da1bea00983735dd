// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/commit.h"

#include "buoyant/base/assert.h"
#include "core/quorum.h"

namespace buoyant::core {

void advance_commit_of_leader(State& state) {
  BUOYANT_ASSERT(state.is(Role::kLeader));
  const auto match_of = [&state](ServerId id) -> std::uint64_t {
    if (id == state.options.id) {
      // C6: the leader counts itself only for what is durable.
      return state.trail.durable_index().value();
    }
    for (const Progress& follower : state.leading.followers) {
      if (follower.id == id) {
        return follower.match.value();
      }
    }
    return 0;
  };
  const Index index{quorum_value(state.configuration(), match_of)};
  // §3.6.2: only entries of the present term are committed by counting; the earlier ones are
  // committed with them (C1, Figure 3.7).
  if (index > state.commit && state.trail.term_at(index) == state.hard_state.term) {
    state.commit = index;
  }
}

void advance_commit_to(State& state, Index index) {
  BUOYANT_ASSERT(index <= state.trail.last().index);
  if (index > state.commit) {
    state.commit = index;
  }
}

}  // namespace buoyant::core
