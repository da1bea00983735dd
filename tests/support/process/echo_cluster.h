// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Some processes of an example server on loopback that form a cluster.
#pragma once

#include "tests/support/process/echo_server.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace buoyant::process {

struct EchoClusterOptions {
  std::string binary;
  /// Exists; each server gets a directory in it.
  std::string directory;
  std::size_t servers = 3;
  std::string cluster = "test";
  /// Added to each command line.
  std::vector<std::string> flags = {};
  std::map<std::string, std::string> environment = {};
  /// They are told to print what they apply.
  bool prints = true;
};

class EchoCluster {
 public:
  /// Nothing is started.
  explicit EchoCluster(const EchoClusterOptions& options);

  [[nodiscard]] std::size_t size() const noexcept { return servers_.size(); }

  /// Requires: at < size().
  [[nodiscard]] EchoServer& server(std::size_t at) { return *servers_[at]; }

  [[nodiscard]] std::vector<std::uint16_t> client_ports() const;

  void start_all();

  /// Which server leads the running majority: it says so, in a term that no running server has
  /// passed. Nothing: none does before the deadline.
  std::optional<std::size_t> wait_leader(Deadline deadline);

  /// All servers run, one leads, and all applied the same, everything that is in their logs.
  bool wait_settled(Deadline deadline);

  /// What is wrong when all logs are compared; "": they are equal.
  std::string compare_logs();

  /// SIGTERM to all. False: one did not exit with 0 in time.
  bool stop_all(Deadline deadline);

 private:
  std::vector<std::unique_ptr<EchoServer>> servers_;
};

}  // namespace buoyant::process
