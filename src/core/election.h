// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A candidate's side of elections (§3.4) and of pre-vote (§9.6).
#pragma once

#include "buoyant/model/message.h"
#include "core/state.h"

namespace buoyant::core {

/// Starts a campaign: a pre-vote unless that is off or the leader told us to campaign.
/// Requires: no leader here, voting not suspended.
void campaign(State& state, Cause cause);

/// A voter answered.
void receive_vote_reply(State& state, ServerId from, const RequestVoteReply& reply);

/// Everything that the campaign promises became durable: our own vote counts, the others are
/// asked.
void campaign_is_durable(State& state);

/// Asks one server again, because there is a new connection to it.
void ask_again(State& state, ServerId id);

/// TimeoutNow from our leader (§3.10).
void receive_timeout_now(State& state, ServerId from, const TimeoutNow& message);

}  // namespace buoyant::core
