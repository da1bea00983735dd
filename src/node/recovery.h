// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// From what storage found at opening to what a core starts from.
#pragma once

#include "buoyant/base/result.h"
#include "buoyant/core/raft_options.h"
#include "buoyant/core/restored_state.h"
#include "buoyant/node_options.h"
#include "buoyant/port/codec.h"
#include "buoyant/port/snapshot_store.h"
#include "buoyant/port/storage.h"

namespace buoyant::node {

/// Checks whose data it is and decodes the configurations.
/// Errors: kWrongCluster, kWrongIdentity, kStorageCorrupt.
Result<core::RestoredState> restore(const NodeOptions& options, const port::StoredState& stored,
                                    port::Codec& codec);

/// Checks that log, snapshot, file and state machine fit together; `applied` is what the state
/// machine holds by itself, `snapshots` may be null.
/// Errors: kStorageCorrupt; kInvalidOptions (there is a snapshot, and no store).
Result<void> check_snapshot(const core::RestoredState& restored, Index applied,
                            const port::SnapshotStore* snapshots);

core::RaftOptions raft_options(const NodeOptions& options);

}  // namespace buoyant::node
