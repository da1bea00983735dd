// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/report/micro.h"

#include "bench/cluster/summary.h"
#include "bench/report/points.h"

#include <cstdlib>
#include <sstream>
#include <utility>

namespace buoyant::bench {

namespace {

using nlohmann::json;

/// "commit<LmdbLog>/entries:64/payload:256/real_time".
MicroRun run_of(const std::string& name, const std::vector<json>& repeats) {
  MicroRun run;
  std::istringstream parts(name);
  std::getline(parts, run.function, '/');
  for (std::string part; std::getline(parts, part, '/');) {
    if (const std::size_t colon = part.find(':'); colon != std::string::npos) {
      run.arguments[part.substr(0, colon)] = std::strtod(part.c_str() + colon + 1, nullptr);
    }
  }
  run.figures = summary_of(repeats);
  const std::map<std::string, double> units = {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}};
  const auto unit = units.find(run.figures.value("time_unit", "ns"));
  run.nanoseconds = number_in(run.figures, "real_time") * (unit != units.end() ? unit->second : 1);
  return run;
}

}  // namespace

double MicroRun::argument(const std::string& name) const {
  const auto found = arguments.find(name);
  return found != arguments.end() ? found->second : 0;
}

std::vector<MicroRun> micro_runs_of(const json& file) {
  /// By their places in the program.
  std::map<std::pair<double, double>, std::vector<json>> repeats;
  for (const json& each : array_in(file, "benchmarks")) {
    if (each.value("run_type", "iteration") != "iteration" || each.contains("error_message")) {
      continue;
    }
    repeats[{number_in(each, "family_index"), number_in(each, "per_family_instance_index")}]
        .push_back(each);
  }
  std::vector<MicroRun> runs;
  for (const auto& [place, of_place] : repeats) {
    runs.push_back(run_of(of_place.front().value("run_name", ""), of_place));
  }
  return runs;
}

}  // namespace buoyant::bench
