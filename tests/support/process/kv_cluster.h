// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Some buoyant-kv processes on loopback that form a cluster, with wires between them that can
/// be cut, and others that may join it.
#pragma once

#include "tests/support/process/kv_server.h"
#include "tests/support/process/relay.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace buoyant::process {

struct KvClusterOptions {
  std::string binary;
  /// Exists; each server gets a directory in it.
  std::string directory;
  /// Servers 1 ... that many are the initial voters.
  std::size_t voters = 3;
  /// Servers after those, which wait to be added.
  std::size_t spares = 0;
  /// Peers dial each other through wires that can be cut.
  bool has_wires = false;
  /// Added to each command line.
  std::vector<std::string> flags = {};
};

class KvCluster {
 public:
  /// Nothing is started but the wires.
  explicit KvCluster(const KvClusterOptions& options);

  /// Also those that were never started.
  [[nodiscard]] std::size_t size() const noexcept { return servers_.size(); }

  /// Requires: 1 <= id <= size().
  [[nodiscard]] KvServer& server(std::uint64_t id) { return *servers_[id - 1]; }

  [[nodiscard]] std::uint16_t client_port(std::uint64_t id) { return server(id).client_port(); }

  /// Starts the initial voters.
  void start_voters();

  /// What all servers that run say; those that do not answer in time are left out.
  std::map<std::uint64_t, KvStatus> statuses(Deadline deadline);

  /// Who leads: says so, in a term that no running server has passed. 0: nobody before the
  /// deadline.
  std::uint64_t wait_leader(Deadline deadline);

  /// These all run, one of them leads, and all applied all that is in their logs, the same.
  /// Requires: nobody writes meanwhile.
  bool wait_settled(const std::vector<std::uint64_t>& ids, Deadline deadline);

  /// What is wrong when the states of these are compared; "": they are equal, at one time at least:
  /// an election writes an entry also when nobody else does, and some apply it before others.
  std::string compare_states(const std::vector<std::uint64_t>& ids, Deadline deadline);

  /// Asks one server after the other of `ids` until one replies +OK, again and again. The last
  /// other reply, when none did in time; "": it is done.
  std::string ask_any(const std::vector<std::uint64_t>& ids, const std::vector<std::string>& words,
                      Deadline deadline);

  /// How the wires between two servers are, both ways. Requires: has_wires.
  void set_wire(std::uint64_t one, std::uint64_t other, Relays::Wire wire);

  /// How all wires of a server are.
  void set_wires(std::uint64_t id, Relays::Wire wire);

  /// How many bytes per second the wires of a server carry at most; 0: as many as they can.
  void limit_wires(std::uint64_t id, std::uint64_t bytes_per_second);

  /// SIGTERM to all. False: one did not exit with 0 in time.
  bool stop_all(Deadline deadline);

 private:
  /// As compare_states, once.
  std::string difference_of_states(const std::vector<std::uint64_t>& ids, Deadline deadline);

  std::vector<std::unique_ptr<KvServer>> servers_;
  /// From whom, to whom: the port of the wire.
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint16_t> wires_;
  Relays relays_;
};

}  // namespace buoyant::process
