// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A voter's side of elections (§3.4, §3.6.1, §4.2.3, §9.6).
#pragma once

#include "buoyant/model/message.h"
#include "core/state.h"

namespace buoyant::core {

/// Grants or refuses a vote, or says whether it would be granted.
void receive_request_vote(State& state, ServerId from, const RequestVote& request);

}  // namespace buoyant::core
