// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What tests of the real buoyant-kv have in common: a directory, short timeouts, deadlines, and
/// what must hold at the end of each.
#pragma once

#include "tests/process/kv_load.h"
#include "tests/support/process/kv_cluster.h"
#include "tests/support/process/temporary_directory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>
#include <vector>

namespace buoyant::process {

using std::chrono::milliseconds;
using std::chrono::seconds;

class KvClusterFixture : public ::testing::Test {
 protected:
  /// Long enough for anything that is to happen at all, also under sanitizers and a busy machine.
  static Deadline soon() { return within(seconds(30)); }

  /// The long forms of the tests are made by environment variables.
  static std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise) {
    const char* const text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
  }

  KvClusterOptions cluster_options(std::size_t voters, std::size_t spares = 0) {
    const char* const binary = std::getenv("BUOYANT_KV_SERVER");
    KvClusterOptions options{binary == nullptr ? BUOYANT_KV_BINARY : binary, directory_.path(),
                             voters, spares};
    options.flags = {"--election-ms", "300", "--heartbeat-ms", "50"};
    return options;
  }

  static KvClusterOptions with_wires(KvClusterOptions options) {
    options.has_wires = true;
    return options;
  }

  /// One server cut off from all, two from each other, or none; silently or not.
  /// Requires: `ids` are 1 ... their number.
  void cut_something(KvCluster& cluster, const std::vector<std::uint64_t>& ids) {
    const auto wire = draw(0, 1) == 0 ? Relays::Wire::kBroken : Relays::Wire::kSilent;
    const std::uint64_t one = some_server(cluster, ids);
    const std::uint64_t cut = draw(0, 2);
    if (cut == 1) {
      cluster.set_wires(one, wire);
    } else if (cut == 2) {
      cluster.set_wire(one, one % ids.size() + 1, wire);
    }
  }

  static void heal(KvCluster& cluster, const std::vector<std::uint64_t>& ids) {
    for (const std::uint64_t id : ids) {
      cluster.set_wires(id, Relays::Wire::kWhole);
    }
  }

  KvLoadOptions load_options(std::uint64_t calls_per_second = 500) const {
    KvLoadOptions options;
    options.calls_per_second = calls_per_second;
    options.seed = seed_;
    const char* const read_mode = std::getenv("BUOYANT_KV_READMODE");
    options.read_mode = read_mode == nullptr ? "linearizable" : read_mode;
    return options;
  }

  static std::vector<std::uint16_t> ports_of(KvCluster& cluster,
                                             const std::vector<std::uint64_t>& ids) {
    std::vector<std::uint16_t> ports;
    for (const std::uint64_t id : ids) {
      ports.push_back(cluster.client_port(id));
    }
    return ports;
  }

  /// Some server of `ids`: the leader half of the time.
  std::uint64_t some_server(KvCluster& cluster, const std::vector<std::uint64_t>& ids) {
    const std::uint64_t some = ids[draw(0, ids.size() - 1)];
    const std::uint64_t leader = draw(0, 1) == 0 ? cluster.wait_leader(within(seconds(1))) : 0;
    return std::find(ids.begin(), ids.end(), leader) == ids.end() ? some : leader;
  }

  std::uint64_t draw(std::uint64_t first, std::uint64_t last) {
    return std::uniform_int_distribution<std::uint64_t>(first, last)(random_);
  }

  static void rest(Clock::duration duration) {
    wait_until(within(duration), [] { return false; });
  }

  /// Nothing is lost, nothing is stuck: every call has its outcome, the servers agree on the
  /// state, it is what the clients were told, and everybody stops when asked to.
  static void expect_sound(KvCluster& cluster, KvLoad& load,
                           const std::vector<std::uint64_t>& ids) {
    EXPECT_TRUE(load.finish(within(seconds(60))));
    EXPECT_TRUE(cluster.wait_settled(ids, within(seconds(60)))) << described(cluster);
    for (const std::uint64_t id : ids) {
      EXPECT_EQ(load.read_all(cluster.client_port(id), within(seconds(60))), "") << "server " << id;
    }
    EXPECT_EQ(judge(load), "");
    EXPECT_TRUE(cluster.wait_settled(ids, soon())) << described(cluster);
    EXPECT_EQ(cluster.compare_states(ids, soon()), "");
    EXPECT_TRUE(cluster.stop_all(within(seconds(5))));
    std::cout << load.fates().acknowledged << " acknowledged, " << load.fates().refused
              << " refused, " << load.fates().unknown << " unknown, " << load.fates().retries
              << " retries in sessions\n";
  }

  /// What all servers say, and the last words of those that are gone, for the message of a
  /// failure.
  static std::string described(KvCluster& cluster) {
    std::string text;
    for (const auto& [id, status] : cluster.statuses(within(seconds(5)))) {
      text += "\n" + std::to_string(id) + ": " + status.json;
    }
    for (std::uint64_t id = 1; id <= cluster.size(); ++id) {
      KvServer& server = cluster.server(id);
      if (server.was_started() && !server.process().is_running()) {
        constexpr std::size_t kShown = 2000;
        const std::string log = server.log();
        text += "\n" + std::to_string(id) +
                " is gone: " + log.substr(log.size() - std::min(log.size(), kShown));
      }
    }
    return text;
  }

  const std::uint64_t seed_ = number_from_environment("BUOYANT_PROCESS_SEED", 1);
  std::mt19937_64 random_{seed_};
  TemporaryDirectory directory_{BUOYANT_BINARY_DIR "/tmp"};
};

}  // namespace buoyant::process
