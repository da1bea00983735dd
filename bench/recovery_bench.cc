// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// recovery_bench: how a server comes back: opening a long log, catching up from the leader's log,
// a snapshot. How long nobody leads is measured by failover_bench.

#include "bench/cluster/rounds.h"
#include "bench/cluster/server_command.h"
#include "bench/recovery/opening.h"
#include "bench/recovery/transfers.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <cstdint>
#include <string>
#include <vector>

namespace {

namespace bench = buoyant::bench;

constexpr const char* kProgram = "recovery_bench";

struct Arguments {
  bench::TransferWork transfer;
  std::vector<std::uint64_t> payloads = {256, 4096};
  std::string json;
};

void add_transfer_options(CLI::App& app, Arguments& arguments) {
  app.add_option("--mib", arguments.transfer.mebibytes, "what is to be transferred")
      ->check(CLI::Range(1, 65536))
      ->capture_default_str();
  app.add_option("--repeats", arguments.transfer.repeats, "each figure is the median of them")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
}

void print(const char* what, const nlohmann::json& summary) {
  const auto number = [&](const char* name) { return summary.at(name).get<double>(); };
  fmt::print(
      "{}: {:.0f} MiB of {:.0f} B in {:.2f} s, {:.0f} MiB/s; a plain copy {:.0f} MiB/s; {:.2f} of "
      "it; the first byte after {:.2f} s\n",
      what, number("mebibytes"), number("payload"), number("seconds"),
      number("mebibytes_per_second"), number("copy_mebibytes_per_second"), number("to_copy"),
      number("start_seconds"));
  std::fflush(stdout);
}

/// Writes what was measured; the exit code.
int finish(const Arguments& arguments, const nlohmann::json& measured) {
  if (measured.is_null() || measured.empty()) {
    return 1;
  }
  return arguments.json.empty() || bench::write_json(kProgram, arguments.json, measured) ? 0 : 1;
}

int run_catch_up(Arguments& arguments) {
  nlohmann::json summaries = nlohmann::json::array();
  for (const std::uint64_t payload : arguments.payloads) {
    arguments.transfer.payload = payload;
    const nlohmann::json summary = bench::measure_catch_up(arguments.transfer);
    if (summary.is_null()) {
      return 1;
    }
    print("catch-up", summary);
    summaries.push_back(summary);
  }
  return finish(arguments, summaries);
}

int run_snapshot(const Arguments& arguments) {
  const nlohmann::json summary = bench::measure_snapshot(arguments.transfer);
  if (!summary.is_null()) {
    print("snapshot", summary);
  }
  return finish(arguments, summary.is_null() ? summary : nlohmann::json::array({summary}));
}

int run_opening(const Arguments& arguments, bench::OpeningBench& opening) {
  if (opening.is_step()) {
    return opening.be_step();
  }
  opening.data = arguments.transfer.data;
  const nlohmann::json openings = opening.run();
  const int code = finish(arguments, openings);
  return code == 0 && !opening.is_good(openings) ? 1 : code;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("How a server comes back.", kProgram);
  Arguments arguments;
  bench::ServerCommand server;
  bench::OpeningBench opening;
  app.add_option("--json", arguments.json, "also writes the figures to this file");
  app.add_option("--data", arguments.transfer.data, "a directory is made in it and removed")
      ->capture_default_str();
  app.fallthrough();
  app.require_subcommand(0, 1);
  server.add_to(app);
  CLI::App* const opens =
      app.add_subcommand("opening", "opens a long log and measures time and memory");
  opening.add_to(*opens);
  CLI::App* const catches_up = app.add_subcommand(
      "catch-up",
      "stops a follower of three, starts it again, and times how it gets what it missed from the "
      "leader's log; beside a plain copy over loopback to a flushed file");
  add_transfer_options(*catches_up, arguments);
  catches_up
      ->add_option("--payload", arguments.payloads, "bytes of an entry; several: one run each")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 20U))
      ->delimiter(',')
      ->capture_default_str();
  CLI::App* const takes = app.add_subcommand(
      "snapshot",
      "the same for a follower that missed entries which are in a snapshot and no log any more");
  add_transfer_options(*takes, arguments);
  CLI11_PARSE(app, argc, argv);
  std::signal(SIGPIPE, SIG_IGN);
  if (server.is_given()) {
    return server.run();
  }
  if (opens->parsed()) {
    return run_opening(arguments, opening);
  }
  if (catches_up->parsed()) {
    return run_catch_up(arguments);
  }
  if (takes->parsed()) {
    return run_snapshot(arguments);
  }
  fmt::print("{}", app.help());
  return 2;
}
