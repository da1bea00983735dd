// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/support/node_cluster.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

namespace buoyant::node_open_test {

using node_cluster::NodeCluster;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

TEST(NodeOpen, RefusesTheStorageOfAnotherCluster) {
  NodeCluster cluster(1);
  cluster.server(1).disk->identity.cluster = "another";

  EXPECT_EQ(cluster.try_start(1).error().code(), Errc::kWrongCluster);
}

TEST(NodeOpen, RefusesTheStorageOfAnotherServer) {
  NodeCluster cluster(1);
  cluster.server(1).disk->identity.server = ServerId(9);

  EXPECT_EQ(cluster.try_start(1).error().code(), Errc::kWrongIdentity);
}

TEST(NodeOpen, RefusesAStoredConfigurationThatDoesNotDecode) {
  NodeCluster cluster(1);
  cluster.server(1).disk->entries.push_back(
      {.term = Term(1), .kind = EntryKind::kConfiguration, .payload = Bytes::copy_of("nonsense")});

  EXPECT_EQ(cluster.try_start(1).error().code(), Errc::kStorageCorrupt);
}

TEST(NodeOpen, RefusesOptionsThatMakeNoSense) {
  NodeCluster cluster(1, [](NodeOptions& options) { options.proposals_max = 0; });

  const Result<void> started = cluster.try_start(1);

  EXPECT_EQ(started.error().code(), Errc::kInvalidOptions);
  EXPECT_STREQ(started.error().context(), "proposals_max");
}

TEST(NodeOpen, RefusesAMissingPort) {
  NodeOptions options;
  options.id = ServerId(1);
  options.cluster = "cluster";

  const auto node = Node::open(options, NodePorts{});

  ASSERT_FALSE(node.has_value());
  EXPECT_EQ(node.error().code(), Errc::kInvalidOptions);
}

TEST(NodeOpen, LeavesNothingBehindWhenItRefuses) {
  NodeCluster cluster(1);
  cluster.server(1).disk->identity.cluster = "another";
  ASSERT_FALSE(cluster.try_start(1).has_value());
  cluster.server(1).disk->identity.cluster = "cluster";

  cluster.start(1);

  EXPECT_NE(cluster.server(1).node, nullptr);
}

TEST(NodeOpen, ContinuesWithTermVoteAndLog) {
  NodeCluster cluster(3);
  const std::uint64_t leader = cluster.start_all();
  cluster.propose(leader, "x");
  cluster.run_for(1s);
  const NodeStatus before = cluster.node(leader).status();

  cluster.crash(leader);
  cluster.start(leader);

  const NodeStatus after = cluster.node(leader).status();
  EXPECT_EQ(after.standing.term, before.standing.term);
  EXPECT_EQ(after.last, before.last);
  EXPECT_EQ(after.configuration, before.configuration);
  EXPECT_EQ(after.durable, before.last.index);
  EXPECT_EQ(after.standing.role, core::Role::kFollower);
}

TEST(NodeOpen, AWipedServerIsNotTalkedTo) {
  NodeCluster cluster(3);
  const std::uint64_t leader = cluster.start_all();
  const std::uint64_t wiped = cluster.followers().front();
  cluster.crash(wiped);
  *cluster.server(wiped).disk = memory::MemoryDisk("cluster", ServerId(wiped), 999);

  cluster.start(wiped);
  cluster.run_for(5s);

  EXPECT_EQ(cluster.node(wiped).status().last, LogPosition());
  for (const PeerStatus& peer : cluster.node(leader).status().peers) {
    EXPECT_EQ(peer.link.connected, peer.id != ServerId(wiped));
  }
  EXPECT_FALSE(cluster.server(leader).witness.troubles.empty());
}

TEST(NodeOpen, AnOlderCopyOfTheDirectoryIsNotTalkedTo) {
  NodeCluster cluster(3);
  const std::uint64_t leader = cluster.start_all();
  const std::uint64_t restored = cluster.followers().front();
  const memory::MemoryDisk copy = *cluster.server(restored).disk;
  cluster.crash(restored);
  cluster.start(restored);
  cluster.run_for(1s);
  cluster.crash(restored);
  *cluster.server(restored).disk = copy;
  cluster.server(restored).disk->in_use = false;
  cluster.server(restored).disk->identity.start_counter = 0;

  cluster.start(restored);
  cluster.run_for(3s);

  for (const PeerStatus& peer : cluster.node(leader).status().peers) {
    EXPECT_EQ(peer.link.connected, peer.id != ServerId(restored));
  }
}

TEST(NodeOpen, ARestartedServerIsTalkedToAgain) {
  NodeCluster cluster(3);
  const std::uint64_t leader = cluster.start_all();
  const std::uint64_t other = cluster.followers().front();
  for (int i = 0; i < 3; ++i) {
    cluster.crash(other);
    cluster.propose(leader, "x");
    cluster.run_for(500ms);
    cluster.start(other);
    cluster.run_for(500ms);
  }

  EXPECT_TRUE(cluster.is_converged());
  EXPECT_EQ(cluster.server(other).journal.commands.size(), 3U);
}

}  // namespace buoyant::node_open_test
