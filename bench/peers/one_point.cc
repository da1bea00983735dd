// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/peers/one_point.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace buoyant::bench {

void add_options(CLI::App& app, OnePoint& options) {
  app.add_option("--servers", options.servers, "server processes")
      ->check(CLI::Range(1, 7))
      ->capture_default_str();
  app.add_option("--payload", options.work.payload, "bytes of one proposal")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 20U))
      ->capture_default_str();
  app.add_option("--outstanding", options.work.outstanding, "proposals in flight")
      ->check(CLI::Range(1, 65536))
      ->capture_default_str();
  app.add_option("--seconds", options.work.seconds, "measured time")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  app.add_option("--warmup", options.work.warmup_seconds, "time before it is measured")
      ->check(CLI::Range(0.0, 3600.0))
      ->capture_default_str();
  app.add_option("--data", options.data, "where a temporary directory for data is made")
      ->capture_default_str();
  app.add_option("--json", options.json, "writes the point to this file as well");
}

TemporaryDirectory::TemporaryDirectory(const std::string& parent, const std::string& name)
    : path_(parent + "/" + name + ".XXXXXX") {
  if (mkdtemp(path_.data()) == nullptr) {
    path_.clear();
  }
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  if (!path_.empty()) {
    std::filesystem::remove_all(path_, ignored);
  }
}

int complain(const std::string& program, const std::string& what) {
  fmt::print(stderr, "{}: {}\n", program, what);
  return 1;
}

int report(const std::string& program, const OnePoint& options, Point point) {
  point.servers = options.servers;
  fmt::print("{} servers, {} B, {} outstanding: {:.0f} proposals/s, p50 {:.0f} us, p99 {:.0f} us\n",
             point.servers, point.payload, point.outstanding, point.proposals_per_second,
             point.p50_us, point.p99_us);
  if (options.json.empty()) {
    return 0;
  }
  std::ofstream file(options.json);
  file << nlohmann::json::array({point}).dump(2) << "\n";
  return file.flush() ? 0 : complain(program, "cannot write " + options.json);
}

}  // namespace buoyant::bench
