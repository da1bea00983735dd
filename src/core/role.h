// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Changes of role (§3.3): follower, pre-candidate, candidate, leader.
#pragma once

#include "core/state.h"

namespace buoyant::core {

/// Becomes a follower of `term`; `leader` may be unknown (zero). The vote of the present term
/// is kept (E3).
/// Requires: term >= the present term.
void become_follower(State& state, Term term, ServerId leader, Cause cause);

/// Asks whether an election could be won (§9.6). The term stays.
void become_pre_candidate(State& state);

/// Starts an election in the next term (§3.4) with a vote for itself.
void become_candidate(State& state, Cause cause);

/// Leads the present term, with a no-op as its first entry (§3.6.2).
void become_leader(State& state);

/// Stops taking part for good. `why` has static storage.
void become_faulted(State& state, const char* why);

/// Appends an entry that the core makes: a no-op, or a configuration.
void append_created(State& state, std::optional<Configuration> configuration);

/// The newest entries' configurations are in effect from now on (§4.1).
void configuration_changed(State& state);

}  // namespace buoyant::core
