// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/report/micro.h"
#include "bench/report/points.h"
#include "bench/report/sections.h"

#include <fmt/core.h>

#include <algorithm>

namespace buoyant::bench {

namespace {

using nlohmann::json;

std::string tile(const std::string& value, const std::string& what) {
  return fmt::format("<div class=\"tile\"><b>{}</b><span>{}</span></div>", value, what);
}

/// On one line.
std::string unbroken(std::string text) {
  for (std::size_t at = text.find(' '); at != std::string::npos; at = text.find(' ', at)) {
    text.replace(at, 1, "&nbsp;");
  }
  return text;
}

std::string cluster_tiles(const json& points) {
  std::string tiles;
  for (const double outstanding : {1.0, 16.0, 256.0, 4096.0}) {
    const auto found = select(points, {.servers = 3, .payload = 256, .outstanding = outstanding});
    if (found.empty()) {
      continue;
    }
    const json& point = found.front();
    const std::string p50 = text_of(number_in(point, "p50_us"), Unit::kMicroseconds);
    const std::string rate = text_of(number_in(point, "proposals_per_second"), Unit::kPlain) + "/s";
    tiles += outstanding == 1 ? tile(p50, "p50 of a proposal, one at a time")
                              : tile(rate, fmt::format("proposals with {:.0f} outstanding, {}",
                                                       outstanding, unbroken("p50 " + p50)));
  }
  return tiles;
}

std::string core_tile(const json& parts) {
  double fastest = 0;
  for (const MicroRun& run : micro_runs_of(parts.value("core", json::object()))) {
    if (run.argument("servers") == 3) {
      fastest = std::max(fastest, number_in(run.figures, "items_per_second"));
    }
  }
  return fastest > 0
             ? tile(text_of(fastest, Unit::kPlain) + "/s", "proposals of three cores in one thread")
             : "";
}

std::string catch_up_tile(const json& parts) {
  const json transfers = array_in(parts, "catch_up");
  return transfers.empty() ? ""
                           : tile(text_of(number_in(transfers.front(), "to_copy"), Unit::kTimes),
                                  "the bandwidth of a plain copy, when a follower catches up");
}

}  // namespace

std::string key_figures(const json& parts) {
  const std::string tiles =
      cluster_tiles(array_in(parts, "cluster")) + core_tile(parts) + catch_up_tile(parts);
  return tiles.empty() ? ""
                       : "<section><p>Three servers, proposals of 256 B, durable on a majority: "
                         "</p><div class=\"tiles\">" +
                             tiles + "</div></section>\n";
}

}  // namespace buoyant::bench
