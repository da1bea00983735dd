// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Leases (§6.4.1): a leader to whom a quorum promised not to vote for anybody else answers reads
/// without asking again.
///
/// The follower's side: with each message of the leader it promises, for an election timeout from
/// then on, to vote for nobody else. Nothing but a transfer, which the leader itself asked for,
/// takes that back: neither a later term nor a lost leader. A restarted server does not know what
/// it promised, so it votes for nobody for an election timeout.
///
/// The leader's side: the answer to a round says how long the promise is. It began when the
/// follower heard of the round, so it lasts at least until the round was *sent* plus that long,
/// less `clock_drift_max`, by which the two clocks may drift apart meanwhile. The lease holds
/// while that is so of a quorum.
///
/// It is void for the rest of the term once a TimeoutNow was sent: the campaign that it calls for
/// overrides promises, and may be late. After a pause of the loop it starts anew.
#pragma once

#include "core/state.h"

#include <cstdint>

namespace buoyant::core {

/// How long this server promises not to vote for another; zero: it does not.
std::uint32_t lease_promise_ms(const State& state) noexcept;

/// The leader was heard of: the promise is made.
void promise(State& state, ServerId leader) noexcept;

/// True: a vote for this candidate would break a promise.
bool is_promised_to_another(const State& state, ServerId candidate) noexcept;

/// What a server that starts may have promised before.
void promise_as_restarted(State& state) noexcept;

/// A round of heartbeats starts now.
void note_round(State& state);

/// A follower answered `round`, with its promise.
void promised(State& state, Progress& follower, Round round, std::uint32_t promise_ms) noexcept;

/// A quorum, in each half of a joint configuration, still keeps its promise.
bool has_lease(const State& state);

/// For the rest of the term.
void void_lease(State& state) noexcept;

/// Only rounds that start from now on count.
void restart_lease(State& state) noexcept;

}  // namespace buoyant::core
