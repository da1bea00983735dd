// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A leader's side of snapshots (§5.2): which followers need one, and what became of it.
#pragma once

#include "buoyant/model/message.h"
#include "core/state.h"

#include <optional>
#include <vector>

namespace buoyant::core {

/// The entries that the follower needs are gone, only the snapshot has them. It is asked for
/// once; until it is answered, or fails, the follower gets nothing but heartbeats (S9).
void need_snapshot(State& state, Progress& follower);

/// Whom a snapshot is to be sent to. What has changed since it was needed, in the same turn, is
/// heeded: nobody is named who does not need one any more.
std::vector<ServerId> take_due_snapshots(State& state);

/// What a follower said to a part of a snapshot, or to the question before it.
void snapshot_answered(State& state, ServerId from, const InstallSnapshotReply& reply);

/// The follower is probed again as soon as it shows that it lives, not before (S11).
void snapshot_failed(State& state, ServerId to, Term term);

/// See Raft::wanted_behind_snapshots.
std::optional<Index> wanted_behind_snapshots(const State& state) noexcept;

}  // namespace buoyant::core
