// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Seeds run in child processes, so that an assertion, a crash or a hang is the failure of one
/// seed and not the end of all.
#pragma once

#include "buoyant/simulation/simulation.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace buoyant::sim_tool {

/// What became of one seed.
struct SeedResult {
  std::uint64_t seed = 0;
  std::uint64_t hash = 0;
  simulation::Totals totals;
  /// Empty: passed.
  std::string check;
  std::string text;
};

/// Runs one seed; in a child.
using RunSeed = std::function<SeedResult(std::uint64_t seed)>;

/// Hears of each seed, in the order of the seeds; false: enough, nothing more is started.
using OnSeed = std::function<bool(const SeedResult& result)>;

struct PoolOptions {
  std::uint64_t first = 1;
  std::uint64_t count = 1;
  unsigned jobs = 1;
  /// A seed that takes more processor time, or 20 times that on the wall, has failed: "hang".
  unsigned seed_seconds_max = 120;
  /// No new seed is begun after this time; nothing: no limit.
  std::optional<unsigned> seconds;
};

/// Runs the seeds; gives how many results were handed out.
std::uint64_t run_pool(const PoolOptions& options, const RunSeed& run, const OnSeed& on_seed);

}  // namespace buoyant::sim_tool
