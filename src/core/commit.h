// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The commit index (§3.5, §3.6.2).
#pragma once

#include "core/state.h"

namespace buoyant::core {

/// Of a leader: commits what is durable on a quorum, if it is of the present term.
void advance_commit_of_leader(State& state);

/// Of a leader: the greatest index that a quorum holds when this server is taken to hold all of its
/// log durably: what the others have done for it.
Index replicated_index(const State& state);

/// Of a follower: the leader says that everything up to `index` is committed, and it was
/// verified that our log agrees up to there.
void advance_commit_to(State& state, Index index);

}  // namespace buoyant::core
