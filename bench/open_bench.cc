// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// open_bench: how long a server takes to open a long log, and how much memory it needs for it.
///
/// A process makes the log, others open it: each opening starts with nothing in memory.

#include "bench/open/log_file.h"
#include "tests/support/process/file_tail.h"
#include "tests/support/process/process.h"
#include "tests/support/process/temporary_directory.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

namespace {

using buoyant::bench::Opening;

struct Options {
  std::uint64_t entries = 10'000'000;
  std::uint64_t payload = 256;
  std::string parent = ".";
  std::string json;
  bool check = false;
  /// Of the processes that it starts: what they do, and with which log.
  std::string step;
  std::string log;
};

/// Runs this program again for one step; what it wrote to stdout.
std::optional<std::string> run_step(const Options& options, const std::string& directory,
                                    const std::string& step, std::uint64_t entries) {
  const std::string out = directory + "/out";
  buoyant::process::Process process(
      {{std::filesystem::read_symlink("/proc/self/exe").string(), "--step", step, "--log",
        directory + "/log", "--entries", std::to_string(entries), "--payload",
        std::to_string(options.payload)},
       {},
       out,
       directory + "/err"});
  const auto ended = process.wait(buoyant::process::within(std::chrono::hours(1)));
  if (ended != buoyant::process::Ended{0, 0}) {
    std::fputs(buoyant::process::contents_of(directory + "/err").c_str(), stderr);
    return std::nullopt;
  }
  return buoyant::process::contents_of(out);
}

int be_step(const Options& options) {
  if (options.step == "extend") {
    return buoyant::bench::extend_log(options.log, options.entries, options.payload) ? 0 : 1;
  }
  const Opening opening =
      buoyant::bench::measure_opening(options.log, options.payload, options.step == "cold");
  std::printf("%s\n", nlohmann::json(opening).dump().c_str());
  return opening.entries == options.entries ? 0 : 1;
}

void print(const Opening& opening) {
  std::printf("%12llu  %-5s  %9.1f  %11.2f  %11.2f  %9.0f\n",
              static_cast<unsigned long long>(opening.entries), opening.cold ? "cold" : "warm",
              opening.open_ms, opening.before_mib, opening.after_mib, opening.file_mib);
  std::fflush(stdout);
}

/// Opens a log of a tenth of the length, and one of all of it, each warm and cold.
std::vector<Opening> measure(const Options& options, const std::string& directory) {
  std::printf("%12s  %-5s  %9s  %11s  %11s  %9s\n", "entries", "cache", "open ms", "before MiB",
              "after MiB", "file MiB");
  std::vector<Opening> openings;
  for (const std::uint64_t entries : {options.entries / 10, options.entries}) {
    if (!run_step(options, directory, "extend", entries)) {
      return {};
    }
    for (const char* step : {"warm", "cold"}) {
      const auto text = run_step(options, directory, step, entries);
      if (!text) {
        return {};
      }
      openings.push_back(nlohmann::json::parse(*text).get<Opening>());
      print(openings.back());
    }
  }
  return openings;
}

/// What was promised: under a second, and memory that does not grow with the log.
bool is_good(const std::vector<Opening>& openings) {
  constexpr double kOpenMsMax = 1000;
  constexpr double kGrowthMibMax = 1;
  double shortest_log_mib = openings.front().after_mib;
  for (const Opening& opening : openings) {
    if (opening.open_ms > kOpenMsMax || opening.after_mib > shortest_log_mib + kGrowthMibMax) {
      std::printf("too slow, or too much memory, at %llu entries\n",
                  static_cast<unsigned long long>(opening.entries));
      return false;
    }
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Opens a long log and measures time and memory.", "open_bench");
  Options options;
  app.add_option("--entries", options.entries)->check(CLI::PositiveNumber)->capture_default_str();
  app.add_option("--payload", options.payload, "bytes")->capture_default_str();
  app.add_option("--data", options.parent, "a directory is made in it and removed")
      ->capture_default_str();
  app.add_option("--json", options.json, "also writes the figures to this file");
  app.add_flag("--check", options.check, "fails when it takes too long or too much memory");
  app.add_option("--step", options.step)->group("");
  app.add_option("--log", options.log)->group("");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  }
  if (!options.step.empty()) {
    return be_step(options);
  }
  const buoyant::process::TemporaryDirectory directory(
      std::filesystem::absolute(options.parent).string());
  const std::vector<Opening> openings = measure(options, directory.path());
  if (openings.empty()) {
    return 1;
  }
  if (!options.json.empty()) {
    std::ofstream(options.json) << nlohmann::json(openings).dump(2) << '\n';
  }
  return !options.check || is_good(openings) ? 0 : 1;
}
