// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What tests of the real buoyant-echo have in common: a directory, short timeouts, deadlines.
#pragma once

#include "tests/support/process/echo_cluster.h"
#include "tests/support/process/line_client.h"
#include "tests/support/process/loopback.h"
#include "tests/support/process/temporary_directory.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace buoyant::process {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Long enough for anything that is to happen at all, also under sanitizers and a busy machine.
inline Deadline soon() {
  return within(seconds(20));
}

class EchoFixture : public ::testing::Test {
 protected:
  EchoClusterOptions cluster_options(std::size_t servers) {
    EchoClusterOptions options{BUOYANT_ECHO_BINARY, directory_.path(), servers};
    options.flags = {"--election-ms", "300", "--heartbeat-ms", "50"};
    return options;
  }

  /// A server on its own, not started.
  EchoServerOptions server_options() {
    const std::vector<std::uint16_t> ports = free_ports(2);
    EchoServerOptions options{BUOYANT_ECHO_BINARY, directory_.path()};
    options.peer_port = ports[0];
    options.client_port = ports[1];
    options.members = {{1, ports[0]}};
    options.flags = {"--election-ms", "300", "--heartbeat-ms", "50"};
    return options;
  }

  /// Sends one line and gives what comes back within 20 s; "": nothing.
  static std::string ask(std::uint16_t port, const std::string& line) {
    LineClient client(port);
    client.send_line(line);
    return client.read_line(soon()).value_or("");
  }

  /// The same, once the server knows a leader.
  static std::string ask(EchoServer& server, const std::string& line) {
    wait_until(soon(), [&] {
      const auto status = server.status(soon());
      return status && status->leader != 0;
    });
    return ask(server.client_port(), line);
  }

  /// How a server that refuses to start ended.
  static std::optional<Ended> run_to_its_end(EchoServer& server) {
    server.start();
    return server.process().wait(soon());
  }

  TemporaryDirectory directory_{BUOYANT_BINARY_DIR "/tmp"};
};

}  // namespace buoyant::process
