// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Storage space across the quorum: proposals stop before a disk is full.
///
/// Each server knows from its storage whether space is low, and followers say so in their
/// replies. While the leader's own disk is low, or those of so many voters that none is left to
/// commit with, the leader takes no proposals. What is under way, votes and truncations have
/// their room until then. Where more was under way than there was room for, a leader may hold
/// entries that a majority could not take; see timing.cc for what it does then.
#pragma once

#include "core/state.h"

namespace buoyant::core {

/// What this server's disk has come to. Followers tell their leader with the next reply.
void set_space(State& state, SpaceState space);

/// Requires: we lead.
[[nodiscard]] bool has_space_for_proposals(const State& state);

}  // namespace buoyant::core
