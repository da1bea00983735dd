// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// cluster_bench: replication throughput and latency of real processes on loopback, each with a
// log on disk; proposals are made at the leader, a fixed number outstanding or at a fixed rate.

#include "bench/cluster/certificates.h"
#include "bench/cluster/run_options.h"
#include "bench/cluster/server_command.h"
#include "tests/support/process/temporary_directory.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <cstdint>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace bench = buoyant::bench;

/// Below what a node takes at most, with room for what is about to be called back.
constexpr std::uint64_t kOutstandingBytesMax = std::uint64_t{48} << 20U;

constexpr std::uint64_t kServersMax = 7;

struct Arguments {
  std::vector<std::uint64_t> servers = {3};
  std::vector<std::uint64_t> payloads = {256};
  std::vector<std::uint64_t> outstanding = {1, 16, 256, 4096};
  std::vector<double> rates;
  bool is_closed = true;
  std::vector<std::string> points;
  bool has_stages = false;
  bool has_tls = false;
  bench::RunOptions run = {.seconds = 5, .warmup = 1, .rounds = {.program = "cluster_bench"}};
};

/// SERVERS:PAYLOAD:LOAD. Nothing: it is not that.
std::optional<bench::Plan> point_of(const std::string& text) {
  std::istringstream fields(text);
  bench::Plan plan;
  bench::Work work;
  char colon = 0;
  char another = 0;
  double load = 0;
  std::string unit;
  if (!(fields >> plan.servers >> colon >> work.payload >> another >> load) || colon != ':' ||
      another != ':' || plan.servers < 1 || plan.servers > kServersMax || work.payload < 1 ||
      load < 1) {
    return std::nullopt;
  }
  fields >> unit;
  if (unit == "/s") {
    work.rate = load;
  } else if (unit.empty() && load * static_cast<double>(work.payload) <= kOutstandingBytesMax) {
    work.outstanding = static_cast<std::uint64_t>(load);
  } else {
    return std::nullopt;
  }
  plan.works = {work};
  return plan;
}

void add_options(CLI::App& app, Arguments& arguments) {
  app.add_option("--servers", arguments.servers, "server processes; several: one run each")
      ->check(CLI::Range(std::uint64_t{1}, kServersMax))
      ->delimiter(',')
      ->capture_default_str();
  app.add_option("--payload", arguments.payloads, "bytes of one proposal; several: one run each")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 20U))
      ->delimiter(',')
      ->capture_default_str();
  app.add_option("--outstanding", arguments.outstanding,
                 "closed loop: proposals in flight; several: one run each")
      ->check(CLI::Range(1, 65536))
      ->delimiter(',')
      ->capture_default_str();
  app.add_option("--rate", arguments.rates,
                 "open loop: proposals per second, latencies counted from when each was due; "
                 "several: one run each; then no closed loops but those of --outstanding")
      ->check(CLI::Range(1.0, 10e6))
      ->delimiter(',');
  app.add_option("--point", arguments.points,
                 "SERVERS:PAYLOAD:LOAD instead of all that the options above combine to, where "
                 "LOAD is proposals in flight (256) or a rate (5000/s); several: one run each")
      ->check(CLI::Validator(
          [](const std::string& text) {
            return point_of(text) ? std::string() : "not SERVERS:PAYLOAD:LOAD: " + text;
          },
          ""))
      ->delimiter(',');
  app.add_flag("--stages", arguments.has_stages,
               "of closed loops: where the time of a proposal goes at the leader");
  app.add_flag("--tls", arguments.has_tls,
               "each run a second time with TLS between the servers, in turns, and the ratio");
  bench::add_options(app, arguments.run);
}

/// What --servers, --payload, --outstanding and --rate combine to.
std::vector<bench::Plan> combinations_of(const Arguments& arguments) {
  std::vector<bench::Plan> plans;
  for (const std::uint64_t servers : arguments.servers) {
    for (const std::uint64_t payload : arguments.payloads) {
      bench::Work work = {.payload = payload};
      for (const std::uint64_t outstanding : arguments.outstanding) {
        if (arguments.is_closed && payload * outstanding <= kOutstandingBytesMax) {
          work.outstanding = outstanding;
          plans.push_back({.servers = servers, .works = {work}, .options = {}});
        }
      }
      for (const double rate : arguments.rates) {
        work.rate = rate;
        plans.push_back({.servers = servers, .works = {work}, .options = {}});
      }
    }
  }
  return plans;
}

/// Each plan in the clear and then with TLS, so that both meet the same disturbances.
std::vector<bench::Plan> with_tls(const std::vector<bench::Plan>& plans,
                                  const std::string& certificates) {
  std::vector<bench::Plan> pairs;
  for (const bench::Plan& plan : plans) {
    pairs.push_back(plan);
    pairs.push_back(plan);
    pairs.back().options.insert(pairs.back().options.end(), {"--server-tls", certificates});
  }
  return pairs;
}

