// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/recovery/opening.h"

#include "bench/recovery/log_file.h"
#include "tests/support/process/file_tail.h"
#include "tests/support/process/process.h"
#include "tests/support/process/temporary_directory.h"

#include <cstdio>
#include <filesystem>
#include <optional>
#include <vector>

namespace buoyant::bench {

namespace {

/// Runs this program again with these arguments; what it wrote to stdout.
std::optional<std::string> run_again(const std::string& directory,
                                     std::vector<std::string> arguments) {
  const std::string out = directory + "/out";
  arguments.insert(arguments.begin(), std::filesystem::read_symlink("/proc/self/exe").string());
  process::Process process({arguments, {}, out, directory + "/err"});
  const auto ended = process.wait(process::within(std::chrono::hours(1)));
  if (ended != process::Ended{0, 0}) {
    std::fputs(process::contents_of(directory + "/err").c_str(), stderr);
    return std::nullopt;
  }
  return process::contents_of(out);
}

void print(const Opening& opening) {
  std::printf("%12llu  %-5s  %9.1f  %11.2f  %11.2f  %9.0f\n",
              static_cast<unsigned long long>(opening.entries), opening.cold ? "cold" : "warm",
              opening.open_ms, opening.before_mib, opening.after_mib, opening.file_mib);
  std::fflush(stdout);
}

}  // namespace

void OpeningBench::add_to(CLI::App& app) {
  app.add_option("--entries", entries_)->check(CLI::PositiveNumber)->capture_default_str();
  app.add_option("--payload", payload_, "bytes")->capture_default_str();
  app.add_flag("--check", check_, "fails when it takes too long or too much memory");
  app.add_option("--step", step_)->group("");
  app.add_option("--log", log_)->group("");
}

int OpeningBench::be_step() const {
  if (step_ == "extend") {
    return extend_log(log_, entries_, payload_) ? 0 : 1;
  }
  const Opening opening = measure_opening(log_, payload_, step_ == "cold");
  std::printf("%s\n", nlohmann::json(opening).dump().c_str());
  return opening.entries == entries_ ? 0 : 1;
}

nlohmann::json OpeningBench::run() const {
  const process::TemporaryDirectory directory(std::filesystem::absolute(data).string());
  const auto run_step = [&](const std::string& step, std::uint64_t entries) {
    return run_again(directory.path(),
                     {"opening", "--step", step, "--log", directory / "log", "--entries",
                      std::to_string(entries), "--payload", std::to_string(payload_)});
  };
  std::printf("%12s  %-5s  %9s  %11s  %11s  %9s\n", "entries", "cache", "open ms", "before MiB",
              "after MiB", "file MiB");
  nlohmann::json openings = nlohmann::json::array();
  for (const std::uint64_t entries : {entries_ / 10, entries_}) {
    if (!run_step("extend", entries)) {
      return nlohmann::json::array();
    }
    for (const char* step : {"warm", "cold"}) {
      const auto text = run_step(step, entries);
      if (!text) {
        return nlohmann::json::array();
      }
      openings.push_back(nlohmann::json::parse(*text));
      print(openings.back().get<Opening>());
    }
  }
  return openings;
}

bool OpeningBench::is_good(const nlohmann::json& openings) const {
  constexpr double kOpenMsMax = 1000;
  constexpr double kGrowthMibMax = 1;
  if (!check_) {
    return true;
  }
  const double shortest_log_mib = openings.front().get<Opening>().after_mib;
  for (const Opening& opening : openings.get<std::vector<Opening>>()) {
    if (opening.open_ms > kOpenMsMax || opening.after_mib > shortest_log_mib + kGrowthMibMax) {
      std::printf("too slow, or too much memory, at %llu entries\n",
                  static_cast<unsigned long long>(opening.entries));
      return false;
    }
  }
  return true;
}

}  // namespace buoyant::bench
