// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// etcd_bench: what cluster_bench measures, of Debian's etcd. It cannot be driven inside its own
// process: a client puts over gRPC to the leader, and takes its part of the processors.

#include "bench/peers/etcd_cluster.h"
#include "bench/peers/etcd_load.h"
#include "bench/peers/one_point.h"

#include <CLI/CLI.hpp>

#include <csignal>
#include <string>

namespace {

namespace bench = buoyant::bench;

struct Arguments {
  bench::OnePoint point;
  std::string program = "etcd";
  std::size_t connections = 16;
};

int run(const Arguments& arguments) {
  const bench::TemporaryDirectory directory(arguments.point.data, "etcd_bench");
  if (directory.path().empty()) {
    return bench::complain("etcd_bench", "cannot make a directory");
  }
  bench::EtcdCluster cluster(arguments.program, arguments.point.servers, directory.path());
  const auto leader = cluster.wait_for_leader(20);
  if (!leader) {
    return bench::complain("etcd_bench", "no leader within 20 s");
  }
  const auto point = bench::EtcdLoad(*leader, arguments.point.work, arguments.connections).run();
  if (!point) {
    return bench::complain("etcd_bench", "a put failed");
  }
  return bench::report("etcd_bench", arguments.point, *point);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("What cluster_bench measures, of Debian's etcd with its defaults: puts over gRPC.");
  Arguments arguments;
  bench::add_options(app, arguments.point);
  app.add_option("--etcd", arguments.program, "the server's program")->capture_default_str();
  app.add_option("--connections", arguments.connections,
                 "that share the puts, when so many are outstanding")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  std::signal(SIGPIPE, SIG_IGN);
  return run(arguments);
}
