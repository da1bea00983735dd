// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A follower's side of snapshots (§5.2): what a leader offers, and what has come in.
#pragma once

#include "buoyant/core/raft.h"
#include "buoyant/model/snapshot.h"
#include "core/state.h"

namespace buoyant::core {

/// The leader `from` of `term` asks how much of a snapshot is here, or sends a part of it: a
/// sign of life. Says whether it is wanted; the node knows how much of it there is.
SnapshotOffer snapshot_offered(State& state, ServerId from, Term term,
                               const SnapshotMetadata& snapshot);

/// What the answer would be; changes nothing.
SnapshotOffer snapshot_offer(const State& state, Term term, const SnapshotMetadata& snapshot);

/// All of a snapshot is durable beside the log. False: it is not needed, the log stays.
bool snapshot_received(State& state, ServerId from, Term term, const SnapshotMetadata& snapshot);

}  // namespace buoyant::core
