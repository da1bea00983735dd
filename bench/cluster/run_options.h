// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The options of every program that measures in rounds: for how long, how often, where to.
#pragma once

#include "bench/cluster/rounds.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace buoyant::bench {

struct RunOptions {
  double seconds = 5;
  double warmup = 1;
  Rounds rounds;
  /// "": no file is written.
  std::string json;
};

/// What `options` hold already are the defaults.
void add_options(CLI::App& app, RunOptions& options);

/// Writes the points to the file of --json, if there is one. False: see write_json.
bool keep_points(const RunOptions& options, const std::vector<nlohmann::json>& points);

}  // namespace buoyant::bench
