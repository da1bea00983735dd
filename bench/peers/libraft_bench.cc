// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// libraft_bench: what cluster_bench measures, of Debian's libraft.

#include "bench/cluster/driver.h"
#include "bench/peers/libraft_server.h"
#include "bench/peers/one_point.h"

#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

namespace bench = buoyant::bench;

struct Arguments {
  bench::OnePoint point;
  bool nodelay = false;
  std::uint64_t server_id = 0;
  std::string server_data;
  std::vector<std::string> members;
};

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
  return bench::run_libraft_server(server);
}

int run_as_driver(const Arguments& arguments) {
  if (arguments.nodelay) {
    setenv(bench::kLibraftNodelay, "1", 1);
  }
  const bench::TemporaryDirectory directory(arguments.point.data, "libraft_bench");
  if (directory.path().empty()) {
    return bench::complain("libraft_bench", "cannot make a directory");
  }
  bench::BenchCluster cluster(arguments.point.servers, directory.path());
  if (!cluster.wait_for_leader(20)) {
    return bench::complain("libraft_bench", "no leader within 20 s");
  }
  const auto point = cluster.run(arguments.point.work);
  if (!point) {
    return bench::complain("libraft_bench", "leadership was lost during the run");
  }
  if (!cluster.finish()) {
    return bench::complain("libraft_bench", "a server did not end cleanly");
  }
  return bench::report("libraft_bench", arguments.point, *point);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("What cluster_bench measures, of Debian's libraft with its own libuv storage.");
  Arguments arguments;
  bench::add_options(app, arguments.point);
  app.add_flag("--nodelay", arguments.nodelay,
               "sets TCP_NODELAY on its connections, which the library does not");
  app.add_option("--server-id", arguments.server_id)->group("");
  app.add_option("--server-data", arguments.server_data)->group("");
  app.add_option("--member", arguments.members)->group("");
  CLI11_PARSE(app, argc, argv);
  // A server that ends early must not end the driver.
  std::signal(SIGPIPE, SIG_IGN);
  return arguments.server_id != 0 ? run_as_server(arguments) : run_as_driver(arguments);
}
