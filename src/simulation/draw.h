// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Streams of numbers for the parts of one run, and the shapes in which they are drawn.
#pragma once

#include "buoyant/base/random.h"
#include "buoyant/base/time.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace buoyant::simulation {

/// What a stream of numbers is for. The streams of one seed do not touch each other, so that a
/// part which draws more does not change what the others do.
enum class Stream : std::uint64_t {
  kPlan = 1,
  kServers,
  kNetwork,
  kDisk,
  kLoops,
  kClients,
  kEnd,
  kPreferences,
  kSessions,
  kUpgrades,
  /// That of the first fault; the others follow.
  kFirstFault = 64
};

/// The stream of one purpose; `which` tells apart streams of the same purpose.
[[nodiscard]] inline Random stream_of(std::uint64_t seed, Stream purpose,
                                      std::uint64_t which = 0) noexcept {
  Random mix(seed * 0x9e3779b97f4a7c15U + static_cast<std::uint64_t>(purpose));
  return Random(mix.next() + which * 0xd1342543de82ef95U);
}

/// About exponential around `mean`, in whole numbers: every machine gives the same.
[[nodiscard]] inline Duration draw_around(Random& random, Duration mean) noexcept {
  const std::uint64_t word = random.next();
  std::int64_t halvings = 0;
  while (halvings < 8 && ((word >> static_cast<unsigned>(halvings)) & 1U) != 0) {
    ++halvings;
  }
  // Half of the draws lie in [0, 0.69 mean), a quarter in the next such width, and so on.
  const std::int64_t width = mean.count() * 69 / 100;
  const std::int64_t within = static_cast<std::int64_t>((word >> 16U) % 1024);
  return Duration(halvings * width + width * within / 1024);
}

/// Uniform in [low, high], each bound included. Requires: low <= high.
[[nodiscard]] inline std::uint64_t draw_from(Random& random, std::uint64_t low,
                                             std::uint64_t high) noexcept {
  return low + random.below(high - low + 1);
}

/// One element. Requires: `all` is not empty.
template <class T>
[[nodiscard]] const T& draw_one(Random& random, const std::vector<T>& all) {
  return all[static_cast<std::size_t>(random.below(all.size()))];
}

}  // namespace buoyant::simulation
