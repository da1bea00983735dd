// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// One time without writes, as clients saw it, and what many of them come to.
#pragma once

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace buoyant::bench {

struct Outage {
  double milliseconds = 0;
  /// How far the term went: more than 1 is more than one election.
  std::uint64_t terms = 0;
};

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Outage, milliseconds, terms)

struct Quantiles {
  double p50 = 0;
  double p99 = 0;
  double max = 0;
};

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Quantiles, p50, p99, max)

/// In multiples of `unit_ms`. The value that so many of them do not exceed; zeros for none.
inline Quantiles quantiles_of(std::vector<double> milliseconds, double unit_ms) {
  if (milliseconds.empty()) {
    return {};
  }
  std::sort(milliseconds.begin(), milliseconds.end());
  const auto at = [&](std::size_t percent) {
    const std::size_t rank = (milliseconds.size() * percent + 99) / 100;
    return milliseconds[std::max<std::size_t>(rank, 1) - 1] / unit_ms;
  };
  return {at(50), at(99), milliseconds.back() / unit_ms};
}

}  // namespace buoyant::bench
