// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What must always be true of a core (§3.6, Figure 3.2, and our own rules).
#pragma once

#include "core/state.h"

namespace buoyant::core::invariants {

/// What was true after an earlier input, for the rules about change.
struct Before {
  HardState hard_state;
  Role role = Role::kFollower;
  Index last;
  Index base;
  Index snapshot;

  explicit Before(const State& state) noexcept
      : hard_state(state.hard_state),
        role(state.standing.role),
        last(state.trail.last().index),
        base(state.trail.base().index),
        snapshot(state.snapshot.id.position.index) {}
};

/// Asserts the invariants after an input. The cheap ones always, those that cost O(log) under
/// BUOYANT_EXPENSIVE_CHECKS.
void check(const State& state, const Before& before);

}  // namespace buoyant::core::invariants
