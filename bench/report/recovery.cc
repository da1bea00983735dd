// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/report/points.h"
#include "bench/report/sections.h"

#include <fmt/core.h>

namespace buoyant::bench {

namespace {

using nlohmann::json;

constexpr double kMebibyte = 1 << 20;

std::string transfers(const json& parts) {
  std::vector<std::vector<std::string>> rows = {{"what", "entries of", "amount", "time",
                                                 "per second", "plain copy per second",
                                                 "to the copy", "first byte after"}};
  for (const auto& [name, title] :
       {std::pair("catch_up", "catch-up from the log"), std::pair("snapshot", "snapshot")}) {
    for (const json& transfer : array_in(parts, name)) {
      rows.push_back(
          {title, text_of(number_in(transfer, "payload"), Unit::kBytes),
           text_of(number_in(transfer, "mebibytes") * kMebibyte, Unit::kBytes),
           text_of(number_in(transfer, "seconds") * 1e6, Unit::kMicroseconds),
           text_of(number_in(transfer, "mebibytes_per_second") * kMebibyte, Unit::kBytes),
           text_of(number_in(transfer, "copy_mebibytes_per_second") * kMebibyte, Unit::kBytes),
           with_range(transfer, "to_copy", Unit::kTimes),
           text_of(number_in(transfer, "start_seconds") * 1e6, Unit::kMicroseconds)});
    }
  }
  return rows.size() == 1
             ? ""
             : "<h3>A follower that was away</h3>" + table_of(rows) +
                   "<p class=\"note\">From the first byte until all of it is durable there, "
                   "beside a plain copy of as many bytes over loopback into a file that is "
                   "flushed at its end.</p>";
}

std::string openings(const json& parts) {
  std::vector<std::vector<std::string>> rows = {
      {"file cache", "entries", "file", "time to open", "memory before", "memory after"}};
  for (const json& opening : array_in(parts, "opening")) {
    rows.push_back({opening.value("cold", false) ? "cold" : "warm",
                    text_of(number_in(opening, "entries"), Unit::kPlain),
                    text_of(number_in(opening, "file_mib") * kMebibyte, Unit::kBytes),
                    text_of(number_in(opening, "open_ms") * 1e3, Unit::kMicroseconds),
                    text_of(number_in(opening, "before_mib") * kMebibyte, Unit::kBytes),
                    text_of(number_in(opening, "after_mib") * kMebibyte, Unit::kBytes)});
  }
  return rows.size() == 1 ? "" : "<h3>Opening a log</h3>" + table_of(rows);
}

std::string failover(const json& parts) {
  const json kills = parts.value("failover", json::object());
  const json quantiles = kills.value("unavailable_election_timeouts", json::object());
  if (quantiles.empty()) {
    return {};
  }
  const auto text = [&](const char* name) {
    return fmt::format("{:.2f} election timeouts", number_in(quantiles, name));
  };
  return "<h3>Failover</h3>" +
         table_of(
             {{"leader killed", "election timeout", "no write succeeds: p50", "at most",
               "more than one election"},
              {fmt::format("{:.0f} times", number_in(kills, "kills")),
               fmt::format("{:.0f} ms", number_in(kills, "election_ms")), text("p50"), text("max"),
               fmt::format("{:.0f}", number_in(kills, "more_than_one_election"))}});
}

}  // namespace

std::string recovery_section(const json& parts) {
  const std::string tables = transfers(parts) + openings(parts) + failover(parts);
  return tables.empty() ? "" : "<section><h2>How servers come back</h2>" + tables + "</section>\n";
}

}  // namespace buoyant::bench
