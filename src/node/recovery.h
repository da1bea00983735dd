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
#include "buoyant/port/storage.h"

namespace buoyant::node {

/// Checks whose data it is and decodes the configurations.
/// Errors: kWrongCluster, kWrongIdentity, kStorageCorrupt.
Result<core::RestoredState> restore(const NodeOptions& options, const port::StoredState& stored,
                                    port::Codec& codec);

core::RaftOptions raft_options(const NodeOptions& options);

}  // namespace buoyant::node
