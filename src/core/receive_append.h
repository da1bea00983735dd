// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A follower's side of replication (§3.5): AppendEntries and heartbeats in, acknowledgements
/// out.
#pragma once

#include "buoyant/core/raft.h"
#include "buoyant/model/message.h"
#include "core/state.h"

namespace buoyant::core {

/// Appends what is new, after checking that the logs agree before it.
Received receive_append_entries(State& state, ServerId from, const AppendEntries& message);

/// A message came from the leader of `term`, which is not before ours: follows it, and restarts
/// the election timer. False: this cannot be, the core is faulted.
bool follow(State& state, ServerId from, Term term);

/// A sign of life; round zero asks for no reply and only carries the commit index.
void receive_heartbeat(State& state, ServerId from, const Heartbeat& message);

/// Answers what was appended, as far as it is durable.
void acknowledge(State& state);

}  // namespace buoyant::core
