// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/cluster/run_options.h"

namespace buoyant::bench {

void add_options(CLI::App& app, RunOptions& options) {
  app.add_option("--seconds", options.seconds, "measured time of each run")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  app.add_option("--warmup", options.warmup, "time before it is measured")
      ->check(CLI::Range(0.0, 3600.0))
      ->capture_default_str();
  app.add_option("--repeats", options.rounds.repeats,
                 "rounds; each figure is the median of its repeats")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--json", options.json, "writes the points to this file as well");
  app.add_option("--data", options.rounds.data, "the servers' logs go to directories in it")
      ->capture_default_str();
}

bool keep_points(const RunOptions& options, const std::vector<nlohmann::json>& points) {
  return options.json.empty() ||
         write_json(options.rounds.program, options.json, nlohmann::json(points));
}

}  // namespace buoyant::bench
