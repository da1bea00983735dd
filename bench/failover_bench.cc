// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// failover_bench: how long no write succeeds when the leader of real processes is killed, in
// election timeouts, or hands over, in heartbeat intervals.

#include "bench/failover/kills.h"
#include "bench/failover/transfers.h"
#include "tests/support/process/temporary_directory.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace {

namespace bench = buoyant::bench;
namespace process = buoyant::process;

struct Arguments {
  bench::KillOptions kills;
  std::uint64_t transfers = 0;
  std::string kv_binary;
  std::uint64_t seconds_max = 3600;
  std::string data = "/var/tmp";
  std::string json;
};

void add_options(CLI::App& app, Arguments& arguments) {
  app.add_option("--servers", arguments.kills.servers, "server processes")
      ->check(CLI::Range(3, 7))
      ->capture_default_str();
  app.add_option("--kills", arguments.kills.kills, "how often the leader is killed")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  app.add_flag("--stop", arguments.kills.asks_to_stop,
               "ask the leader to stop, with SIGTERM, instead of killing it");
  app.add_option("--transfers", arguments.transfers,
                 "instead of kills: so many planned transfers between buoyant-kv processes")
      ->check(CLI::Range(1, 100'000));
  app.add_option("--election-ms", arguments.kills.election_ms)
      ->check(CLI::Range(50, 60'000))
      ->capture_default_str();
  app.add_option("--heartbeat-ms", arguments.kills.heartbeat_ms)
      ->check(CLI::Range(5, 10'000))
      ->capture_default_str();
  app.add_option("--rate", arguments.kills.lines_per_second, "writes per second, of all clients")
      ->check(CLI::Range(10, 10'000))
      ->capture_default_str();
  app.add_option("--seed", arguments.kills.seed, "of the times between kills")
      ->capture_default_str();
  app.add_option("--seconds-max", arguments.seconds_max, "ends what is not done by then")
      ->check(CLI::Range(1, 360'000))
      ->capture_default_str();
  app.add_option("--server", arguments.kills.binary, "the buoyant-echo to run")
      ->check(CLI::ExistingFile)
      ->capture_default_str();
  app.add_option("--kv-server", arguments.kv_binary, "the buoyant-kv to run")
      ->check(CLI::ExistingFile)
      ->capture_default_str();
  app.add_option("--data", arguments.data, "the servers' data go to a directory in it")
      ->capture_default_str();
  app.add_option("--json", arguments.json, "writes the figures to this file as well");
}

double load_average() {
  std::array<double, 1> average{};
  return ::getloadavg(average.data(), 1) == 1 ? average[0] : -1;
}

nlohmann::json report_of(const bench::KillRun& run, const Arguments& arguments) {
  std::vector<double> milliseconds;
  std::uint64_t more_than_one = 0;
  for (const bench::Outage& outage : run.outages) {
    milliseconds.push_back(outage.milliseconds);
    more_than_one += outage.terms > 1 ? 1 : 0;
  }
  const auto unit = static_cast<double>(arguments.kills.election_ms);
  return {{"kills", run.outages.size()},
          {"election_ms", arguments.kills.election_ms},
          {"heartbeat_ms", arguments.kills.heartbeat_ms},
          {"unavailable_election_timeouts", bench::quantiles_of(milliseconds, unit)},
          {"more_than_one_election", more_than_one},
          {"trouble", run.trouble},
          {"outages", run.outages}};
}

void print_progress(const bench::KillRun& run, const Arguments& arguments) {
  constexpr std::size_t kEvery = 10;
  if (run.outages.size() % kEvery == 0) {
    fmt::print(stderr, "{} of {} kills, the last one {:.0f} ms; load average {:.1f}\n",
               run.outages.size(), arguments.kills.kills, run.outages.back().milliseconds,
               load_average());
  }
}

bool write_json(const nlohmann::json& report, const std::string& path) {
  if (path.empty()) {
    return true;
  }
  std::ofstream file(path);
  file << report.dump(2) << "\n";
  if (!file.flush()) {
    fmt::print(stderr, "failover_bench: cannot write {}\n", path);
    return false;
  }
  return true;
}

int finish(nlohmann::json report, double load_before, const Arguments& arguments) {
  report["load_average"] = {load_before, load_average()};
  const auto trouble = report["trouble"].get<std::string>();
  if (!trouble.empty()) {
    fmt::print(stderr, "failover_bench: {}\n", trouble);
  }
  return write_json(report, arguments.json) && trouble.empty() ? 0 : 1;
}

int run_kills(const Arguments& arguments) {
  const double load_before = load_average();
  const bench::KillRun kills = bench::run_kills(
      arguments.kills, [&](const bench::KillRun& so_far) { print_progress(so_far, arguments); });
  nlohmann::json report = report_of(kills, arguments);
  const auto unavailable = report["unavailable_election_timeouts"].get<bench::Quantiles>();
  fmt::print("{:>6} {:>11} {:>8} {:>8} {:>8} {:>15} {:>13}\n", "kills", "election ms", "p50", "p99",
             "max", "more elections", "load average");
  fmt::print("{:>6} {:>11} {:>8.2f} {:>8.2f} {:>8.2f} {:>15} {:>5.1f} - {:>5.1f}\n",
             kills.outages.size(), arguments.kills.election_ms, unavailable.p50, unavailable.p99,
             unavailable.max, report["more_than_one_election"].get<std::uint64_t>(), load_before,
             load_average());
  return finish(std::move(report), load_before, arguments);
}

int run_transfers(const Arguments& arguments) {
  const double load_before = load_average();
  const bench::TransferOptions options{
      .binary = arguments.kv_binary,
      .directory = arguments.kills.directory,
      .servers = arguments.kills.servers,
      .transfers = arguments.transfers,
      .election_ms = arguments.kills.election_ms,
      .heartbeat_ms = arguments.kills.heartbeat_ms,
      .deadline = arguments.kills.deadline,
  };
  const bench::TransferRun run =
      bench::run_transfers(options, [&](const bench::TransferRun& so_far) {
        constexpr std::size_t kEvery = 10;
        if (so_far.gaps.size() % kEvery == 0 && !so_far.gaps.empty()) {
          fmt::print(stderr, "{} of {} transfers, the last one {:.1f} ms; load average {:.1f}\n",
                     so_far.gaps.size(), arguments.transfers, so_far.gaps.back(), load_average());
        }
      });
  const auto unit = static_cast<double>(options.heartbeat_ms);
  const bench::Quantiles gaps = bench::quantiles_of(run.gaps, unit);
  const bench::Quantiles before = bench::quantiles_of(run.gaps_before, unit);
  fmt::print("{:>9} {:>8} {:>12} {:>6} {:>6} {:>6} {:>24} {:>13}\n", "transfers", "failed",
             "heartbeat ms", "p50", "p99", "max", "without: p50, p99, max", "load average");
  fmt::print(
      "{:>9} {:>8} {:>12} {:>6.2f} {:>6.2f} {:>6.2f} {:>10.2f} {:>6.2f} {:>6.2f} {:>5.1f} - "
      "{:>5.1f}\n",
      run.gaps.size(), run.failures, options.heartbeat_ms, gaps.p50, gaps.p99, gaps.max, before.p50,
      before.p99, before.max, load_before, load_average());
  return finish({{"transfers", run.gaps.size()},
                 {"failures", run.failures},
                 {"heartbeat_ms", options.heartbeat_ms},
                 {"unavailable_heartbeats", gaps},
                 {"without_transfer_heartbeats", before},
                 {"gaps_ms", run.gaps},
                 {"trouble", run.trouble}},
                load_before, arguments);
}

int run(Arguments& arguments) {
  const process::TemporaryDirectory directory(arguments.data);
  arguments.kills.directory = directory.path();
  arguments.kills.deadline = process::within(std::chrono::seconds(arguments.seconds_max));
  return arguments.transfers == 0 ? run_kills(arguments) : run_transfers(arguments);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "How long no write succeeds when the leader of buoyant-echo processes is killed with "
      "SIGKILL under light load, in election timeouts; or when that of buoyant-kv processes hands "
      "over, in heartbeat intervals.");
  Arguments arguments;
  arguments.kills.binary = BUOYANT_ECHO_BINARY;
  arguments.kv_binary = BUOYANT_KV_BINARY;
  add_options(app, arguments);
  CLI11_PARSE(app, argc, argv);
  std::signal(SIGPIPE, SIG_IGN);
  return run(arguments);
}
