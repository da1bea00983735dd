// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What this process uses of the machine.
#pragma once

#include <cstdint>

namespace example {

struct ProcessFigures {
  std::uint64_t resident_bytes = 0;
  std::uint64_t descriptors = 0;
};

/// Zeros where the system does not tell.
ProcessFigures process_figures();

}  // namespace example
