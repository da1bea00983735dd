// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/report/points.h"
#include "bench/report/sections.h"

#include <fmt/core.h>

#include <cstddef>

namespace buoyant::bench {

namespace {

using nlohmann::json;

constexpr double kPayload = 256;
constexpr double kServers = 3;

const Axis kOutstanding = {"proposals outstanding", Unit::kPlain, Spacing::kLog};

std::string text_of_bytes(double bytes) {
  return text_of(bytes, Unit::kBytes);
}

std::string throughput_against_latency(const json& points) {
  LinePlot plot = {.title = "Throughput against latency",
                   .caption =
                       "Three servers, closed loop; each dot is a number of proposals outstanding. "
                       "Right and low is good.",
                   .x = {"proposals per second", Unit::kPlain, Spacing::kLog},
                   .y = {"p50 latency", Unit::kMicroseconds, Spacing::kLog},
                   .series = {}};
  const std::vector<json> closed = select(points, {.servers = kServers});
  for (const double payload : values_of(closed, "payload")) {
    // In the order of the load, not of what came of it.
    std::vector<Dot> dots;
    const auto of_payload = select(points, {.servers = kServers, .payload = payload});
    for (const double outstanding : values_of(of_payload, "outstanding")) {
      const auto at =
          select(points, {.servers = kServers, .payload = payload, .outstanding = outstanding});
      dots.push_back({.x = number_in(at.front(), "proposals_per_second"),
                      .y = number_in(at.front(), "p50_us"),
                      .note = note_of(at.front())});
    }
    plot.series.push_back(
        {.name = text_of_bytes(payload), .dots = dots, .colour = plot.series.size()});
  }
  return figure_of(plot);
}

std::string throughput_by_servers(const json& points) {
  LinePlot plot = {.title = "Throughput by number of servers",
                   .caption =
                       "256 B, closed loop. All servers share the processor cores of one "
                       "machine and its disk. Bars: the range of the repeats.",
                   .x = kOutstanding,
                   .y = {"proposals per second", Unit::kPlain, Spacing::kLog},
                   .series = {}};
  for (const double servers : values_of(select(points, {.payload = kPayload}), "servers")) {
    plot.series.push_back(
        {.name = servers == 1 ? "1 server" : fmt::format("{:.0f} servers", servers),
         .dots = dots_of(select(points, {.servers = servers, .payload = kPayload}), "outstanding",
                         "proposals_per_second"),
         .colour = plot.series.size()});
  }
  return figure_of(plot);
}

std::vector<Dot> distribution_of(const json& point) {
  std::vector<Dot> dots;
  for (const json& quantile : array_in(point, "latency")) {
    const auto percent = quantile.at(0).get<double>();
    const auto latency = quantile.at(1).get<double>();
    dots.push_back({.x = percent,
                    .y = latency,
                    .note = fmt::format("{}: {}", text_of(percent, Unit::kPercent),
                                        text_of(latency, Unit::kMicroseconds))});
  }
  return dots;
}

std::string distributions(const json& points, const Filter& filter, const std::string& title,
                          const std::string& caption) {
  LinePlot plot = {.title = title,
                   .caption = caption,
                   .x = {"of all proposals", Unit::kPercent, Spacing::kNines},
                   .y = {"latency at most", Unit::kMicroseconds, Spacing::kLog},
                   .series = {}};
  const char* name = filter.is_open ? "rate" : "outstanding";
  const std::vector<json> selected = select(points, filter);
  for (const double load : values_of(selected, name)) {
    // As many as one can tell apart: C = 1, 16, 256, ...
    if (!filter.is_open && load != 1 && load != 16 && load != 256 && load != 4096) {
      continue;
    }
    for (const json& point : selected) {
      if (number_in(point, name) == load) {
        plot.series.push_back({.name = filter.is_open ? text_of(load, Unit::kPlain) + "/s"
                                                      : fmt::format("C={:.0f}", load),
                               .dots = distribution_of(point),
                               .colour = plot.series.size()});
      }
    }
  }
  return figure_of(plot);
}

std::string open_loop(const json& points) {
  const std::vector<json> selected =
      select(points, {.servers = kServers, .payload = kPayload, .is_open = true});
  if (selected.empty()) {
    return {};
  }
  return figure_of(LinePlot{
      .title = "Latency at fixed rates",
      .caption = "Three servers, 256 B, open loop: counted from when a proposal was due, so that "
                 "a stall counts against all that it delayed.",
      .x = {"proposals due per second", Unit::kPlain, Spacing::kLog},
      .y = {"latency", Unit::kMicroseconds, Spacing::kLog},
      .series = {{.name = "p50", .dots = dots_of(selected, "rate", "p50_us"), .colour = 0},
                 {.name = "p99", .dots = dots_of(selected, "rate", "p99_us"), .colour = 1},
                 {.name = "p99.9", .dots = dots_of(selected, "rate", "p999_us"), .colour = 2}}});
}

std::string payloads(const json& points) {
  LinePlot plot = {.title = "Bytes replicated by size of a proposal",
                   .caption = "Three servers, closed loop: payload bytes that were committed.",
                   .x = {"payload", Unit::kBytes, Spacing::kLog},
                   .y = {"payload per second", Unit::kBytes, Spacing::kLog},
                   .series = {}};
  const std::vector<json> closed = select(points, {.servers = kServers});
  for (const double outstanding : values_of(closed, "outstanding")) {
    std::vector<json> of_load = select(points, {.servers = kServers, .outstanding = outstanding});
    for (json& point : of_load) {
      point["bytes_per_second"] =
          number_in(point, "payload") * number_in(point, "proposals_per_second");
    }
    if (of_load.size() > 2) {
      plot.series.push_back({.name = fmt::format("C={:.0f}", outstanding),
                             .dots = dots_of(of_load, "payload", "bytes_per_second"),
                             .colour = plot.series.size()});
    }
  }
  return figure_of(plot);
}

std::string all_points(const json& points) {
  std::vector<std::vector<std::string>> rows = {
      {"servers", "payload", "load", "proposals/s", "p50", "p99", "p99.9", "cpu leader",
       "cpu follower", "written leader", "written follower", "memory", "longest turn"}};
  for (const json& point : points) {
    const double rate = number_in(point, "rate");
    rows.push_back({fmt::format("{:.0f}", number_in(point, "servers")),
                    text_of_bytes(number_in(point, "payload")),
                    rate > 0 ? text_of(rate, Unit::kPlain) + "/s"
                             : fmt::format("{:.0f}", number_in(point, "outstanding")),
                    with_range(point, "proposals_per_second", Unit::kPlain),
                    with_range(point, "p50_us", Unit::kMicroseconds),
                    with_range(point, "p99_us", Unit::kMicroseconds),
                    with_range(point, "p999_us", Unit::kMicroseconds),
                    text_of(number_in(point, "leader_cpu_us"), Unit::kMicroseconds),
                    text_of(number_in(point, "follower_cpu_us"), Unit::kMicroseconds),
                    text_of_bytes(number_in(point, "leader_bytes_written")),
                    text_of_bytes(number_in(point, "follower_bytes_written")),
                    fmt::format("{:.1f} MiB", number_in(point, "leader_anonymous_mib")),
                    text_of(number_in(point, "turn_longest_us"), Unit::kMicroseconds)});
  }
  return "<details><summary>All points</summary>" + table_of(rows) + "</details>\n";
}

/// "2 the leader's disk" without its place.
std::string stage_name(const std::string& key) {
  const std::size_t space = key.find(' ');
  return space == std::string::npos ? key : key.substr(space + 1);
}

std::string stages_of(const json& points) {
  BarPlot plot = {.title = "Where the time of a proposal goes",
                  .caption =
                      "Three servers, 256 B, closed loop, at the leader: the mean of each "
                      "stage. Followers work while the leader's own disk does.",
                  .x = {"percent of the time, and the mean", Unit::kPlain, Spacing::kLinear},
                  .names = {},
                  .bars = {}};
  for (const json& point : points) {
    Bar bar = {
        .label = fmt::format("C={:.0f}", number_in(point, "outstanding")), .parts = {}, .text = {}};
    plot.names.clear();
    double sum = 0;
    const json stages = point.value("stages", json::object());
    for (const auto& stage : stages.items()) {
      plot.names.push_back(stage_name(stage.key()));
      bar.parts.push_back(stage.value().get<double>());
      sum += bar.parts.back();
    }
    // In percent: the longest takes a hundred times as long as the shortest.
    for (double& part : bar.parts) {
      part *= 100 / sum;
    }
    bar.text = text_of(sum, Unit::kMicroseconds);
    plot.bars.push_back(bar);
  }
  return figure_of(plot);
}

}  // namespace

std::string replication_section(const json& parts) {
  const json points = array_in(parts, "cluster");
  if (points.empty()) {
    return {};
  }
  return "<section><h2>Replication</h2><p>Server processes on loopback, each with its log on "
         "disk. Proposals are made at the leader, and have ended when they are durable on a "
         "majority and applied at the leader.</p><div class=\"figures\">" +
         throughput_against_latency(points) + throughput_by_servers(points) +
         distributions(points, {.servers = kServers, .payload = kPayload},
                       "Latencies in a closed loop",
                       "Three servers, 256 B; C proposals outstanding at any time.") +
         distributions(points, {.servers = kServers, .payload = kPayload, .is_open = true},
                       "Latencies at fixed rates", "Three servers, 256 B, open loop.") +
         open_loop(points) + payloads(points) + "</div>" + all_points(points) + "</section>\n";
}

std::string cost_section(const json& parts) {
  const json points = array_in(parts, "cluster");
  std::vector<json> three = select(points, {.servers = kServers, .payload = kPayload});
  std::vector<json> one = select(points, {.servers = 1, .payload = kPayload});
  if (three.empty()) {
    return {};
  }
  for (json& point : three) {
    point["leader_times"] = number_in(point, "leader_bytes_written") / kPayload;
    point["follower_times"] = number_in(point, "follower_bytes_written") / kPayload;
  }
  const LinePlot cpu = {
      .title = "Processor time of one proposal",
      .caption = "256 B, closed loop: user and system time of all threads of a server process.",
      .x = kOutstanding,
      .y = {"processor time", Unit::kMicroseconds, Spacing::kLog},
      .series = {{.name = "leader of 3",
                  .dots = dots_of(three, "outstanding", "leader_cpu_us"),
                  .colour = 0},
                 {.name = "follower of 3",
                  .dots = dots_of(three, "outstanding", "follower_cpu_us"),
                  .colour = 1},
                 {.name = "one server",
                  .dots = dots_of(one, "outstanding", "leader_cpu_us"),
                  .colour = 2}}};
  const LinePlot written = {
      .title = "Bytes written for each byte of payload",
      .caption =
          "Three servers, 256 B, closed loop: what a server has the system write to its "
          "disk, pages of the file as a whole.",
      .x = kOutstanding,
      .y = {"times the payload", Unit::kTimes, Spacing::kLog},
      .series = {
          {.name = "leader", .dots = dots_of(three, "outstanding", "leader_times"), .colour = 0},
          {.name = "follower",
           .dots = dots_of(three, "outstanding", "follower_times"),
           .colour = 1}}};
  const LinePlot memory = {
      .title = "Memory of the leader",
      .caption =
          "Three servers, 256 B, closed loop: anonymous memory, in MiB; the file cache apart.",
      .x = kOutstanding,
      .y = {"MiB", Unit::kPlain, Spacing::kLinear},
      .series = {{.name = "leader",
                  .dots = dots_of(three, "outstanding", "leader_anonymous_mib"),
                  .colour = 0}}};
  return "<section><h2>What a proposal costs</h2><div class=\"figures\">" + figure_of(cpu) +
         figure_of(written) + figure_of(memory) + stages_of(array_in(parts, "stages")) +
         "</div></section>\n";
}

}  // namespace buoyant::bench
