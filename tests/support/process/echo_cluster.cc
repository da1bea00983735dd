// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/support/process/echo_cluster.h"

#include "tests/support/process/loopback.h"

#include <algorithm>
#include <csignal>
#include <filesystem>

namespace buoyant::process {

static constexpr auto kStatusWait = std::chrono::milliseconds(300);

EchoCluster::EchoCluster(const EchoClusterOptions& options) {
  const std::vector<std::uint16_t> ports = free_ports(2 * options.servers);
  std::map<std::uint64_t, std::uint16_t> members;
  for (std::size_t at = 0; at < options.servers; ++at) {
    members[at + 1] = ports[2 * at];
  }
  for (std::size_t at = 0; at < options.servers; ++at) {
    EchoServerOptions server{options.binary, options.directory + "/" + std::to_string(at + 1)};
    std::filesystem::create_directories(server.directory);
    server.cluster = options.cluster;
    server.id = at + 1;
    server.peer_port = ports[2 * at];
    server.client_port = ports[2 * at + 1];
    server.members = members;
    server.flags = options.flags;
    server.environment = options.environment;
    server.prints = options.prints;
    servers_.push_back(std::make_unique<EchoServer>(std::move(server)));
  }
}

std::vector<std::uint16_t> EchoCluster::client_ports() const {
  std::vector<std::uint16_t> ports;
  for (const auto& server : servers_) {
    ports.push_back(server->client_port());
  }
  return ports;
}

void EchoCluster::start_all() {
  for (const auto& server : servers_) {
    server->start();
  }
}

std::optional<std::size_t> EchoCluster::wait_leader(Deadline deadline) {
  while (Clock::now() < deadline) {
    std::optional<std::size_t> leader;
    std::uint64_t leader_term = 0;
    std::uint64_t term_max = 0;
    for (std::size_t at = 0; at < size(); ++at) {
      const auto status = server(at).status(std::min(deadline, within(kStatusWait)));
      if (!status) {
        continue;
      }
      term_max = std::max(term_max, status->term);
      if (status->role == "leader" && status->term > leader_term) {
        leader = at;
        leader_term = status->term;
      }
    }
    if (leader && leader_term == term_max) {
      return leader;
    }
    pause_briefly();
  }
  return std::nullopt;
}

bool EchoCluster::wait_settled(Deadline deadline) {
  return wait_until(deadline, [&] {
    std::optional<EchoStatus> first;
    bool has_leader = false;
    for (const auto& server : servers_) {
      const auto status = server->status(std::min(deadline, within(kStatusWait)));
      if (!status) {
        return false;
      }
      has_leader = has_leader || status->role == "leader";
      if (!first) {
        first = status;
      }
      const bool is_equal = status->applied == status->last && status->commit == status->last &&
                            status->last == first->last && status->term == first->term;
      if (!is_equal) {
        return false;
      }
    }
    return has_leader;
  });
}

std::string EchoCluster::compare_logs() {
  AppliedLog first;
  if (std::string wrong = servers_.front()->read_applied(first); !wrong.empty()) {
    return wrong;
  }
  for (std::size_t at = 1; at < size(); ++at) {
    AppliedLog other;
    if (std::string wrong = server(at).read_applied(other); !wrong.empty()) {
      return wrong;
    }
    if (std::string found = difference(first, other); !found.empty()) {
      return "servers 1 and " + std::to_string(at + 1) + ": " + found;
    }
  }
  return {};
}

bool EchoCluster::stop_all(Deadline deadline) {
  for (const auto& server : servers_) {
    server->process().signal(SIGTERM);
  }
  bool are_clean = true;
  for (const auto& server : servers_) {
    are_clean = server->process().wait(deadline) == Ended{0, 0} && are_clean;
  }
  return are_clean;
}

}  // namespace buoyant::process
