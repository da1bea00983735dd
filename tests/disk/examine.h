// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Opens what a power cut left with the real adapters, reads all of it, and goes on.
#pragma once

#include "tests/disk/notes.h"

#include <cstdint>
#include <string>

namespace buoyant::disk {

/// Empty: it is as expected, and serves as well as ever. Else what is wrong. To be called in a
/// child.
[[nodiscard]] std::string examine(const std::string& root, const Expectation& expected,
                                  std::uint64_t seed);

}  // namespace buoyant::disk
