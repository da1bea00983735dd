// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/report/points.h"
#include "bench/report/sections.h"

#include <fmt/core.h>

namespace buoyant::bench {

namespace {

using nlohmann::json;

std::string name_of(const json& point) {
  return fmt::format("{} at {}", point.value("call", ""),
                     point.value("at_follower", false) ? "a follower" : "the leader");
}

std::string bars_at(const json& points, double outstanding) {
  BarPlot plot = {.title = fmt::format("Calls per second, C={:.0f}", outstanding),
                  .caption = "Three servers; proposals of 256 B for comparison.",
                  .x = {"calls per second", Unit::kPlain, Spacing::kLog},
                  .names = {},
                  .bars = {}};
  for (const json& point : points) {
    if (number_in(point, "outstanding") == outstanding) {
      const double rate = number_in(point, "proposals_per_second");
      plot.bars.push_back(
          {.label = name_of(point), .parts = {rate}, .text = text_of(rate, Unit::kPlain) + "/s"});
    }
  }
  return figure_of(plot);
}

}  // namespace

std::string read_section(const json& parts) {
  const json points = array_in(parts, "read");
  if (points.empty()) {
    return {};
  }
  std::vector<std::vector<std::string>> rows = {
      {"call", "outstanding", "calls/s", "p50", "p99", "p99.9", "cpu of the leader"}};
  std::string figures;
  for (const json& point : points) {
    rows.push_back({name_of(point), fmt::format("{:.0f}", number_in(point, "outstanding")),
                    with_range(point, "proposals_per_second", Unit::kPlain),
                    with_range(point, "p50_us", Unit::kMicroseconds),
                    with_range(point, "p99_us", Unit::kMicroseconds),
                    with_range(point, "p999_us", Unit::kMicroseconds),
                    text_of(number_in(point, "leader_cpu_us"), Unit::kMicroseconds)});
  }
  for (const double outstanding : values_of({points.begin(), points.end()}, "outstanding")) {
    figures += bars_at(points, outstanding);
  }
  return "<section><h2>Reads</h2><p>A linearizable read asks a quorum whether the leader still "
         "leads, once for all reads that came together; a lease saves that question; a stale read "
         "only asks how old the state here may be.</p><div class=\"figures\">" +
         figures + "</div><details><summary>All reads</summary>" + table_of(rows) +
         "</details></section>\n";
}

}  // namespace buoyant::bench
