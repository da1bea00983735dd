// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Wires between servers of buoyant-kv are cut, again and again, under load; a leader that is cut
/// off still has its clients.
///
/// BUOYANT_CUT_ROUNDS=200 makes the long run of it, BUOYANT_PROCESS_SEED another one.

#include "tests/process/kv_cluster_fixture.h"

namespace buoyant::process {

class KvCutTest : public KvClusterFixture {
 protected:
  const std::vector<std::uint64_t> ids_ = {1, 2, 3};
  KvCluster cluster_{with_wires(cluster_options(3))};
};

TEST_F(KvCutTest, ClientsSeeOneServerWithoutFaults) {
  const std::uint64_t rounds = number_from_environment("BUOYANT_CUT_ROUNDS", 10);
  cluster_.start_voters();
  ASSERT_NE(cluster_.wait_leader(soon()), 0U) << described(cluster_);
  KvLoad load(load_options(), ports_of(cluster_, ids_));
  load.start();

  for (std::uint64_t round = 0; round < rounds; ++round) {
    rest(milliseconds(draw(20, 700)));
    cut_something(cluster_, ids_);
    // Some are over before anybody took note, others last for elections.
    rest(milliseconds(draw(20, 1500)));
    heal(cluster_, ids_);
    ASSERT_TRUE(load.wait_acknowledged(20, soon())) << "round " << round << described(cluster_);
  }

  expect_sound(cluster_, load, ids_);
}

}  // namespace buoyant::process
