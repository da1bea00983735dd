// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Dropping the tail of the log: on a conflict with the leader's (§3.5), or because the disk
/// had no space for it.
#pragma once

#include "core/state.h"

namespace buoyant::core {

/// Drops every entry at `from` and after, here and, with the next write, in storage.
/// Requires: from > commit.
void truncate(State& state, Index from);

/// Drops what did not become durable, as a crash would; storage does not hold it.
void drop_tail_without_space(State& state);

}  // namespace buoyant::core
