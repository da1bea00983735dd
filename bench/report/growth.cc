// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/report/points.h"
#include "bench/report/sections.h"

#include <fmt/core.h>

namespace buoyant::bench {

namespace {

using nlohmann::json;

/// A figure of the grown or of the empty clusters, by the length of the log.
std::vector<Dot> dots_of_length(const json& lengths, const char* which, const char* figure) {
  std::vector<Dot> dots;
  for (const json& length : lengths) {
    std::vector<json> points = {length.value(which, json::object())};
    points.front()["entries"] = number_in(length, "entries");
    dots.push_back(dots_of(points, "entries", figure).front());
  }
  return dots;
}

std::string log_plot(const json& lengths, const std::string& title, const char* figure,
                     const Axis& y) {
  const json point = lengths.front().value("grown", json::object());
  return figure_of(LinePlot{
      .title = title,
      .caption = fmt::format(
          "{:.0f} servers, {}, C={:.0f}: a cluster whose log grew to so many entries of {}, and "
          "clusters with an empty log, in turns.",
          number_in(point, "servers"), text_of(number_in(point, "payload"), Unit::kBytes),
          number_in(point, "outstanding"),
          text_of(number_in(lengths.front(), "entry_bytes"), Unit::kBytes)),
      .x = {"entries in the log", Unit::kPlain, Spacing::kLog},
      .y = y,
      .series = {
          {.name = "long log", .dots = dots_of_length(lengths, "grown", figure), .colour = 0},
          {.name = "empty log",
           .dots = dots_of_length(lengths, "fresh", figure),
           .colour = 7,
           .dashed = true}}});
}

std::string lengths_of(const json& lengths) {
  std::vector<std::vector<std::string>> rows = {{"entries", "to an empty log", "proposals/s",
                                                 "of an empty log", "file of a server",
                                                 "memory of the leader"}};
  for (const json& length : lengths) {
    const json grown = length.value("grown", json::object());
    rows.push_back(
        {text_of(number_in(length, "entries"), Unit::kPlain),
         with_range(length, "to_fresh", Unit::kTimes),
         with_range(grown, "proposals_per_second", Unit::kPlain),
         with_range(length.value("fresh", json::object()), "proposals_per_second", Unit::kPlain),
         text_of(number_in(length, "stored_mib") * (1 << 20), Unit::kBytes),
         fmt::format("{:.1f} MiB", number_in(grown, "leader_anonymous_mib"))});
  }
  return table_of(rows);
}

std::string servers_plot(const json& points) {
  LinePlot plot = {.title = "Throughput by number of servers",
                   .caption =
                       "256 B, closed loop; all servers share the cores and the disk of one "
                       "machine.",
                   .x = {"servers", Unit::kPlain, Spacing::kLinear},
                   .y = {"proposals per second", Unit::kPlain, Spacing::kLinear},
                   .series = {}};
  for (const double outstanding : values_of(select(points, {}), "outstanding")) {
    plot.series.push_back({.name = fmt::format("C={:.0f}", outstanding),
                           .dots = dots_of(select(points, {.outstanding = outstanding}), "servers",
                                           "proposals_per_second"),
                           .colour = plot.series.size()});
  }
  return figure_of(plot);
}

}  // namespace

std::string growth_section(const json& parts) {
  const json lengths = array_in(parts, "growth");
  const json servers = array_in(parts, "growth_servers");
  if (lengths.empty() && servers.empty()) {
    return {};
  }
  std::string figures = servers_plot(servers);
  std::string table;
  if (!lengths.empty()) {
    figures = log_plot(lengths, "Throughput by length of the log", "proposals_per_second",
                       {"proposals per second", Unit::kPlain, Spacing::kLinear}) +
              log_plot(lengths, "p99 by length of the log", "p99_us",
                       {"p99 latency", Unit::kMicroseconds, Spacing::kLinear}) +
              log_plot(lengths, "Memory of the leader by length of the log", "leader_anonymous_mib",
                       {"MiB", Unit::kPlain, Spacing::kLinear}) +
              figures;
    table = lengths_of(lengths);
  }
  return "<section><h2>As work grows</h2><div class=\"figures\">" + figures + "</div>" + table +
         "</section>\n";
}

}  // namespace buoyant::bench
