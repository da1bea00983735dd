// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// compare_bench: buoyant, other implementations of Raft and the floor on the same work in turn,
// again and again; what one is to the other, and whether that is what buoyant promises.

#include "bench/compare/measure.h"
#include "bench/compare/plan.h"
#include "bench/compare/samples.h"
#include "bench/compare/table.h"
#include "bench/compare/targets.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/utsname.h>
#include <thread>
#include <unistd.h>

namespace {

namespace bench = buoyant::bench;
using Clock = std::chrono::steady_clock;

struct Arguments {
  bench::Settings settings;
  std::uint64_t rounds = 5;
  double minutes = 15;
  bool quick = false;
  bool libraft_nodelay = false;
  std::string etcd = "etcd";
  std::string only;
  std::string json = "build/compare.json";
  std::string table;
};

constexpr const char* kDescription =
    "buoyant, Debian's libraft, Debian's etcd and the floor on the same work in turn: processes "
    "on\n"
    "loopback, every commit durable on every server, a fixed number of proposals outstanding.\n"
    "libraft and buoyant are driven inside the leader's process; etcd has no such way, so a "
    "client\n"
    "puts over gRPC. The floor replicates and flushes, and nothing else.";

void add_options(CLI::App& app, Arguments& arguments) {
  bench::Settings& settings = arguments.settings;
  app.add_flag("--quick", arguments.quick, "2 rounds of 1 s: about 3 minutes");
  app.add_option("--rounds", arguments.rounds, "repeats of everything")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--seconds", settings.seconds, "measured time of each run")
      ->check(CLI::Range(0.2, 600.0))
      ->capture_default_str();
  app.add_option("--warmup", settings.warmup_seconds, "time before it is measured")
      ->check(CLI::Range(0.0, 600.0))
      ->capture_default_str();
  app.add_option("--minutes", arguments.minutes,
                 "no round begins that would not end within this time")
      ->check(CLI::Range(0.1, 1e6))
      ->capture_default_str();
  app.add_option("--only", arguments.only,
                 "a part: words such as C=256, 256B, 1KiB, servers=3, buoyant, libraft, etcd, "
                 "floor, probes, with commas; of each kind that is named one must fit");
  app.add_flag("--libraft-nodelay", arguments.libraft_nodelay,
               "measures libraft-nodelay as well: libraft with TCP_NODELAY set from outside");
  app.add_option("--etcd", arguments.etcd, "the program of etcd")->capture_default_str();
  app.add_option("--data", settings.data, "where temporary directories for data are made")
      ->check(CLI::ExistingDirectory)
      ->capture_default_str();
  app.add_option("--json", arguments.json, "where the results go")->capture_default_str();
  app.add_option("--table", arguments.table, "measures nothing: prints the results in this file");
}

/// What is given stays as it is.
void be_quick(const CLI::App& app, Arguments& arguments) {
  if (app.count("--rounds") == 0) {
    arguments.rounds = 2;
  }
  if (app.count("--seconds") == 0) {
    arguments.settings.seconds = 1;
  }
  if (app.count("--warmup") == 0) {
    arguments.settings.warmup_seconds = 0.5;
  }
}

/// The file that a shell would run; empty: none.
std::string find_program(const std::string& name) {
  const char* path_of_shell = std::getenv("PATH");
  std::istringstream folders(
      path_of_shell != nullptr && name.find('/') == std::string::npos ? path_of_shell : "");
  std::string path = name;
  for (std::string folder; std::getline(folders, folder, ':') && access(path.c_str(), X_OK) != 0;) {
    path = std::filesystem::path(folder) / name;
  }
  return path.find('/') != std::string::npos && access(path.c_str(), X_OK) == 0 ? path : "";
}

/// Those that this build and this machine have.
void add_programs(Arguments& arguments) {
  auto& programs = arguments.settings.programs;
  arguments.settings.floor_program = BUOYANT_FLOOR_BENCH;
  programs["floor"] = {BUOYANT_FLOOR_BENCH, "replicate"};
  programs["buoyant"] = {BUOYANT_CLUSTER_BENCH};
#ifdef BUOYANT_LIBRAFT_BENCH
  programs["libraft"] = {BUOYANT_LIBRAFT_BENCH};
  if (arguments.libraft_nodelay) {
    programs["libraft-nodelay"] = {BUOYANT_LIBRAFT_BENCH, "--nodelay"};
  }
#endif
#ifdef BUOYANT_ETCD_BENCH
  if (const std::string etcd = find_program(arguments.etcd); !etcd.empty()) {
    arguments.etcd = etcd;
    programs["etcd"] = {BUOYANT_ETCD_BENCH, "--etcd", etcd};
  }
#endif
}

/// In the order in which they take turns.
std::vector<std::string> systems_of(const Arguments& arguments) {
  std::vector<std::string> systems;
  for (const char* system : {"floor", "libraft", "libraft-nodelay", "buoyant", "etcd"}) {
    if (arguments.settings.programs.contains(system)) {
      systems.emplace_back(system);
    } else if (std::string(system) != "libraft-nodelay") {
      fmt::print(stderr, "compare_bench: without {}: it is not installed\n", system);
    }
  }
  return systems;
}

/// The first line that a command prints; empty: none.
std::string first_line_of(const std::string& command) {
  std::string line;
  FILE* output = popen(command.c_str(), "r");
  if (output == nullptr) {
    return line;
  }
  for (int c = std::fgetc(output); c != EOF && c != '\n'; c = std::fgetc(output)) {
    line += static_cast<char>(c);
  }
  pclose(output);
  return line;
}

std::vector<std::string> versions_of_peers(const Arguments& arguments) {
  std::vector<std::string> versions;
#ifdef BUOYANT_LIBRAFT_VERSION
  versions.emplace_back("libraft " BUOYANT_LIBRAFT_VERSION);
#endif
  if (arguments.settings.programs.contains("etcd")) {
    versions.push_back(first_line_of("'" + arguments.etcd + "' --version 2>/dev/null"));
  }
  return versions;
}

bench::Machine this_machine() {
  bench::Machine machine;
  utsname name{};
  uname(&name);
  machine.kernel = name.release;
  machine.cores = std::thread::hardware_concurrency();
  std::ifstream cpuinfo("/proc/cpuinfo");
  for (std::string line; std::getline(cpuinfo, line) && machine.processor.empty();) {
    if (line.starts_with("model name")) {
      machine.processor = line.substr(line.find(':') + 2);
    }
  }
  char date[32] = {};
  const std::time_t now = std::time(nullptr);
  std::strftime(date, sizeof(date), "%Y-%m-%d %H:%M", std::gmtime(&now));
  machine.date = date;
  std::ifstream("/proc/loadavg") >> machine.load;
  return machine;
}

bool write_results(const bench::Comparison& comparison, const std::string& path) {
  nlohmann::json json = comparison;
  json["targets"] = nlohmann::json::array();
  for (const bench::Target& target : bench::targets_of(comparison)) {
    json["targets"].push_back(bench::json_of(target));
  }
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
  std::ofstream file(path);
  file << json.dump(1) << "\n";
  return static_cast<bool>(file.flush());
}

void run_probes(const Arguments& arguments, std::uint64_t round, bench::Comparison& comparison) {
  const auto measured = bench::measure_probes(arguments.settings);
  if (!measured.value) {
    comparison.failures.push_back("probes: " + measured.failure);
    fmt::print(stderr, "round {}: probes: {}\n", round, measured.failure);
    return;
  }
  comparison.probes.push_back({.round = round, .probes = *measured.value});
  fmt::print(stderr, "round {}: flush {:.0f} us, of three {:.0f} us, round trip {:.0f} us\n", round,
             measured.value->flush_1_us, measured.value->flush_3_us, measured.value->ping_pong_us);
}

void run_one(const Arguments& arguments, std::uint64_t round, const bench::Run& run,
             bench::Comparison& comparison) {
  const std::string name = fmt::format("{}, {} servers, {} B, C={}", run.system, run.cell.servers,
                                       run.cell.payload, run.cell.outstanding);
  auto measured = bench::measure(arguments.settings, run);
  if (!measured.value && !bench::was_interrupted()) {
    // Servers that wait for a busy disk elect another leader; that is not what is measured.
    fmt::print(stderr, "round {}: {}: {}; once more\n", round, name, measured.failure);
    measured = bench::measure(arguments.settings, run);
  }
  if (!measured.value) {
    comparison.failures.push_back(name + ": " + measured.failure);
    fmt::print(stderr, "round {}: {}: {}\n", round, name, measured.failure);
    return;
  }
  measured.value->round = round;
  comparison.samples.push_back(*measured.value);
  fmt::print(stderr, "round {}: {}: {:.0f}/s, p50 {:.0f} us, p99 {:.0f} us\n", round, name,
             measured.value->proposals_per_second, measured.value->p50_us, measured.value->p99_us);
}

bench::Comparison compare(const Arguments& arguments, const bench::Filter& filter,
                          const std::vector<std::string>& systems) {
  bench::Comparison comparison;
  comparison.machine = this_machine();
  comparison.machine.peers = versions_of_peers(arguments);
  comparison.seconds = arguments.settings.seconds;
  comparison.warmup_seconds = arguments.settings.warmup_seconds;
  const Clock::time_point begin = Clock::now();
  const auto limit = std::chrono::duration<double>(arguments.minutes * 60);
  for (std::uint64_t round = 1; round <= arguments.rounds && !bench::was_interrupted(); ++round) {
    const auto elapsed = Clock::now() - begin;
    if (round > 1 &&
        elapsed * static_cast<double>(round) / static_cast<double>(round - 1) > limit) {
      fmt::print(stderr, "compare_bench: {} rounds fit into {} minutes\n", round - 1,
                 arguments.minutes);
      break;
    }
    if (filter.wants_probes()) {
      run_probes(arguments, round, comparison);
    }
    for (const bench::Run& run : bench::plan(systems, filter, round - 1)) {
      if (!bench::was_interrupted()) {
        run_one(arguments, round, run, comparison);
      }
    }
    // A run that is broken off leaves what it had.
    write_results(comparison, arguments.json);
  }
  return comparison;
}

int run(const Arguments& arguments) {
  const std::vector<std::string> systems = systems_of(arguments);
  const auto filter = bench::Filter::parse(arguments.only, systems);
  if (!filter) {
    fmt::print(stderr, "compare_bench: --only {}: see --help\n", arguments.only);
    return 2;
  }
  const bench::Comparison comparison = compare(arguments, *filter, systems);
  fmt::print("{}", bench::table_of(comparison));
  if (!write_results(comparison, arguments.json)) {
    fmt::print(stderr, "compare_bench: cannot write {}\n", arguments.json);
    return 1;
  }
  fmt::print(stderr, "\nresults: {}\n", arguments.json);
  return comparison.failures.empty() ? 0 : 1;
}

int print_table(const std::string& path) {
  std::ifstream file(path);
  const auto json = nlohmann::json::parse(file, nullptr, false);
  if (!json.is_object()) {
    fmt::print(stderr, "compare_bench: {}: no results\n", path);
    return 1;
  }
  fmt::print("{}", bench::table_of(json.get<bench::Comparison>()));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(kDescription);
  Arguments arguments;
  add_options(app, arguments);
  CLI11_PARSE(app, argc, argv);
  if (!arguments.table.empty()) {
    return print_table(arguments.table);
  }
  if (arguments.quick) {
    be_quick(app, arguments);
  }
  add_programs(arguments);
  bench::heed_interrupts();
  return run(arguments);
}
