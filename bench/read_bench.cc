// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// read_bench: reads of real processes on loopback, at the leader and at a follower, beside
// proposals in the same clusters.

#include "bench/cluster/run_options.h"
#include "bench/cluster/server_command.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace {

namespace bench = buoyant::bench;

struct Arguments {
  std::uint64_t servers = 3;
  std::vector<std::uint64_t> outstanding = {1, 64, 1024};
  bench::RunOptions run = {.seconds = 2, .warmup = 0.5, .rounds = {.program = "read_bench"}};
};

void add_options(CLI::App& app, Arguments& arguments) {
  app.add_option("--servers", arguments.servers, "server processes")
      ->check(CLI::Range(2, 7))
      ->capture_default_str();
  app.add_option("--outstanding", arguments.outstanding,
                 "reads in flight; several: one run each. Of stale reads: asked for at once")
      ->check(CLI::Range(1, 65536))
      ->delimiter(',')
      ->capture_default_str();
  bench::add_options(app, arguments.run);
}

/// One cluster for each number of reads in flight: proposals of 256 bytes first, then all reads.
std::vector<bench::Plan> plans_of(const Arguments& arguments) {
  using bench::CallKind;
  std::vector<bench::Plan> plans;
  for (const std::uint64_t outstanding : arguments.outstanding) {
    bench::Work work = {.outstanding = outstanding,
                        .warmup_seconds = arguments.run.warmup,
                        .seconds = arguments.run.seconds};
    bench::Plan plan = {
        .servers = arguments.servers, .works = {work}, .options = {"--lease-reads"}};
    for (const CallKind call : {CallKind::kRead, CallKind::kLeaseRead, CallKind::kStaleRead}) {
      for (const bool at_follower : {false, true}) {
        work.call = call;
        work.at_follower = at_follower;
        plan.works.push_back(work);
      }
    }
    plans.push_back(plan);
  }
  return plans;
}

/// Prints each, and how many times as many as the proposals that came before they are.
class Table {
 public:
  Table() {
    fmt::print("{:>10} {:>9} {:>7} {:>12} {:>24} {:>9} {:>9} {:>8} {:>15}\n", "call", "at", "C",
               "calls/s", "range", "p50 us", "p99 us", "cpu us", "times proposals");
  }

  void print(const nlohmann::json& summary) {
    const auto number = [&](const char* name) { return summary.at(name).get<double>(); };
    const auto call = summary.at("call").get<std::string>();
    const double rate = number("proposals_per_second");
    proposals_ = call == "propose" ? rate : proposals_;
    const nlohmann::json range =
        summary.at("range").value("proposals_per_second", nlohmann::json::array());
    fmt::print("{:>10} {:>9} {:>7.0f} {:>12.0f} {:>24} {:>9.2f} {:>9.2f} {:>8.2f} {:>15.1f}\n",
               call, summary.at("at_follower").get<bool>() ? "follower" : "leader",
               number("outstanding"), rate,
               range.empty()
                   ? ""
                   : fmt::format("{:.0f}-{:.0f}", range[0].get<double>(), range[1].get<double>()),
               number("p50_us"), number("p99_us"), number("leader_cpu_us"),
               proposals_ > 0 ? rate / proposals_ : 0);
    std::fflush(stdout);
  }

 private:
  double proposals_ = 0;
};

int run_as_driver(const Arguments& arguments) {
  const std::vector<bench::Plan> plans = plans_of(arguments);
  Table table;
  const std::vector<nlohmann::json> points = bench::measure(
      arguments.run.rounds, plans, [&](const nlohmann::json& summary) { table.print(summary); });
  if (!bench::keep_points(arguments.run, points)) {
    return 1;
  }
  return points.size() == plans.size() * plans.front().works.size() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Reads of server processes on loopback: linearizable ones that ask a quorum, ones by the "
      "leader's lease, and ones of what is there; at the leader and at a follower; beside "
      "proposals at the leader. The processor time is that of the leader for one call.");
  Arguments arguments;
  bench::ServerCommand server;
  add_options(app, arguments);
  server.add_to(app);
  CLI11_PARSE(app, argc, argv);
  std::signal(SIGPIPE, SIG_IGN);
  return server.is_given() ? server.run() : run_as_driver(arguments);
}
