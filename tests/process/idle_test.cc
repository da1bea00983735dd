// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What servers cost that have nothing to do: with default timeouts, less than 1 % of a core
/// and 20 MiB each, and no periodic wake-up beyond heartbeats.

#include "tests/process/echo_fixture.h"
#include "tests/support/process/figures.h"

#include <iostream>
#include <poll.h>
#include <string>

namespace buoyant::process {

class IdleTest : public EchoFixture {
 protected:
  struct Cost {
    double cpu_percent = 0;
    double wake_ups_per_second = 0;
    double unclean_mebibytes = 0;
  };

  /// What a process uses while we wait.
  static Cost cost_of(const Figures& before, const Figures& after, double elapsed) {
    Cost cost;
    cost.cpu_percent = static_cast<double>((after.cpu - before.cpu).count()) / (10 * elapsed);
    cost.wake_ups_per_second =
        static_cast<double>(after.voluntary_switches - before.voluntary_switches) / elapsed;
    cost.unclean_mebibytes = static_cast<double>(after.unclean_bytes) / (1 << 20);
    return cost;
  }

  /// The costs of all servers over five seconds.
  static std::vector<Cost> costs_of(EchoCluster& cluster) {
    std::vector<Figures> before;
    for (std::size_t at = 0; at < cluster.size(); ++at) {
      before.push_back(*figures_of(cluster.server(at).process().pid()));
    }
    const auto begin = Clock::now();
    constexpr int kMilliseconds = 5'000;
    ::poll(nullptr, 0, kMilliseconds);
    const std::chrono::duration<double> elapsed = Clock::now() - begin;
    std::vector<Cost> costs;
    for (std::size_t at = 0; at < cluster.size(); ++at) {
      const auto after = figures_of(cluster.server(at).process().pid());
      costs.push_back(cost_of(before[at], *after, elapsed.count()));
      std::cout << "server " << at + 1 << ": " << costs.back().cpu_percent << " % of a core, "
                << costs.back().wake_ups_per_second << " wake-ups/s, "
                << costs.back().unclean_mebibytes << " MiB\n";
    }
    return costs;
  }

  EchoClusterOptions default_options(std::size_t servers) {
    EchoClusterOptions options = cluster_options(servers);
    options.flags.clear();
    return options;
  }
};

TEST_F(IdleTest, ThreeServersCostLittleAndWakeUpForHeartbeatsOnly) {
  EchoCluster cluster(default_options(3));
  cluster.start_all();
  ASSERT_TRUE(cluster.wait_settled(soon()));
  const auto leader = cluster.wait_leader(soon());
  ASSERT_TRUE(leader);

  const auto costs = costs_of(cluster);

  for (std::size_t at = 0; at < cluster.size(); ++at) {
    EXPECT_LT(costs[at].cpu_percent, 1.0);
    EXPECT_LT(costs[at].unclean_mebibytes, 20.0);
    // Ten heartbeats per second and follower: one timer and two answers at the leader, one
    // message at a follower. Twice that is no heartbeat any more.
    EXPECT_LT(costs[at].wake_ups_per_second, at == *leader ? 60.0 : 20.0);
  }
}

TEST_F(IdleTest, AServerAloneHasNobodyToWakeUpFor) {
  EchoCluster cluster(default_options(1));
  cluster.start_all();
  ASSERT_TRUE(cluster.wait_settled(soon()));

  const auto costs = costs_of(cluster);

  EXPECT_LT(costs[0].cpu_percent, 1.0);
  EXPECT_LT(costs[0].wake_ups_per_second, 3.0);
}

}  // namespace buoyant::process
