// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// New voters learn the log before they count (§4.2.1): in rounds, each up to where the log ended
/// when it began. A round that is shorter than an election timeout says that what is missing
/// will not hold commitment up for longer than an election would.
#pragma once

#include "core/state.h"

#include <cstdint>

namespace buoyant::core {

/// Rounds after which a server is taken to be too slow.
inline constexpr std::uint32_t kCatchUpRoundsMax = 10;

enum class CatchingUp : std::uint8_t { kGoesOn, kDone, kGivenUp };

/// The first round of each new voter begins.
/// Requires: leading, with a change.
void begin_catch_up(State& state);

/// How far the new voters are, and whether a majority of the target is there, after what was heard
/// since the last time. Requires: leading, with a change.
CatchingUp advance_catch_up(State& state);

}  // namespace buoyant::core
