// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// floor_bench: what no replicated log can beat on this machine. `probes`: flushes, round trips
// and a plain journal; `replicate`: what cluster_bench measures, of a loop without Raft.

#include "bench/floor/probes.h"
#include "bench/floor/replicate.h"
#include "bench/peers/one_point.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <fstream>
#include <string>

namespace {

namespace bench = buoyant::bench;

struct ProbeOptions {
  double seconds = 0.5;
  std::string data = "/var/tmp";
  std::string json;
};

int run_probes(const ProbeOptions& options) {
  const bench::TemporaryDirectory directory(options.data, "floor_bench");
  if (directory.path().empty()) {
    return bench::complain("floor_bench", "cannot make a directory below " + options.data);
  }
  const bench::Probes probes = bench::probe(directory.path(), options.seconds);
  fmt::print("append and flush of 256 B, p50: {:.0f} us; with three processes {:.0f} us\n",
             probes.flush_1_us, probes.flush_3_us);
  fmt::print("direct synchronous write of 4 KiB, p50: {:.0f} us; with three processes {:.0f} us\n",
             probes.direct_1_us, probes.direct_3_us);
  fmt::print("loopback round trip, p50: {:.0f} us\n", probes.ping_pong_us);
  for (const bench::JournalRate& rate : probes.journal) {
    fmt::print("journal, {} entries of 256 B: {:.0f} commits/s\n", rate.entries,
               rate.commits_per_second);
  }
  if (options.json.empty()) {
    return 0;
  }
  std::ofstream file(options.json);
  file << nlohmann::json(probes).dump(2) << "\n";
  return file.flush() ? 0 : bench::complain("floor_bench", "cannot write " + options.json);
}

int run_replicate(const bench::OnePoint& options) {
  const bench::TemporaryDirectory directory(options.data, "floor_bench");
  if (directory.path().empty()) {
    return bench::complain("floor_bench", "cannot make a directory below " + options.data);
  }
  return bench::report("floor_bench", options,
                       bench::replicate(options.servers, options.work, directory.path()));
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("What no replicated log can beat on this machine.");
  app.require_subcommand(1);
  ProbeOptions probe_options;
  auto* probes = app.add_subcommand("probes", "flushes, loopback round trips, a plain journal");
  probes->add_option("--seconds", probe_options.seconds, "of each of the eight measurements")
      ->check(CLI::Range(0.01, 3600.0))
      ->capture_default_str();
  probes->add_option("--data", probe_options.data, "where a temporary directory is made")
      ->capture_default_str();
  probes->add_option("--json", probe_options.json, "writes them to this file as well");
  bench::OnePoint point;
  auto* replicate = app.add_subcommand(
      "replicate", "what cluster_bench measures, of a loop without Raft, checksums, encoding");
  bench::add_options(*replicate, point);
  CLI11_PARSE(app, argc, argv);
  std::signal(SIGPIPE, SIG_IGN);
  return probes->parsed() ? run_probes(probe_options) : run_replicate(point);
}
