// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/report/micro.h"
#include "bench/report/points.h"
#include "bench/report/sections.h"

#include <fmt/core.h>

#include <map>

namespace buoyant::bench {

namespace {

using nlohmann::json;

std::vector<MicroRun> runs_of(const json& parts, const char* name) {
  return micro_runs_of(parts.value(name, json::object()));
}

Bar bar_of(const std::string& label, const MicroRun& run) {
  const double rate = number_in(run.figures, "items_per_second");
  return {.label = label, .parts = {rate}, .text = text_of(rate, Unit::kPlain) + "/s"};
}

std::string core(const json& parts) {
  BarPlot plot = {.title = "The core alone: proposals per second",
                  .caption =
                      "The cores of all servers in one thread, from propose to committed; "
                      "no payloads, disks and networks.",
                  .x = {"proposals per second", Unit::kPlain, Spacing::kLinear},
                  .names = {},
                  .bars = {}};
  for (const MicroRun& run : runs_of(parts, "core")) {
    plot.bars.push_back(bar_of(fmt::format("{:.0f} servers, {:.0f} a turn", run.argument("servers"),
                                           run.argument("batch")),
                               run));
  }
  return figure_of(plot);
}

std::string node(const json& parts) {
  BarPlot plot = {.title = "Nodes in memory: proposals per second",
                  .caption =
                      "Whole nodes, all servers in one thread, in virtual time: core, node, "
                      "codec and frames, but no disk and no socket.",
                  .x = {"proposals per second", Unit::kPlain, Spacing::kLinear},
                  .names = {},
                  .bars = {}};
  for (const MicroRun& run : runs_of(parts, "node")) {
    plot.bars.push_back(bar_of(
        fmt::format("{:.0f} servers, {}, C={:.0f}", run.argument("servers"),
                    text_of(run.argument("payload"), Unit::kBytes), run.argument("outstanding")),
        run));
  }
  return figure_of(plot);
}

std::string commits(const json& parts) {
  std::map<double, std::map<std::string, MicroRun>> by_entries;
  for (const MicroRun& run : runs_of(parts, "storage")) {
    if (run.function.starts_with("commit")) {
      by_entries[run.argument("entries")][run.function] = run;
    }
  }
  std::vector<std::vector<std::string>> rows = {
      {"entries in a commit", "journal, commits/s", "log on disk, commits/s", "to the journal",
       "written per byte", "journal's", "log in memory, commits/s"}};
  for (const auto& [entries, runs] : by_entries) {
    const auto figures = [&, &each = runs](const char* name) {
      const auto found = each.find(name);
      return found != each.end() ? found->second.figures : json::object();
    };
    const json journal = figures("commit_to_journal");
    const json disk = figures("commit<LmdbLog>");
    const json memory = figures("commit<MemoryLog>");
    const double floor = number_in(journal, "commits_per_second");
    rows.push_back(
        {fmt::format("{:.0f}", entries), with_range(journal, "commits_per_second", Unit::kPlain),
         with_range(disk, "commits_per_second", Unit::kPlain),
         floor > 0 ? text_of(number_in(disk, "commits_per_second") / floor, Unit::kTimes) : "",
         text_of(number_in(disk, "written_per_payload_byte"), Unit::kTimes),
         text_of(number_in(journal, "written_per_payload_byte"), Unit::kTimes),
         text_of(number_in(memory, "commits_per_second"), Unit::kPlain)});
  }
  return rows.size() == 1
             ? ""
             : "<h3>Storage: commits of entries of 256 B, one after the other</h3>" +
                   table_of(rows) +
                   "<p class=\"note\">The journal is the floor: bytes into a file that was "
                   "written ahead, and one flush.</p>";
}

std::string reads(const json& parts) {
  std::vector<std::vector<std::string>> rows = {
      {"log", "entries in a read", "payload", "time of a read", "entries/s", "bytes/s"}};
  for (const MicroRun& run : runs_of(parts, "storage")) {
    if (run.function.starts_with("read")) {
      rows.push_back({run.function == "read<LmdbLog>" ? "on disk" : "in memory",
                      fmt::format("{:.0f}", run.argument("entries")),
                      text_of(run.argument("payload"), Unit::kBytes),
                      text_of(run.nanoseconds, Unit::kNanoseconds),
                      text_of(number_in(run.figures, "items_per_second"), Unit::kPlain),
                      text_of(number_in(run.figures, "bytes_per_second"), Unit::kBytes)});
    }
  }
  return rows.size() == 1 ? "" : "<h3>Storage: reading back</h3>" + table_of(rows);
}

std::string codec(const json& parts) {
  std::vector<std::vector<std::string>> rows = {
      {"what", "entries", "payload", "time of a frame", "frames or entries/s", "bytes/s"}};
  for (const MicroRun& run : runs_of(parts, "codec")) {
    const bool has_entries = run.argument("entries") > 0;
    const double bytes = number_in(run.figures, "bytes_per_second");
    rows.push_back({escaped(run.function),
                    has_entries ? fmt::format("{:.0f}", run.argument("entries")) : "",
                    has_entries ? text_of(run.argument("payload"), Unit::kBytes) : "",
                    text_of(run.nanoseconds, Unit::kNanoseconds),
                    text_of(number_in(run.figures, "items_per_second"), Unit::kPlain),
                    bytes > 0 ? text_of(bytes, Unit::kBytes) : ""});
  }
  return rows.size() == 1 ? ""
                          : "<details><summary>Frames: encoding, receiving, refusing</summary>" +
                                table_of(rows) + "</details>";
}

}  // namespace

std::string parts_section(const json& parts) {
  const std::string figures = core(parts) + node(parts);
  const std::string tables = commits(parts) + reads(parts) + codec(parts);
  if (figures.empty() && tables.empty()) {
    return {};
  }
  return "<section><h2>The parts alone</h2><div class=\"figures\">" + figures + "</div>" + tables +
         "</section>\n";
}

}  // namespace buoyant::bench
