// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Where the time goes: known delays of disks and network give known stages.

#include "tests/support/node_cluster.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <memory>

namespace buoyant::node_latency_test {

using node_cluster::Journal;
using node_cluster::NodeCluster;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

/// Each way of the network takes 5 ms, each write of a disk 3 ms.
class NodeLatencyTest : public testing::Test {
 protected:
  void make(std::size_t servers) {
    cluster = std::make_unique<NodeCluster>(servers);
    cluster->disk_options.write_delay = 3ms;
    cluster->network.set_delay(5ms);
    leader = cluster->start_all();
    cluster->run_for(1s);
    before = of(leader);
  }

  [[nodiscard]] Latencies of(std::uint64_t server) const {
    return cluster->node(server).latencies();
  }

  /// What the leader has recorded since.
  [[nodiscard]] LatencyHistogram recorded(LatencyHistogram Latencies::*histogram) const {
    return (of(leader).*histogram).since(before.*histogram);
  }

  std::unique_ptr<NodeCluster> cluster;
  std::uint64_t leader = 0;
  Latencies before;
};

TEST_F(NodeLatencyTest, AProposalIsSplitIntoItsStages) {
  make(3);
  const auto call = cluster->propose(leader, "a");
  ASSERT_TRUE(cluster->run_until([&] { return call->is_committed(); }));

  EXPECT_EQ(recorded(&Latencies::queue).sum(), 0ms);
  EXPECT_EQ(recorded(&Latencies::disk).sum(), 3ms);
  EXPECT_EQ(recorded(&Latencies::network).sum(), 13ms) << "there, onto a disk, and back";
  EXPECT_EQ(recorded(&Latencies::apply).sum(), 0ms);
  EXPECT_EQ(recorded(&Latencies::total).sum(), 13ms);
  EXPECT_EQ(recorded(&Latencies::total).count(), 1U);
}

TEST_F(NodeLatencyTest, ASlowDiskOfTheLeaderIsNotTakenForASlowNetwork) {
  make(2);
  cluster->server(leader).storage->memory().hold_writes();
  const auto call = cluster->propose(leader, "a");
  cluster->run_for(40ms);
  cluster->server(leader).storage->memory().release_writes();
  ASSERT_TRUE(cluster->run_until([&] { return call->is_committed(); }));

  EXPECT_EQ(recorded(&Latencies::disk).sum(), 40ms);
  EXPECT_EQ(recorded(&Latencies::network).sum(), 13ms);
  EXPECT_EQ(recorded(&Latencies::apply).sum(), 0ms);
  EXPECT_EQ(recorded(&Latencies::total).sum(), 40ms);
  EXPECT_EQ(cluster->node(leader).status().storage_write_recent.count() > 3'000'000, true);
}

TEST_F(NodeLatencyTest, AStateMachineThatTakesItsTimeIsSeen) {
  make(3);
  Journal& journal = cluster->server(leader).journal;
  journal.pace = Journal::Pace::kLater;
  const auto call = cluster->propose(leader, "a");
  ASSERT_TRUE(cluster->run_until([&] { return !journal.waiting.empty(); }));
  cluster->run_for(7ms);
  journal.finish_one();
  ASSERT_TRUE(cluster->run_until([&] { return call->is_committed(); }));

  EXPECT_EQ(recorded(&Latencies::apply).sum(), 7ms);
  EXPECT_EQ(recorded(&Latencies::total).sum(), 20ms);
}

TEST_F(NodeLatencyTest, AServerAloneHasNoNetwork) {
  make(1);
  const auto call = cluster->propose(1, "a");
  ASSERT_TRUE(cluster->run_until([&] { return call->is_committed(); }));

  EXPECT_EQ(recorded(&Latencies::network).count(), 1U);
  EXPECT_EQ(recorded(&Latencies::network).sum(), 0ms);
  EXPECT_EQ(recorded(&Latencies::disk).sum(), 3ms);
}

TEST_F(NodeLatencyTest, AForwardedProposalHasItsTotalHereAndItsStagesAtTheLeader) {
  make(3);
  const std::uint64_t follower = cluster->followers().front();
  const auto call = cluster->propose(follower, "a");
  ASSERT_TRUE(cluster->run_until([&] { return call->is_committed(); }));
  cluster->run_for(1s);

  EXPECT_EQ(of(follower).total.count(), 1U);
  EXPECT_EQ(of(follower).total.sum(), 23ms) << "to the leader, 13 ms, and the commit back";
  EXPECT_EQ(of(follower).queue.count(), 0U);
  EXPECT_EQ(of(follower).apply.count(), 0U);
  EXPECT_EQ(recorded(&Latencies::disk).sum(), 3ms);
  EXPECT_EQ(recorded(&Latencies::network).sum(), 13ms);
  EXPECT_EQ(recorded(&Latencies::total).count(), 0U);
}

TEST_F(NodeLatencyTest, AnotherLeaderMeasuresItsOwnProposals) {
  make(3);
  cluster->isolate(leader);
  const auto lost = cluster->propose(leader, "lost");
  const std::uint64_t second = cluster->await_leader(leader);
  ASSERT_NE(second, 0U);
  cluster->rejoin(leader);
  cluster->run_for(10s);
  EXPECT_EQ(recorded(&Latencies::total).count(), 0U);
  EXPECT_EQ(recorded(&Latencies::disk).count(), 0U);

  const auto call = cluster->propose(second, "a");
  ASSERT_TRUE(cluster->run_until([&] { return call->is_committed(); }));

  EXPECT_EQ(of(second).network.sum(), 13ms);
  EXPECT_EQ(of(second).total.sum(), 13ms);
}

TEST_F(NodeLatencyTest, AReadIsMeasuredUntilItMayBeRead) {
  make(3);
  bool is_read = false;
  ASSERT_TRUE(cluster->node(leader).read(
      ReadMode::kLinearizable, [&](Result<Index> index) { is_read = index.has_value(); }));
  ASSERT_TRUE(cluster->run_until([&] { return is_read; }));

  EXPECT_EQ(recorded(&Latencies::read).count(), 1U);
  EXPECT_EQ(recorded(&Latencies::read).sum(), 10ms) << "there and back";
}

TEST_F(NodeLatencyTest, EachServerKnowsItsDiskAndTheLeaderItsFollowers) {
  make(3);
  const std::uint64_t follower = cluster->followers().front();
  const Latencies earlier = of(follower);
  const auto call = cluster->propose(leader, "a");
  ASSERT_TRUE(cluster->run_until([&] { return call->is_committed(); }));
  cluster->run_for(1s);

  EXPECT_EQ(of(follower).storage_write.since(earlier.storage_write).sum(), 3ms);
  EXPECT_EQ(cluster->node(follower).status().storage_write_recent, 3ms);
  EXPECT_EQ(cluster->node(follower).status().peers.front().acknowledgement, 0ms);
  const NodeStatus status = cluster->node(leader).status();
  EXPECT_EQ(status.peers.front().acknowledgement, 13ms);
  EXPECT_EQ(status.peers.back().acknowledgement, 13ms);
}

}  // namespace buoyant::node_latency_test
