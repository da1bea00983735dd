// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Snapshots of the user's state machine under observation: each says up to which command it is,
/// before its own bytes, so that whoever installs it can check what is applied next.
#pragma once

#include "buoyant/port/state_machine.h"

#include <functional>
#include <memory>
#include <string>

namespace buoyant::simulation {

/// Null for null.
std::unique_ptr<SnapshotSource> watch_source(std::unique_ptr<SnapshotSource> source, Index applied);

/// Null for null. `installed` is called in finish(), when the user's target has finished.
std::unique_ptr<SnapshotTarget> watch_target(std::unique_ptr<SnapshotTarget> target,
                                             std::function<void(Index applied)> installed);

}  // namespace buoyant::simulation
