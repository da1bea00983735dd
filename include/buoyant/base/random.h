// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Deterministic randomness: xoshiro256** from a seed; the same numbers on every machine.
///
/// C++ does not say in which order the arguments of a call are evaluated: two draws in one
/// expression give different runs with different compilers. Give each draw a line of its own.
#pragma once

#include "buoyant/base/export.h"
#include "buoyant/base/time.h"

#include <array>
#include <cstdint>

namespace buoyant {

/// One stream of numbers. A value: a copy gives the same numbers again.
class BUOYANT_EXPORT Random {
 public:
  explicit Random(std::uint64_t seed) noexcept;

  std::uint64_t next() noexcept;

  /// Uniform in [0, bound). Requires: bound > 0.
  std::uint64_t below(std::uint64_t bound) noexcept;

  /// True in `parts` of `whole` cases. Requires: whole > 0.
  bool chance(std::uint64_t parts, std::uint64_t whole) noexcept { return below(whole) < parts; }

  /// Uniform in [low, high). Requires: low < high.
  Duration between(Duration low, Duration high) noexcept;

 private:
  std::array<std::uint64_t, 4> words_{};
};

}  // namespace buoyant
