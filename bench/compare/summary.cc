// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/compare/summary.h"

#include <algorithm>
#include <map>

namespace buoyant::bench {

namespace {

/// A value per round.
using Rounds = std::map<std::uint64_t, double>;

Rounds rounds_of(const Comparison& comparison, const std::string& system, const Cell& cell,
                 Measure measure) {
  Rounds rounds;
  for (const Sample& sample : comparison.samples) {
    if (sample.system == system && sample.cell() == cell) {
      rounds[sample.round] = sample.*measure;
    }
  }
  return rounds;
}

std::vector<double> values_of(const Rounds& rounds) {
  std::vector<double> values;
  for (const auto& [round, value] : rounds) {
    values.push_back(value);
  }
  return values;
}

std::optional<Spread> ratio_of(const Rounds& numerator, const Rounds& denominator) {
  std::vector<double> paired;
  for (const auto& [round, value] : numerator) {
    const auto other = denominator.find(round);
    if (other != denominator.end() && other->second > 0) {
      paired.push_back(value / other->second);
    }
  }
  auto spread = spread_of(std::move(paired));
  if (spread) {
    spread->median =
        spread_of(values_of(numerator))->median / spread_of(values_of(denominator))->median;
  }
  return spread;
}

}  // namespace

std::optional<Spread> spread_of(std::vector<double> values) {
  if (values.empty()) {
    return std::nullopt;
  }
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  const double median =
      values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  return Spread{
      .median = median, .low = values.front(), .high = values.back(), .count = values.size()};
}

std::optional<Spread> spread_of(const Comparison& comparison, const std::string& system,
                                const Cell& cell, Measure measure) {
  return spread_of(values_of(rounds_of(comparison, system, cell, measure)));
}

std::optional<Spread> ratio(const Comparison& comparison, const std::string& numerator,
                            const Cell& numerator_cell, const std::string& denominator,
                            const Cell& denominator_cell, Measure measure) {
  return ratio_of(rounds_of(comparison, numerator, numerator_cell, measure),
                  rounds_of(comparison, denominator, denominator_cell, measure));
}

std::optional<Spread> ratio_to_probe(const Comparison& comparison, const std::string& system,
                                     const Cell& cell, Measure measure,
                                     const std::function<double(const Probes&)>& probe) {
  Rounds probes;
  for (const ProbeSample& sample : comparison.probes) {
    probes[sample.round] = probe(sample.probes);
  }
  return ratio_of(rounds_of(comparison, system, cell, measure), probes);
}

Spread scaled(const Spread& spread, double factor) {
  return {.median = spread.median * factor,
          .low = spread.low * factor,
          .high = spread.high * factor,
          .count = spread.count};
}

}  // namespace buoyant::bench
