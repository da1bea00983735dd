// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What something took lately, in one number.
#pragma once

#include "buoyant/base/time.h"

namespace buoyant::node {

/// `recent` after one more sample: older ones are forgotten by eighths. Zero: there was none yet.
constexpr Duration smoothed(Duration recent, Duration sample) noexcept {
  return recent == Duration(0) ? sample : recent + (sample - recent) / 8;
}

}  // namespace buoyant::node
