// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What buoyant must hold against the peers and the floor of the same run, and whether it does.
#pragma once

#include "bench/compare/samples.h"
#include "bench/compare/summary.h"

#include <optional>
#include <string>
#include <vector>

namespace buoyant::bench {

enum class Bound { kAtMost, kAtLeast };

struct Target {
  std::string name;
  Bound bound = Bound::kAtLeast;
  double value = 0;
  std::string unit;
  /// Nothing: what it needs was not measured.
  std::optional<Spread> measured;

  /// By the median.
  [[nodiscard]] bool is_met() const;
};

/// All of them, in the order in which they are printed.
std::vector<Target> targets_of(const Comparison& comparison);

/// "met", "NOT MET", "not measured".
std::string verdict(const Target& target);

/// How it stands in the JSON file.
nlohmann::json json_of(const Target& target);

}  // namespace buoyant::bench
