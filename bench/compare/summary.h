// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Medians of repeats with their range, and ratios between systems that were measured in the
/// same rounds.
#pragma once

#include "bench/compare/samples.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace buoyant::bench {

/// The middle of some values, and the range of all of them.
struct Spread {
  double median = 0;
  double low = 0;
  double high = 0;
  std::size_t count = 0;

  bool operator==(const Spread&) const = default;
};

/// Nothing: there are no values.
std::optional<Spread> spread_of(std::vector<double> values);

/// One number of a sample.
using Measure = double Sample::*;

/// Over all rounds. Nothing: the system was not measured there.
std::optional<Spread> spread_of(const Comparison& comparison, const std::string& system,
                                const Cell& cell, Measure measure);

/// `numerator` / `denominator`: the median is that of the medians, the range that of the rounds
/// which have both. Nothing: one of them was not measured.
std::optional<Spread> ratio(const Comparison& comparison, const std::string& numerator,
                            const Cell& numerator_cell, const std::string& denominator,
                            const Cell& denominator_cell, Measure measure);

/// The same, to a number of the round's probes.
std::optional<Spread> ratio_to_probe(const Comparison& comparison, const std::string& system,
                                     const Cell& cell, Measure measure,
                                     const std::function<double(const Probes&)>& probe);

Spread scaled(const Spread& spread, double factor);

}  // namespace buoyant::bench
