// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Random writes that a node could submit, after any state.
#pragma once

#include "buoyant/base/random.h"
#include "tests/disk/log_state.h"

namespace buoyant::disk {

/// A configuration for snapshots.
[[nodiscard]] Configuration some_configuration();

/// Hard state, entries of all sizes, truncations, or several of these. `floor`: no entry up to
/// here is truncated. Requires: floor >= state.base.index.
[[nodiscard]] port::StorageWrite draw_write(Random& random, const LogState& state, Index floor);

/// An entry so large that a few of them make the file grow.
[[nodiscard]] port::StorageWrite draw_bulk(Random& random, const LogState& state);

/// `count` small entries of the state's term, as a write.
[[nodiscard]] port::StorageWrite draw_entries(Random& random, const LogState& state,
                                              std::size_t count);

}  // namespace buoyant::disk
