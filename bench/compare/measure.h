// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Running one program for one sample, within a time limit.
#pragma once

#include "bench/compare/plan.h"
#include "bench/compare/samples.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace buoyant::bench {

struct Settings {
  double seconds = 3;
  double warmup_seconds = 1;
  /// On one disk for all.
  std::string data = "/var/tmp";
  /// The command that measures a system, which takes the options of one point.
  std::map<std::string, std::vector<std::string>> programs;
  std::string floor_program;
};

/// What came of it, or in `failure` why nothing did.
template <typename T>
struct Measured {
  std::optional<T> value;
  std::string failure;
};

Measured<Sample> measure(const Settings& settings, const Run& run);

Measured<Probes> measure_probes(const Settings& settings);

/// From now on SIGINT and SIGTERM end the sample that is being measured, and all that belongs to
/// it.
void heed_interrupts();

[[nodiscard]] bool was_interrupted();

}  // namespace buoyant::bench
