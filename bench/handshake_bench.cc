// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// handshake_bench: for how long a server's loop is held when a peer connects, with TLS and in the
// clear: the processor time of whole loop iterations while a peer comes and goes.

#include "bench/cluster/certificates.h"
#include "bench/cluster/rounds.h"
#include "bench/handshake/visits.h"
#include "tests/support/process/temporary_directory.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <optional>
#include <string>

namespace {

namespace bench = buoyant::bench;

struct Arguments {
  std::uint64_t visits = 50;
  std::string data = "/var/tmp";
  std::string json;
};

void add_options(CLI::App& app, Arguments& arguments) {
  app.add_option("--visits", arguments.visits, "how often the peer comes and goes")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  app.add_option("--json", arguments.json, "writes the figures to this file as well");
  app.add_option("--data", arguments.data, "the servers' logs go to directories in it")
      ->capture_default_str();
}

/// Null: a server did not open, and standard error says why.
nlohmann::json measure(const Arguments& arguments, const char* name,
                       const std::string& certificates) {
  const buoyant::process::TemporaryDirectory data(arguments.data);
  const std::optional<bench::Iterations> measured = bench::measure_visits(
      {.data = data.path(), .certificates = certificates, .visits = arguments.visits});
  if (!measured) {
    return nullptr;
  }
  fmt::print("{:>6} {:>7} {:>10} {:>8.0f} {:>8.0f} {:>10.0f}\n", name, arguments.visits,
             measured->count, measured->p50_us, measured->p99_us, measured->longest_us);
  std::fflush(stdout);
  return {{"visits", arguments.visits},
          {"iterations", measured->count},
          {"p50_us", measured->p50_us},
          {"p99_us", measured->p99_us},
          {"longest_us", measured->longest_us}};
}

int run(const Arguments& arguments) {
  const buoyant::process::TemporaryDirectory certificates(arguments.data);
  if (const auto made = bench::make_certificates(certificates.path(), 2); !made) {
    fmt::print(stderr, "handshake_bench: {}: {}\n", made.error().message(), made.error().context());
    return 1;
  }
  fmt::print("{:>6} {:>7} {:>10} {:>8} {:>8} {:>10}\n", "", "visits", "iterations", "p50 us",
             "p99 us", "longest us");
  const nlohmann::json clear = measure(arguments, "clear", "");
  const nlohmann::json tls = measure(arguments, "TLS", certificates.path());
  if (clear.is_null() || tls.is_null()) {
    return 1;
  }
  return arguments.json.empty() || bench::write_json("handshake_bench", arguments.json,
                                                     {{"clear", clear}, {"tls", tls}})
             ? 0
             : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "For how long a loop is held when a peer connects: the processor time of a server's loop "
      "iterations while its peer opens, is connected in both directions, and closes again.");
  Arguments arguments;
  add_options(app, arguments);
  CLI11_PARSE(app, argc, argv);
  std::signal(SIGPIPE, SIG_IGN);
  return run(arguments);
}
