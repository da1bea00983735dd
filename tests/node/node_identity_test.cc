// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Data directories that do not belong: wiped, put back, copied (S19).

#include "tests/support/node_cluster.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>

namespace buoyant::node_identity_test {

using node_cluster::NodeCluster;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

class NodeIdentityTest : public testing::Test {
 protected:
  NodeIdentityTest() : cluster(3) {
    cluster.start_all();
    cluster.propose(cluster.leader(), "before");
    cluster.run_for(1s);
  }

  /// What `id` says of `peer`.
  PeerStatus peer(std::uint64_t id, std::uint64_t of) {
    const NodeStatus status = cluster.node(id).status();
    const auto found =
        std::find_if(status.peers.begin(), status.peers.end(),
                     [of](const PeerStatus& each) { return each.id == ServerId(of); });
    return found == status.peers.end() ? PeerStatus() : *found;
  }

  /// Crashes all that run and starts all again, so that nobody remembers but the disks.
  void restart_all() {
    for (std::uint64_t id = 1; id <= 3; ++id) {
      if (cluster.server(id).node != nullptr) {
        cluster.crash(id);
      }
    }
    for (std::uint64_t id = 1; id <= 3; ++id) {
      cluster.start(id);
    }
  }

  void expect_is_out(std::uint64_t id, const std::string& why) {
    for (std::uint64_t other = 1; other <= 3; ++other) {
      if (other != id) {
        EXPECT_FALSE(peer(other, id).link.accepted) << other;
        EXPECT_NE(std::string(peer(other, id).refused).find(why), std::string::npos)
            << peer(other, id).refused;
      }
    }
    EXPECT_NE(cluster.leader(), id);
  }

  NodeCluster cluster;
};

TEST_F(NodeIdentityTest, AWipedServerStaysOutAfterTheOthersRestarted) {
  cluster.crash(3);
  cluster.wipe(3);
  cluster.start(3);
  cluster.bootstrap(3, cluster.members());
  cluster.run_for(1s);
  restart_all();
  cluster.run_for(5s);

  expect_is_out(3, "remove the server and add it again");
  const PeerStatus there = peer(3, 1);
  EXPECT_NE(std::string(there.link.trouble).find("remove this server from the cluster"),
            std::string::npos)
      << there.link.trouble;
  EXPECT_NE(cluster.leader(), 0U) << "the others go on";
}

TEST_F(NodeIdentityTest, AWipedServerThatWaitsToBeAddedHearsOfIt) {
  cluster.crash(3);
  cluster.wipe(3);
  cluster.start(3);
  const auto said = [this] { return std::string(cluster.node(3).status().refused); };

  ASSERT_TRUE(cluster.run_until([&] { return !said().empty(); }));
  cluster.run_for(5s);

  EXPECT_NE(said().find("remove this server from the cluster and add it again"), std::string::npos)
      << said();
  EXPECT_TRUE(cluster.node(3).status().refused_by.is_set());
  const auto& troubles = cluster.server(3).witness.troubles;
  EXPECT_EQ(std::count(troubles.begin(), troubles.end(), said()), 2) << "of each peer, once";
  EXPECT_EQ(std::string(cluster.node(1).status().refused), "");
}

TEST_F(NodeIdentityTest, AnOlderCopyStaysOut) {
  cluster.crash(3);
  const memory::MemoryDisk copy = *cluster.server(3).disk;
  for (int start = 0; start < 2; ++start) {
    cluster.start(3);
    cluster.run_for(2s);
    cluster.crash(3);
  }
  *cluster.server(3).disk = copy;

  restart_all();
  cluster.run_for(5s);

  expect_is_out(3, "an older copy");
}

TEST_F(NodeIdentityTest, WhoIsRemovedAndAddedAgainIsLetIn) {
  cluster.crash(3);
  cluster.wipe(3);
  cluster.start(3);
  cluster.run_for(2s);
  const std::vector<Member> all = cluster.members();
  const auto change = [this](std::vector<Member> members) {
    Node& leader = cluster.node(cluster.leader());
    bool done = false;
    const Result<void> asked = leader.change_membership(
        std::move(members), leader.status().configuration_index,
        [&done](const Result<Index>& result) { done = result.has_value(); });
    ASSERT_TRUE(asked);
    ASSERT_TRUE(cluster.run_until([&done] { return done; }));
  };
  change({all[0], all[1]});
  cluster.run_for(2s);
  change(all);
  restart_all();

  EXPECT_TRUE(cluster.run_until([this] { return cluster.is_converged(); }));
  EXPECT_TRUE(cluster.run_until([this] {
    return cluster.leader() != 0 && peer(cluster.leader() == 1 ? 2 : 1, 3).link.accepted;
  }));
  EXPECT_STREQ(peer(1, 3).refused, "");
  EXPECT_STREQ(cluster.node(3).status().refused, "");
}

TEST_F(NodeIdentityTest, NobodyCountsBeforeItsIdentityIsOnTheDisk) {
  restart_all();
  cluster.server(1).witness.peers.clear();
  cluster.server(1).storage->memory().hold_writes();
  cluster.run_for(500ms);

  EXPECT_FALSE(peer(1, 2).link.accepted);
  EXPECT_TRUE(cluster.server(1).witness.peers.empty());

  cluster.server(1).storage->memory().release_writes();
  EXPECT_TRUE(cluster.run_until([this] { return peer(1, 2).link.accepted; }));
  EXPECT_TRUE(cluster.run_until([this] { return cluster.server(1).witness.peers.size() == 2; }));
}

TEST_F(NodeIdentityTest, AnswersOfWhomIsNotWrittenDownDoNotCount) {
  const std::uint64_t leader = cluster.leader();
  const std::vector<std::uint64_t> others = cluster.followers();
  cluster.crash(others[0]);
  cluster.crash(others[1]);
  cluster.server(leader).storage->memory().hold_writes();

  // It follows and answers heartbeats, but which directory it has may be forgotten again.
  cluster.start(others[0]);
  cluster.run_for(1500ms);

  EXPECT_EQ(cluster.node(others[0]).status().standing.leader, ServerId(leader));
  EXPECT_FALSE(cluster.is_leader(leader)) << "it heard of no quorum";
}

TEST_F(NodeIdentityTest, AConnectionThatComesBackNeedsNoWrite) {
  const std::uint64_t follower = cluster.followers().front();
  cluster.isolate(follower);
  cluster.run_for(3s);
  const std::uint64_t before = cluster.node(cluster.leader()).status().storage.writes;
  cluster.rejoin(follower);
  ASSERT_TRUE(cluster.run_until([&] { return peer(cluster.leader(), follower).link.accepted; }));

  EXPECT_EQ(cluster.node(cluster.leader()).status().storage.writes, before);
}

TEST_F(NodeIdentityTest, AFaultRefusesWhoeverWaits) {
  cluster.crash(2);
  cluster.server(1).storage->memory().hold_writes();
  cluster.start(2);
  cluster.run_for(100ms);
  ASSERT_FALSE(peer(1, 2).link.accepted);

  cluster.server(1).storage->memory().fail_next_write(port::WriteOutcome::kFailed);
  cluster.server(1).storage->memory().release_writes();

  EXPECT_TRUE(cluster.run_until([this] {
    return std::string(peer(2, 1).link.trouble).find("faulted") != std::string::npos;
  }));
}

}  // namespace buoyant::node_identity_test
