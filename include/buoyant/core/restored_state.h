// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What a core starts from: what its storage holds, decoded.
#pragma once

#include "buoyant/model/entry.h"
#include "buoyant/model/hard_state.h"
#include "buoyant/model/ids.h"
#include "buoyant/model/snapshot.h"

#include <vector>

namespace buoyant::core {

/// Everything in it is durable.
struct RestoredState {
  HardState hard_state;
  /// Position zero: none.
  SnapshotMetadata snapshot;
  /// The position before the first retained entry; not after the snapshot's. Everything up to
  /// either is committed.
  LogPosition base;
  /// The terms of the entries from base.index + 1 on.
  std::vector<TermRun> runs;
  /// The retained configurations, ascending.
  std::vector<ConfigurationAt> configurations;
  /// What a state machine that keeps its own state holds; committed, so at most the last entry.
  Index applied;
};

}  // namespace buoyant::core
