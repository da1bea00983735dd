// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/sim/options.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <sstream>
#include <thread>

namespace buoyant::sim_tool {

namespace {

/// "delay,loss", "none" or "all"; a text that says what is wrong.
std::string read_faults(const std::string& text, simulation::FaultSet& faults) {
  if (text == "none") {
    return {};
  }
  if (text == "all") {
    faults = simulation::FaultSet::all();
    return {};
  }
  std::istringstream names(text);
  for (std::string name; std::getline(names, name, ',');) {
    const auto fault = simulation::fault_of(name);
    if (!fault) {
      return "there is no fault \"" + name + "\"; --list-faults shows them";
    }
    faults.add(*fault);
  }
  return {};
}

/// A million seeds for each second since 1970.
std::uint64_t fresh_seed() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
             std::chrono::duration_cast<std::chrono::seconds>(since).count()) *
         1'000'000;
}

}  // namespace

std::optional<Options> parse_options(int argc, char** argv, int& exit_code) {
  Options options;
  options.jobs = std::max(1U, std::thread::hardware_concurrency());
  std::string faults;
  CLI::App app{
      "Runs clusters of real nodes in simulated time, with faults, and checks what they do.\n"
      "One seed, one run: --seed N repeats it. Exit code 0: all passed, 1: a seed failed, 2: "
      "usage.",
      "buoyant-sim"};
  app.add_option("--seed", options.seed,
                 "run this seed only, in this process, and say how it went");
  app.add_option("--first", options.first, "the first seed")->capture_default_str();
  auto* seeds = app.add_option("--seeds", options.count, "how many seeds")->capture_default_str();
  app.add_flag("--fresh", options.fresh,
               "take the first seed from the clock: none that were run before");
  app.add_option("--seconds", options.seconds,
                 "begin no seed after so many seconds (default: no limit)");
  app.add_option("--jobs", options.jobs, "processes at a time")
      ->capture_default_str()
      ->check(CLI::Range(1, 1024));
  app.add_option("--failures", options.failures, "stop after so many failed seeds")
      ->capture_default_str();
  app.add_option("--faults", faults,
                 "these instead of the seed's own: names with commas, none or all");
  app.add_flag("--mixed-versions", options.mixed_versions,
               "servers begin as the release before this one and are upgraded one at a time");
  app.add_option("--trace", options.trace,
                 "with --seed: what happens, to this file, as JSON lines");
  app.add_option(
      "--html", options.html,
      "a page to look at the run with, to this file: of --seed (shrunk, with --shrink),\n"
      "or of the first seed that fails");
  app.add_option("--html-events", options.html_events,
                 "the page has so many events, the last ones; their words together at most 16 MiB")
      ->capture_default_str()
      ->check(CLI::Range(1, 2'000'000));
  app.add_flag("--shrink", options.shrink, "with --seed: take faults away for as long as it fails");
  app.add_option("--hashes", options.hashes,
                 "each seed's hash, to this file: equal runs have equal ones");
  app.add_option("--json", options.json, "the result, to this file");
  app.add_flag("--list-faults", options.list_faults, "what can go wrong, and end");
  try {
    app.parse(argc, argv);
    if (!faults.empty()) {
      options.faults.emplace();
      if (const std::string wrong = read_faults(faults, *options.faults); !wrong.empty()) {
        throw CLI::ValidationError("--faults", wrong);
      }
    }
    if (options.seconds && seeds->empty()) {
      // For as long as there is time.
      options.count = std::uint64_t{1} << 40U;
    }
    if (options.fresh) {
      options.first = fresh_seed();
    }
    if (!options.seed && (options.shrink || !options.trace.empty())) {
      throw CLI::ValidationError("--trace and --shrink", "need --seed");
    }
  } catch (const CLI::ParseError& error) {
    exit_code = app.exit(error) == 0 ? 0 : 2;
    return std::nullopt;
  }
  return options;
}

}  // namespace buoyant::sim_tool
