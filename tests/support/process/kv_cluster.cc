// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/support/process/kv_cluster.h"

#include "tests/support/process/loopback.h"

#include <algorithm>
#include <csignal>
#include <filesystem>

namespace buoyant::process {

static constexpr auto kKvStatusWait = std::chrono::milliseconds(300);

KvCluster::KvCluster(const KvClusterOptions& options) {
  const std::size_t count = options.voters + options.spares;
  const std::size_t wires = options.has_wires ? count * (count - 1) : 0;
  std::vector<std::uint16_t> ports = free_ports(2 * count + wires);
  const auto next_port = [&] {
    const std::uint16_t port = ports.back();
    ports.pop_back();
    return port;
  };
  std::map<std::uint64_t, std::uint16_t> peer_ports;
  for (std::uint64_t id = 1; id <= count; ++id) {
    peer_ports[id] = next_port();
  }
  for (std::uint64_t id = 1; id <= count; ++id) {
    KvServerOptions server{options.binary, options.directory + "/" + std::to_string(id)};
    std::filesystem::create_directories(server.directory);
    server.id = id;
    server.peer_port = peer_ports[id];
    server.client_port = next_port();
    server.flags = options.flags;
    for (std::uint64_t peer = 1; peer <= count; ++peer) {
      if (id <= options.voters && peer <= options.voters) {
        server.members[peer] = peer_ports[peer];
      }
      if (options.has_wires && peer != id) {
        server.dial[peer] = wires_[{id, peer}] = next_port();
        relays_.add(server.dial[peer], peer_ports[peer]);
      }
    }
    servers_.push_back(std::make_unique<KvServer>(std::move(server)));
  }
  relays_.start();
}

void KvCluster::start_voters() {
  for (const auto& server : servers_) {
    if (!server->waits_to_be_added()) {
      server->start();
    }
  }
}

std::map<std::uint64_t, KvStatus> KvCluster::statuses(Deadline deadline) {
  std::map<std::uint64_t, KvStatus> statuses;
  for (const auto& server : servers_) {
    if (server->process().is_running()) {
      if (auto status = server->status(std::min(deadline, within(kKvStatusWait)))) {
        statuses.emplace(server->id(), *std::move(status));
      }
    }
  }
  return statuses;
}

std::uint64_t KvCluster::wait_leader(Deadline deadline) {
  std::uint64_t leader = 0;
  wait_until(deadline, [&] {
    std::uint64_t leader_term = 0;
    std::uint64_t term_max = 0;
    for (const auto& [id, status] : statuses(deadline)) {
      // Who is no member any more may have been left behind in any term.
      term_max = status.role == "removed" ? term_max : std::max(term_max, status.term);
      if (status.role == "leader" && status.term > leader_term) {
        leader = id;
        leader_term = status.term;
      }
    }
    leader = leader_term == term_max ? leader : 0;
    return leader != 0;
  });
  return leader;
}

bool KvCluster::wait_settled(const std::vector<std::uint64_t>& ids, Deadline deadline) {
  return wait_until(deadline, [&] {
    const auto all = statuses(deadline);
    const auto first = all.find(ids.front());
    if (first == all.end()) {
      return false;
    }
    bool has_leader = false;
    for (const std::uint64_t id : ids) {
      const auto at = all.find(id);
      if (at == all.end()) {
        return false;
      }
      const KvStatus& status = at->second;
      has_leader = has_leader || status.role == "leader";
      if (status.applied != status.last || status.commit != status.last ||
          status.last != first->second.last || status.term != first->second.term) {
        return false;
      }
    }
    return has_leader;
  });
}

std::string KvCluster::compare_states(const std::vector<std::uint64_t>& ids, Deadline deadline) {
  std::string difference;
  wait_until(deadline, [&] {
    difference = difference_of_states(ids, deadline);
    return difference.empty();
  });
  return difference;
}

std::string KvCluster::difference_of_states(const std::vector<std::uint64_t>& ids,
                                            Deadline deadline) {
  std::string first;
  for (const std::uint64_t id : ids) {
    const std::string hash = server(id).ask_shown({"RAFT.HASH"}, deadline);
    if (!hash.starts_with("*[:")) {
      return "server " + std::to_string(id) + " has no hash: " + hash;
    }
    if (!first.empty() && hash != first) {
      return "server " + std::to_string(ids.front()) + " has " + first + ", server " +
             std::to_string(id) + " " + hash;
    }
    first = hash;
  }
  return {};
}

std::string KvCluster::ask_any(const std::vector<std::uint64_t>& ids,
                               const std::vector<std::string>& words, Deadline deadline) {
  std::string last = "no reply";
  std::size_t turn = 0;
  const bool is_done = wait_until(deadline, [&] {
    KvServer& server = *servers_[ids[turn++ % ids.size()] - 1];
    if (!server.process().is_running()) {
      return false;
    }
    const std::string reply = server.ask_shown(words, deadline);
    last = reply.empty() ? last : reply;
    return reply == "+OK";
  });
  return is_done ? "" : last;
}

void KvCluster::set_wire(std::uint64_t one, std::uint64_t other, Relays::Wire wire) {
  relays_.set(wires_.at({one, other}), wire);
  relays_.set(wires_.at({other, one}), wire);
}

void KvCluster::set_wires(std::uint64_t id, Relays::Wire wire) {
  for (std::uint64_t other = 1; other <= size(); ++other) {
    if (other != id) {
      set_wire(id, other, wire);
    }
  }
}

void KvCluster::limit_wires(std::uint64_t id, std::uint64_t bytes_per_second) {
  for (const auto& [ends, port] : wires_) {
    if (ends.first == id || ends.second == id) {
      relays_.limit(port, bytes_per_second);
    }
  }
}

bool KvCluster::stop_all(Deadline deadline) {
  for (const auto& server : servers_) {
    server->process().signal(SIGTERM);
  }
  bool are_clean = true;
  for (const auto& server : servers_) {
    if (server->process().pid() != 0) {
      are_clean = server->process().wait(deadline) == Ended{0, 0} && are_clean;
    }
  }
  return are_clean;
}

}  // namespace buoyant::process
