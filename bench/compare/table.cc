// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/compare/table.h"

#include "bench/compare/summary.h"
#include "bench/compare/targets.h"

#include <fmt/core.h>

#include <cmath>
#include <optional>
#include <set>
#include <vector>

namespace buoyant::bench {

namespace {

/// Three significant digits, and no fewer than the whole number.
std::string digits(double value) {
  const int whole = value >= 1 ? static_cast<int>(std::floor(std::log10(value))) + 1 : 1;
  return fmt::format("{:.{}f}", value, whole >= 3 ? 0 : 3 - whole);
}

std::string text_of(const std::optional<Spread>& spread) {
  if (!spread) {
    return "-";
  }
  return fmt::format("{} [{}..{}]", digits(spread->median), digits(spread->low),
                     digits(spread->high));
}

std::string median_of(const std::optional<Spread>& spread) {
  return spread ? digits(spread->median) : "-";
}

std::optional<Spread> probe_spread(const Comparison& comparison, double Probes::*probe) {
  std::vector<double> values;
  for (const ProbeSample& sample : comparison.probes) {
    values.push_back(sample.probes.*probe);
  }
  return spread_of(std::move(values));
}

std::optional<Spread> journal_spread(const Comparison& comparison, std::size_t entries) {
  std::vector<double> values;
  for (const ProbeSample& sample : comparison.probes) {
    for (const JournalRate& rate : sample.probes.journal) {
      if (rate.entries == entries) {
        values.push_back(rate.commits_per_second);
      }
    }
  }
  return spread_of(std::move(values));
}

std::string probes_text(const Comparison& comparison) {
  if (comparison.probes.empty()) {
    return "";
  }
  std::string text = "\nthe floor: p50 in us, commits/s of a plain journal\n";
  const auto line = [&](const char* name, const std::optional<Spread>& spread) {
    text += fmt::format("  {:<44} {}\n", name, text_of(spread));
  };
  line("append and flush of 256 B, alone", probe_spread(comparison, &Probes::flush_1_us));
  line("append and flush of 256 B, three processes", probe_spread(comparison, &Probes::flush_3_us));
  line("direct synchronous write of 4 KiB, alone", probe_spread(comparison, &Probes::direct_1_us));
  line("direct synchronous write, three processes", probe_spread(comparison, &Probes::direct_3_us));
  line("loopback round trip", probe_spread(comparison, &Probes::ping_pong_us));
  for (const std::size_t entries : {std::size_t{1}, std::size_t{64}, std::size_t{512}}) {
    line(fmt::format("journal, {} entries per commit", entries).c_str(),
         journal_spread(comparison, entries));
  }
  return text;
}

/// In the order in which they were first measured.
std::vector<std::string> systems_of(const Comparison& comparison) {
  std::vector<std::string> systems;
  std::set<std::string> seen;
  for (const Sample& sample : comparison.samples) {
    if (seen.insert(sample.system).second) {
      systems.push_back(sample.system);
    }
  }
  return systems;
}

std::string cell_text(const Comparison& comparison, const Cell& cell) {
  std::string text = fmt::format("\n{} servers, {} B, {} outstanding\n", cell.servers, cell.payload,
                                 cell.outstanding);
  text += fmt::format("  {:<16} {:>34} {:>26} {:>26} {:>9} {:>8} {:>9}\n", "", "proposals/s",
                      "p50 us", "p99 us", "B/prop.", "MiB", "buoyant x");
  for (const std::string& system : systems_of(comparison)) {
    const auto rate = spread_of(comparison, system, cell, &Sample::proposals_per_second);
    if (!rate) {
      continue;
    }
    text += fmt::format(
        "  {:<16} {:>34} {:>26} {:>26} {:>9} {:>8} {:>9}\n", system, text_of(rate),
        text_of(spread_of(comparison, system, cell, &Sample::p50_us)),
        text_of(spread_of(comparison, system, cell, &Sample::p99_us)),
        median_of(spread_of(comparison, system, cell, &Sample::bytes_per_proposal)),
        median_of(spread_of(comparison, system, cell, &Sample::memory_mib)),
        median_of(ratio(comparison, "buoyant", cell, system, cell, &Sample::proposals_per_second)));
  }
  return text;
}

std::string targets_text(const Comparison& comparison) {
  std::string text =
      fmt::format("\n{:<58} {:>16} {:>26}  {}\n", "must hold", "target", "measured", "verdict");
  for (const Target& target : targets_of(comparison)) {
    const std::string bound =
        fmt::format("{} {}{}", target.bound == Bound::kAtMost ? "at most" : "at least",
                    digits(target.value), target.unit.empty() ? "" : " " + target.unit);
    text += fmt::format("{:<58} {:>16} {:>26}  {}\n", target.name, bound, text_of(target.measured),
                        verdict(target));
  }
  return text;
}

}  // namespace

std::string table_of(const Comparison& comparison) {
  std::string text = fmt::format(
      "{}, {} cores, Linux {}, {}, load {:.1f}\nmedians of interleaved repeats [range]; {} s each "
      "after {} s\n",
      comparison.machine.processor, comparison.machine.cores, comparison.machine.kernel,
      comparison.machine.date, comparison.machine.load, comparison.seconds,
      comparison.warmup_seconds);
  for (const std::string& peer : comparison.machine.peers) {
    text += peer + "\n";
  }
  text += probes_text(comparison);
  std::set<Cell> cells;
  for (const Sample& sample : comparison.samples) {
    cells.insert(sample.cell());
  }
  for (const Cell& cell : cells) {
    text += cell_text(comparison, cell);
  }
  text += targets_text(comparison);
  for (const std::string& failure : comparison.failures) {
    text += fmt::format("\nfailed: {}", failure);
  }
  return text + (comparison.failures.empty() ? "" : "\n");
}

}  // namespace buoyant::bench
