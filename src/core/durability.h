// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What follows when a write to storage completes.
#pragma once

#include "buoyant/core/raft.h"
#include "core/state.h"

namespace buoyant::core {

/// See Raft::written.
void written(State& state, WriteId through, Written outcome);

}  // namespace buoyant::core
