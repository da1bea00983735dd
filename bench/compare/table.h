// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A comparison as text for a terminal.
#pragma once

#include "bench/compare/samples.h"

#include <string>

namespace buoyant::bench {

/// The machine, the probes, one block per cell with every system in it, the targets, and what
/// failed.
std::string table_of(const Comparison& comparison);

}  // namespace buoyant::bench