std::vector<bench::Plan> plans_of(const Arguments& arguments) {
  std::vector<bench::Plan> plans;
  for (const std::string& text : arguments.points) {
    plans.push_back(*point_of(text));
  }
  if (plans.empty()) {
    plans = combinations_of(arguments);
  }
  for (bench::Plan& plan : plans) {
    plan.works.front().warmup_seconds = arguments.run.warmup;
    plan.works.front().seconds = arguments.run.seconds;
    if (arguments.has_stages) {
      plan.options = {"--with-stages"};
    }
  }
  return plans;
}

void print_header() {
  fmt::print("{:>7} {:>7} {:>9} {:>11} {:>19} {:>8} {:>8} {:>8} {:>11} {:>11} {:>8} {:>7}\n",
             "servers", "payload", "load", "proposals/s", "range", "p50 us", "p99 us", "p99.9 us",
             "cpu us", "written", "anon MiB", "turn us");
}

std::string load_of(const nlohmann::json& summary) {
  const double rate = summary.at("rate").get<double>();
  return rate > 0 ? fmt::format("{:.0f}/s", rate)
                  : fmt::format("C={:.0f}", summary.at("outstanding").get<double>());
}

void print_summary(const nlohmann::json& summary) {
  const auto number = [&](const char* name) { return summary.at(name).get<double>(); };
  const nlohmann::json range =
      summary.at("range").value("proposals_per_second", nlohmann::json::array());
  fmt::print(
      "{:>7} {:>7} {:>9} {:>11.0f} {:>19} {:>8.0f} {:>8.0f} {:>8.0f} {:>11} {:>11} {:>8.1f} "
      "{:>7.0f}{}{}\n",
      number("servers"), number("payload"), load_of(summary), number("proposals_per_second"),
      range.empty() ? ""
                    : fmt::format("{:.0f}-{:.0f}", range[0].get<double>(), range[1].get<double>()),
      number("p50_us"), number("p99_us"), number("p999_us"),
      fmt::format("{:.1f}/{:.1f}", number("leader_cpu_us"), number("follower_cpu_us")),
      fmt::format("{:.0f}/{:.0f}", number("leader_bytes_written"),
                  number("follower_bytes_written")),
      number("leader_anonymous_mib"), number("turn_longest_us"),
      summary.at("tls").get<bool>() ? " TLS" : "",
      number("unfinished") > 0 ? fmt::format(" ({:.0f} unfinished)", number("unfinished")) : "");
  std::fflush(stdout);
}

/// What TLS leaves of the throughput, and what it adds to the latency. Requires: pairs.
void print_ratios(const std::vector<nlohmann::json>& points) {
  for (std::size_t i = 0; i + 1 < points.size(); i += 2) {
    const auto ratio = [&](const char* name) {
      return points[i + 1].at(name).get<double>() / points[i].at(name).get<double>();
    };
    fmt::print("TLS to clear, {} servers, {} B, {}: throughput {:.2f}, p50 {:.2f}, p99 {:.2f}\n",
               points[i].at("servers").get<int>(), points[i].at("payload").get<int>(),
               load_of(points[i]), ratio("proposals_per_second"), ratio("p50_us"), ratio("p99_us"));
  }
}

int run_as_driver(const Arguments& arguments) {
  std::vector<bench::Plan> plans = plans_of(arguments);
  if (plans.empty()) {
    fmt::print(stderr, "cluster_bench: nothing to run: at most {} bytes are outstanding\n",
               kOutstandingBytesMax);
    return 1;
  }
  std::optional<buoyant::process::TemporaryDirectory> certificates;
  if (arguments.has_tls) {
    certificates.emplace(arguments.run.rounds.data);
    if (const auto made = bench::make_certificates(certificates->path(), kServersMax); !made) {
      fmt::print(stderr, "cluster_bench: {}: {}\n", made.error().message(), made.error().context());
      return 1;
    }
    plans = with_tls(plans, certificates->path());
  }
  print_header();
  const std::vector<nlohmann::json> points =
      bench::measure(arguments.run.rounds, plans, print_summary);
  if (!bench::keep_points(arguments.run, points)) {
    return 1;
  }
  if (points.size() != plans.size()) {
    return 1;
  }
  if (arguments.has_tls) {
    print_ratios(points);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Replication throughput and latency of server processes on loopback, each with its log on "
      "disk, proposals made at the leader. Columns with two figures: the leader's and a "
      "follower's, of one proposal.");
  Arguments arguments;
  bench::ServerCommand server;
  add_options(app, arguments);
  server.add_to(app);
  CLI11_PARSE(app, argc, argv);
  arguments.is_closed = arguments.rates.empty() || app.count("--outstanding") > 0;
  // A server that ends early must not end the driver.
  std::signal(SIGPIPE, SIG_IGN);
  return server.is_given() ? server.run() : run_as_driver(arguments);
}
