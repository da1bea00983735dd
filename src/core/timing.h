// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Deadlines (§3.4, §6.2): elections, heartbeats, check-quorum, a stalled disk. There are no
/// ticks: each has a time, the earliest is the core's deadline.
#pragma once

#include "core/state.h"

namespace buoyant::core {

/// Draws a new election deadline in [election timeout, twice that) from now; none for a server
/// that may not campaign.
void restart_election_timer(State& state);

/// The earliest time at which advance_time() has something to do.
Instant next_deadline(const State& state) noexcept;

/// Fires what is due.
void advance_time(State& state);

/// True while a write is older than the disk-stall limit.
bool is_disk_stalled(const State& state) noexcept;

/// True while no campaign may be started, asked or granted: the disk is stalled, or an earlier
/// vote waits for it.
bool is_voting_suspended(const State& state) noexcept;

/// When a quorum, counting a leader itself as present, was last heard of.
Instant quorum_contact(const State& state);

}  // namespace buoyant::core
