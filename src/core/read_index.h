// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A leader's reads (§6.4): granted when a quorum answered a round of heartbeats that started
/// after they arrived, which shows that nobody else led before that.
///
/// All reads that arrived since the last Ready share one new round. They wait first for an entry
/// of the leader's own term to be committed: until then it does not know how far the entries of
/// earlier terms are (R1). Nothing is dropped meanwhile (R4).
#pragma once

#include "core/state.h"

#include <cstdint>

namespace buoyant::core {

/// Takes a read; gives its number. With `lease`, it is granted at once if the lease holds.
/// Requires: this server leads.
std::uint64_t add_read(State& state, bool lease);

/// Starts a round for the reads that arrived, and grants those whose round was answered.
void step_reads(State& state);

/// The role that took them ends: those that are open never will be granted.
void end_reads(State& state);

/// An entry of a leader's own term is committed (§3.6.2), so its commit index is not behind what
/// any earlier leader answered.
bool has_committed_in_term(const State& state);

}  // namespace buoyant::core
