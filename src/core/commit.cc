// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/commit.h"

#include "buoyant/base/assert.h"
#include "core/quorum.h"

namespace buoyant::core {

namespace {

/// What a quorum holds, when this server holds everything through `own`.
Index quorum_index(const State& state, Index own) {
  const auto match_of = [&state, own](ServerId id) -> std::uint64_t {
    if (id == state.options.id) {
      return own.value();
    }
    const Progress* follower = find_progress(state.leading.followers, id);
    return follower == nullptr ? 0 : follower->match.value();
  };
  return Index{quorum_value(state.configuration(), match_of)};
}

}  // namespace

void advance_commit_of_leader(State& state) {
  BUOYANT_ASSERT(state.is(Role::kLeader));
  // C6: the leader counts itself only for what is durable.
  const Index index = quorum_index(state, state.trail.durable_index());
  // §3.6.2: only entries of the present term are committed by counting; the earlier ones are
  // committed with them (C1, Figure 3.7).
  if (index > state.commit && state.trail.term_at(index) == state.hard_state.term) {
    state.commit = index;
  }
}

Index replicated_index(const State& state) {
  return quorum_index(state, state.trail.last().index);
}

void advance_commit_to(State& state, Index index) {
  BUOYANT_ASSERT(index <= state.trail.last().index);
  if (index > state.commit) {
    state.commit = index;
  }
}

}  // namespace buoyant::core
