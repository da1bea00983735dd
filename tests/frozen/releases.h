// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Earlier releases for runs with mixed versions (buoyant/simulation/release.h).
#pragma once

#include "buoyant/simulation/release.h"

#include <memory>

namespace buoyant::frozen {

/// The release before the present one. Until there is one: the present one as it is kept for the
/// time after it.
std::shared_ptr<const simulation::Release> previous_release();

}  // namespace buoyant::frozen
