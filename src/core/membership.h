// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A leader's side of membership changes (§4): learners first, then joint consensus (§4.3).
///
/// A change of who votes goes through up to three configurations, each appended only when the one
/// before it is committed: new voters as learners until they have caught up (§4.2.1); the joint
/// one, in which every decision needs both majorities; the target. If the voters stay the same,
/// the target alone is enough: all majorities stay what they are. Each is in effect from its
/// append on (§4.1); what a leader knows of a change beyond its entries ends with its leadership,
/// but a joint configuration is completed by whoever leads.
///
/// Servers that the target does not have are followed on until they know of it, for a bounded time.
/// A leader that is no voter of the target leads until it is committed, without counting
/// itself, and then hands over (§4.2.2).
#pragma once

#include "buoyant/base/result.h"
#include "core/state.h"

#include <cstdint>
#include <vector>

namespace buoyant::core {

/// See Raft::change_membership. Requires: leading.
Result<std::uint64_t> change_membership(State& state, std::vector<Member> members, Index based_on);

/// Takes the next step of a change if it is time for it. Once per turn.
void advance_membership(State& state);

/// When advance_membership has something to do though nothing was heard.
Instant membership_deadline(const State& state) noexcept;

/// Leadership ends: whether the change comes to pass is up to the next leader.
void abandon_change(State& state);

/// True: everything is over for this leader but handing over; it takes no proposals.
bool is_outgoing(const State& state) noexcept;

/// True: this server was a member and is none, by what is committed and by the newest
/// configuration (§4.2.4). A server that is being added reads of times before it was, and after a
/// restart it may not know yet that its addition is committed: neither has removed it.
bool is_removed(const State& state) noexcept;

/// A peer says, from a committed configuration, that this server is no member.
void told_removed(State& state);

}  // namespace buoyant::core
