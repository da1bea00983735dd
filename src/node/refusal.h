// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What a user here is told of a refusal at the leader that was asked for it.
#pragma once

#include "buoyant/base/error.h"

namespace buoyant::node {

/// To the user kNotLeader means that nobody was asked.
inline Error refusal_of_leader(Errc refusal) noexcept {
  return refusal == Errc::kNotLeader ? Error(Errc::kNoLeader, "who was asked leads no more")
                                     : Error(refusal, "refused by the leader");
}

}  // namespace buoyant::node
