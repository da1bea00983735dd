// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// SIGKILL of a server of buoyant-kv, again and again, under load: what the clients were told is
/// what one server without faults would have told them, and every call in a session took effect
/// once.
///
/// BUOYANT_KV_KILL_ROUNDS=200 makes the long run of it, BUOYANT_PROCESS_SEED another one.

#include "tests/process/kv_cluster_fixture.h"

namespace buoyant::process {

class KvKillTest : public KvClusterFixture {};

TEST_F(KvKillTest, ClientsSeeOneServerWithoutFaults) {
  const std::uint64_t rounds = number_from_environment("BUOYANT_KV_KILL_ROUNDS", 10);
  const std::vector<std::uint64_t> ids = {1, 2, 3};
  KvCluster cluster(cluster_options(ids.size()));
  cluster.start_voters();
  ASSERT_NE(cluster.wait_leader(soon()), 0U) << described(cluster);
  KvLoad load(load_options(), ports_of(cluster, ids));
  load.start();

  for (std::uint64_t round = 0; round < rounds; ++round) {
    rest(milliseconds(draw(20, 700)));
    KvServer& victim = cluster.server(some_server(cluster, ids));
    victim.kill();
    rest(milliseconds(draw(20, 700)));
    victim.start();
  }

  EXPECT_TRUE(load.wait_acknowledged(100, soon()));
  expect_sound(cluster, load, ids);
}

}  // namespace buoyant::process
