// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A leader's side of replication (§3.5): permissions to send, answers, heartbeats.
#pragma once

#include "buoyant/core/raft.h"
#include "buoyant/model/message.h"
#include "core/state.h"

#include <vector>

namespace buoyant::core {

/// The follower if we lead and know it; null otherwise.
Progress* follower_of(State& state, ServerId id) noexcept;

/// What may be sent to each follower now.
std::vector<Replicate> grant_replication(State& state);

/// Entries were handed to the transport.
void replicated(State& state, ServerId to, Term term, Index last);

void replicate_failed(State& state, ServerId to, Term term, ReplicateFailure why);

void receive_append_reply(State& state, ServerId from, const AppendEntriesReply& reply);

void receive_heartbeat_reply(State& state, ServerId from, const HeartbeatReply& reply);

/// A new round of heartbeats to all followers.
void broadcast_heartbeat(State& state);

/// Makes the commit index known to everybody who has everything up to it.
void tell_commit_to_all(State& state);

/// The same of those that have everything, or may get nothing now: by a heartbeat of round zero.
/// Nobody, unless we lead.
void tell_commit_to_level(State& state);

/// tell_commit_to_level would tell somebody.
[[nodiscard]] bool has_commit_to_tell(const State& state) noexcept;

/// The connection to a follower ended: what was under way is lost.
void follower_unreachable(State& state, ServerId id);

/// There is a connection to a follower: it hears of us at once.
void follower_reachable(State& state, ServerId id);

}  // namespace buoyant::core
