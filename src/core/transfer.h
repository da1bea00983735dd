// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Leadership transfer (§3.10): a leader hands over without waiting for an election timeout.
///
/// It takes no more proposals, brings the target's log up to its own, and tells it to campaign
/// at once (TimeoutNow), again with each round of heartbeats. When the target has not taken over
/// within an election timeout the leader goes on as before. A transfer is a part of `Leading`:
/// whatever ends the leadership ends it (T1).
#pragma once

#include "core/state.h"

namespace buoyant::core {

/// Begins to hand over to `to`, or (zero) to the voter that is the best. Gives the target; when
/// it is this server nothing is to be done.
/// Requires: we lead. Errors: see Raft::transfer.
Result<ServerId> begin_transfer(State& state, ServerId to);

/// Tells the target to campaign, if it has the whole log; `again`: also if it was told before.
void drive_transfer(State& state, bool again);

/// Leadership goes on.
void abandon_transfer(State& state, const char* why);

/// Hands over to a voter that is there to lead rather than this server: one with space when this
/// one has little, else one that is preferred. Rarely, should that not work.
void yield_to_better(State& state);

/// Who should lead when we do not: a voter in reach, one that is up to date before others, then
/// by space and preference, then by its log. Null: nobody.
const Progress* best_successor(const State& state);

/// Asks a follower to campaign at once. Waits for no disk: a leader's term is durable.
void tell_to_campaign(State& state, ServerId id);

}  // namespace buoyant::core
