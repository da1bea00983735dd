// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A node as open_standard_node makes it, but without snapshots, and with a clock at the door of
/// its storage.
#pragma once

#include "bench/cluster/stage_clock.h"
#include "buoyant/standard.h"

#include <uv.h>

#include <memory>

namespace buoyant::bench {

/// `stages` is borrowed as long as the state machine.
/// Errors: as open_standard_node.
Result<std::unique_ptr<Node>> open_staged_node(uv_loop_t& loop, const StandardOptions& options,
                                               StateMachine& state_machine, Observer* observer,
                                               StageClock& stages);

}  // namespace buoyant::bench
