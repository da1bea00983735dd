// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Dropping the head of the log, because a snapshot has it: one that was taken here (§5.1), or
/// one that came from the leader (§5.2).
#pragma once

#include "buoyant/model/snapshot.h"
#include "core/state.h"

namespace buoyant::core {

/// A snapshot of this server's own state is durable beside the log. Compacts through
/// `compact_through` with the next write. False: a later one is there already (S12, S14).
bool snapshot_taken(State& state, const SnapshotMetadata& snapshot, Index compact_through);

/// The snapshot takes the place of the whole log, with the next write.
/// Requires: its position is not in the log, and after the commit index.
void replace_log(State& state, const SnapshotMetadata& snapshot);

}  // namespace buoyant::core
