// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Reading what Google Benchmark writes: its repeats as medians with their ranges.
#pragma once

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <vector>

namespace buoyant::bench {

struct MicroRun {
  /// "commit<LmdbLog>".
  std::string function;
  /// "entries" 64, "payload" 256.
  std::map<std::string, double> arguments;
  /// Of an iteration.
  double nanoseconds = 0;
  /// Medians, and `range` as in summary.h: items_per_second and the counters.
  nlohmann::json figures;

  [[nodiscard]] double argument(const std::string& name) const;
};

/// In the order of the program, which may have run them in another. Those that failed are left out.
std::vector<MicroRun> micro_runs_of(const nlohmann::json& file);

}  // namespace buoyant::bench
