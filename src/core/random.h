// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The core's randomness: xoshiro256** from a seed; the same numbers on every machine.
#pragma once

#include "buoyant/base/time.h"

#include <array>
#include <cstdint>

namespace buoyant::core {

class Random {
 public:
  explicit Random(std::uint64_t seed) noexcept;

  std::uint64_t next() noexcept;

  /// Uniform in [low, high). Requires: low < high.
  Duration between(Duration low, Duration high) noexcept;

 private:
  std::array<std::uint64_t, 4> words_{};
};

}  // namespace buoyant::core
