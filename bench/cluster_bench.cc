// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// cluster_bench: replication throughput and latency of real processes on loopback, each with a
// log on disk; proposals are made at the leader, a fixed number outstanding.

#include "bench/cluster/driver.h"
#include "bench/cluster/server.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace {

namespace bench = buoyant::bench;

struct Arguments {
  std::size_t servers = 3;
  std::vector<std::uint64_t> payloads = {256};
  std::vector<std::uint64_t> outstanding = {1, 16, 256, 4096};
  double seconds = 5;
  double warmup = 1;
  bool reads = false;
  std::string json;
  std::string data;
  std::uint64_t server_id = 0;
  std::string server_data;
  std::vector<std::string> members;
};

void add_options(CLI::App& app, Arguments& arguments) {
  app.add_option("--servers", arguments.servers, "server processes")
      ->check(CLI::Range(1, 7))
      ->capture_default_str();
  app.add_option("--payload", arguments.payloads, "bytes of one proposal; several: one run each")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 20U))
      ->delimiter(',')
      ->capture_default_str();
  app.add_option("--outstanding", arguments.outstanding,
                 "proposals in flight; several: one run each")
      ->check(CLI::Range(1, 65536))
      ->delimiter(',')
      ->capture_default_str();
  app.add_option("--seconds", arguments.seconds, "measured time of each run")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  app.add_option("--warmup", arguments.warmup, "time before it is measured")
      ->check(CLI::Range(0.0, 3600.0))
      ->capture_default_str();
  app.add_flag("--reads", arguments.reads,
               "after each run, in the same cluster: linearizable reads at the leader and at a "
               "follower, and how many times as many they are");
  app.add_option("--json", arguments.json, "writes the points to this file as well");
  app.add_option("--data", arguments.data,
                 "directory for the servers' logs; default: a temporary one on /var/tmp");
  // How the driver calls itself.
  app.add_option("--server-id", arguments.server_id)->group("");
  app.add_option("--server-data", arguments.server_data)->group("");
  app.add_option("--member", arguments.members)->group("");
}

int run_as_server(const Arguments& arguments) {
  bench::ServerArguments server;
  server.id = arguments.server_id;
  server.data = arguments.server_data;
  for (const std::string& member : arguments.members) {
    const std::size_t equals = member.find('=');
    if (equals == std::string::npos) {
      return 2;
    }
    server.members.push_back({.id = buoyant::ServerId(std::strtoull(member.c_str(), nullptr, 10)),
                              .address = member.substr(equals + 1)});
  }
  return bench::run_server(server);
}

/// A directory of our own below `parent`, gone when this is destroyed.
class TemporaryDirectory {
 public:
  explicit TemporaryDirectory(const std::string& parent) : path_(parent + "/cluster_bench.XXXXXX") {
    if (mkdtemp(path_.data()) == nullptr) {
      path_.clear();
    }
  }

  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  ~TemporaryDirectory() {
    std::error_code ignored;
    if (!path_.empty()) {
      std::filesystem::remove_all(path_, ignored);
    }
  }

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

void print_header() {
  fmt::print("{:>7} {:>8} {:>11} {:>13} {:>10} {:>10} {:>10} {:>10} {:>8} {:>11}\n", "servers",
             "payload", "outstanding", "proposals/s", "p50 us", "p99 us", "p99.9 us", "commits/s",
             "cpu", "turn max us");
}

void print_point(const bench::Point& point) {
  fmt::print(
      "{:>7} {:>8} {:>11} {:>13.0f} {:>10.0f} {:>10.0f} {:>10.0f} {:>10.0f} {:>8.2f} {:>11.0f}\n",
      point.servers, point.payload, point.outstanding, point.proposals_per_second, point.p50_us,
      point.p99_us, point.p999_us, point.commits_per_second, point.leader_cpu,
      point.turn_longest_us);
  std::fflush(stdout);
}

void print_reads(const bench::Point& reads, const bench::Point& proposals) {
  fmt::print("{:>7} reads at {:<9} {:>10.0f}/s, p50 {:.0f} us, p99 {:.0f} us: {:.1f} times\n", "",
             reads.at_follower ? "follower" : "leader", reads.proposals_per_second, reads.p50_us,
             reads.p99_us, reads.proposals_per_second / proposals.proposals_per_second);
  std::fflush(stdout);
}

/// The work, and with --reads the same amount of reads. Nothing: leadership was lost.
std::vector<bench::Point> run_all(const Arguments& arguments, bench::BenchCluster& cluster,
                                  bench::Work work) {
  std::vector<bench::Point> points;
  const std::size_t wanted = arguments.reads ? (arguments.servers > 1 ? 3 : 2) : 1;
  while (points.size() < wanted) {
    work.reads = !points.empty();
    work.at_follower = points.size() == 2;
    const auto point = cluster.run(work);
    if (!point) {
      return {};
    }
    points.push_back(*point);
  }
  return points;
}

/// Every point has a cluster of its own: no run inherits the last one's log.
std::vector<bench::Point> measure(const Arguments& arguments, const bench::Work& work) {
  const TemporaryDirectory directory(arguments.data.empty() ? "/var/tmp" : arguments.data);
  if (directory.path().empty()) {
    fmt::print(stderr, "cluster_bench: cannot make a directory below {}\n",
               arguments.data.empty() ? "/var/tmp" : arguments.data);
    return {};
  }
  bench::BenchCluster cluster(arguments.servers, directory.path());
  if (!cluster.wait_for_leader(20)) {
    fmt::print(stderr, "cluster_bench: no leader within 20 s\n");
    return {};
  }
  std::vector<bench::Point> points = run_all(arguments, cluster, work);
  if (points.empty()) {
    fmt::print(stderr, "cluster_bench: leadership was lost during the run\n");
    return {};
  }
  if (!cluster.finish()) {
    fmt::print(stderr, "cluster_bench: a server did not end cleanly\n");
    return {};
  }
  return points;
}

int run_as_driver(const Arguments& arguments) {
  std::vector<bench::Point> points;
  print_header();
  for (const std::uint64_t payload : arguments.payloads) {
    for (const std::uint64_t outstanding : arguments.outstanding) {
      const std::vector<bench::Point> measured =
          measure(arguments, {.payload = payload,
                              .outstanding = outstanding,
                              .warmup_seconds = arguments.warmup,
                              .seconds = arguments.seconds});
      if (measured.empty()) {
        return 1;
      }
      print_point(measured.front());
      for (std::size_t i = 1; i < measured.size(); ++i) {
        print_reads(measured[i], measured.front());
      }
      points.insert(points.end(), measured.begin(), measured.end());
    }
  }
  if (!arguments.json.empty()) {
    std::ofstream file(arguments.json);
    file << nlohmann::json(points).dump(2) << "\n";
    if (!file.flush()) {
      fmt::print(stderr, "cluster_bench: cannot write {}\n", arguments.json);
      return 1;
    }
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Replication throughput and latency of server processes on loopback, each with its log on "
      "disk, proposals made at the leader.");
  Arguments arguments;
  add_options(app, arguments);
  CLI11_PARSE(app, argc, argv);
  // A server that ends early must not end the driver.
  std::signal(SIGPIPE, SIG_IGN);
  return arguments.server_id != 0 ? run_as_server(arguments) : run_as_driver(arguments);
}
