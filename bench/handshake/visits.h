// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A server whose peer comes and goes, and what the iterations of its loop took.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace buoyant::bench {

struct Visits {
  /// Where the two servers' data go.
  std::string data;
  /// The directory of certificates.h; "": in the clear.
  std::string certificates;
  std::uint64_t visits = 1;
};

/// Processor time of the loop's thread.
struct Iterations {
  std::uint64_t count = 0;
  double p50_us = 0;
  double p99_us = 0;
  double longest_us = 0;
};

/// Server 1 runs on this thread; server 2, on one of its own, is opened, connected in both
/// directions, and closed, so many times. Nothing: one did not open, or a connection took more
/// than 10 s; standard error says which.
std::optional<Iterations> measure_visits(const Visits& visits);

}  // namespace buoyant::bench
