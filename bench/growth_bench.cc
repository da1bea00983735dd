// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// growth_bench: what a long log costs: proposals in a cluster whose log grows, and in empty ones,
// in turns.

#include "bench/cluster/driver.h"
#include "bench/cluster/rounds.h"
#include "bench/cluster/server_command.h"
#include "bench/cluster/summary.h"
#include "tests/support/process/temporary_directory.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <vector>

namespace {

namespace bench = buoyant::bench;
using nlohmann::json;

constexpr const char* kProgram = "growth_bench";
constexpr int kElectionSecondsMax = 20;

struct Arguments {
  std::vector<std::uint64_t> entries = {1'000'000, 10'000'000, 100'000'000};
  std::uint64_t entry_bytes = 16;
  std::uint64_t servers = 3;
  bench::Work work = {.outstanding = 256, .warmup_seconds = 0.5, .seconds = 2};
  std::uint64_t repeats = 3;
  std::string data = "/var/tmp";
  std::string json_path;
};

void add_options(CLI::App& app, Arguments& arguments) {
  app.add_option("--entries", arguments.entries, "lengths of the log, ascending")
      ->check(CLI::PositiveNumber)
      ->delimiter(',')
      ->capture_default_str();
  app.add_option("--entry-bytes", arguments.entry_bytes, "of the entries that make it long")
      ->check(CLI::Range(1, 65536))
      ->capture_default_str();
  app.add_option("--servers", arguments.servers)->check(CLI::Range(1, 7))->capture_default_str();
  app.add_option("--payload", arguments.work.payload, "bytes of a measured proposal")
      ->check(CLI::Range(1, 1 << 20))
      ->capture_default_str();
  app.add_option("--outstanding", arguments.work.outstanding, "measured proposals in flight")
      ->check(CLI::Range(1, 16384))
      ->capture_default_str();
  app.add_option("--seconds", arguments.work.seconds, "measured time of each run")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  app.add_option("--repeats", arguments.repeats, "of each length; figures are medians")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--json", arguments.json_path, "writes the figures to this file as well");
  app.add_option("--data", arguments.data, "the servers' logs go to directories in it")
      ->capture_default_str();
}

/// Null, and says why on standard error.
json complain(const std::string& what) {
  fmt::print(stderr, "{}: {}\n", kProgram, what);
  return nullptr;
}

/// What the files of the first server take on the disk.
double stored_mib(const std::string& directory) {
  double bytes = 0;
  std::error_code error;
  for (const auto& file : std::filesystem::recursive_directory_iterator(directory + "/1", error)) {
    struct stat found {};

    if (::stat(file.path().c_str(), &found) == 0) {
      bytes += static_cast<double>(found.st_blocks) * 512;
    }
  }
  return bytes / (1 << 20);
}

/// Proposes until the log is so long. False: leadership was lost.
bool grow(bench::BenchCluster& cluster, const Arguments& arguments, std::uint64_t entries) {
  for (;;) {
    const json status = cluster.status_of(cluster.leader());
    if (!status.is_object()) {
      return false;
    }
    const auto last = status.at("last").get<std::uint64_t>();
    fmt::print(stderr, "{}: {} of {} entries\n", kProgram, last, entries);
    if (last >= entries) {
      return true;
    }
    // No more than is missing, by far: short logs are filled in short runs.
    const double seconds = entries - last > 5'000'000 ? 5 : entries - last > 500'000 ? 0.5 : 0.05;
    if (!cluster.run({.payload = arguments.entry_bytes,
                      .outstanding = 16384,
                      .warmup_seconds = 0,
                      .seconds = seconds})) {
      return false;
    }
  }
}

std::optional<bench::Point> run_fresh(const Arguments& arguments) {
  const buoyant::process::TemporaryDirectory directory(arguments.data);
  bench::BenchCluster cluster(arguments.servers, directory.path());
  if (!cluster.wait_for_leader(kElectionSecondsMax)) {
    return std::nullopt;
  }
  auto point = cluster.run(arguments.work);
  return cluster.finish() ? point : std::nullopt;
}

/// Both clusters in turns. Null: leadership was lost.
json measure(bench::BenchCluster& grown, const Arguments& arguments) {
  std::vector<json> grown_points;
  std::vector<json> fresh_points;
  std::vector<json> ratios;
  for (std::uint64_t i = 0; i < arguments.repeats; ++i) {
    const auto fresh = run_fresh(arguments);
    const auto point = grown.run(arguments.work);
    if (!fresh || !point) {
      return complain("leadership was lost");
    }
    fresh_points.emplace_back(*fresh);
    grown_points.emplace_back(*point);
    ratios.push_back({{"to_fresh", point->proposals_per_second / fresh->proposals_per_second}});
  }
  json measured = bench::summary_of(ratios);
  measured["grown"] = bench::summary_of(grown_points);
  measured["fresh"] = bench::summary_of(fresh_points);
  return measured;
}

void print(const json& measured) {
  const auto rate = [&](const char* name) {
    return measured.at(name).at("proposals_per_second").get<double>();
  };
  fmt::print("{:>12} {:>11.0f} {:>11.0f} {:>9.2f} {:>10.0f} {:>10.0f} {:>9.0f} {:>9.1f}\n",
             measured.at("entries").get<std::uint64_t>(), rate("grown"), rate("fresh"),
             measured.at("to_fresh").get<double>(), measured.at("grown").at("p99_us").get<double>(),
             measured.at("fresh").at("p99_us").get<double>(),
             measured.at("stored_mib").get<double>(),
             measured.at("grown").at("leader_anonymous_mib").get<double>());
  std::fflush(stdout);
}

/// By the length of the log. Empty or short: it failed.
json run_all(const Arguments& arguments) {
  const buoyant::process::TemporaryDirectory directory(arguments.data);
  bench::BenchCluster grown(arguments.servers, directory.path());
  json all = json::array();
  if (!grown.wait_for_leader(kElectionSecondsMax)) {
    complain("no leader");
    return all;
  }
  for (const std::uint64_t entries : arguments.entries) {
    if (!grow(grown, arguments, entries)) {
      complain("leadership was lost while the log grew");
      return all;
    }
    json measured = measure(grown, arguments);
    if (measured.is_null()) {
      return all;
    }
    measured["entries"] = entries;
    measured["entry_bytes"] = arguments.entry_bytes;
    measured["stored_mib"] = stored_mib(directory.path());
    all.push_back(measured);
    print(measured);
  }
  grown.finish();
  return all;
}

int run(Arguments arguments) {
  std::sort(arguments.entries.begin(), arguments.entries.end());
  // Seen: 60 bytes an entry of 16, and room for what is measured and for the empty clusters.
  const std::uint64_t needed =
      arguments.servers *
      (arguments.entries.back() * (arguments.entry_bytes + 64) + (std::uint64_t{1} << 30U));
  std::error_code error;
  if (std::filesystem::space(arguments.data, error).available < needed) {
    complain(fmt::format("needs {} GiB in {}", (needed >> 30U) + 1, arguments.data));
    return 1;
  }
  fmt::print("{:>12} {:>11} {:>11} {:>9} {:>10} {:>10} {:>9} {:>9}\n", "entries", "proposals/s",
             "of empty", "ratio", "p99 us", "of empty", "file MiB", "anon MiB");
  const json measured = run_all(arguments);
  const bool is_written =
      arguments.json_path.empty() || bench::write_json(kProgram, arguments.json_path, measured);
  return is_written && measured.size() == arguments.entries.size() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "What a long log costs: proposals in a cluster whose log grows, and in clusters with an "
      "empty log, in turns.",
      kProgram);
  Arguments arguments;
  bench::ServerCommand server;
  add_options(app, arguments);
  server.add_to(app);
  CLI11_PARSE(app, argc, argv);
  std::signal(SIGPIPE, SIG_IGN);
  return server.is_given() ? server.run() : run(arguments);
}
