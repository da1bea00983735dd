// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/support/node_cluster.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

namespace buoyant::node_replication_test {

using node_cluster::CallPointer;
using node_cluster::NodeCluster;
using node_cluster::Wire;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

/// The bytes of the frames of this type that were sent to this server, as addresses.
std::vector<const std::byte*> frames_to(const Wire& wire, std::uint64_t to, FrameType type) {
  std::vector<const std::byte*> result;
  for (const Wire::Sent& sent : wire.sent) {
    if (sent.to == ServerId(to) && sent.frame.type == type) {
      result.push_back(sent.frame.pieces.front().data());
    }
  }
  return result;
}

TEST(NodeReplication, EveryFollowerGetsTheSameBytes) {
  NodeCluster cluster(3);
  const std::uint64_t leader = cluster.start_all();
  cluster.run_for(500ms);
  Wire& wire = *cluster.server(leader).wire;
  wire.sent.clear();

  cluster.propose_many(leader, 50);
  cluster.run_for(50ms);

  const auto first = frames_to(wire, cluster.followers()[0], FrameType::kAppendEntries);
  const auto second = frames_to(wire, cluster.followers()[1], FrameType::kAppendEntries);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first, second);
}

TEST(NodeReplication, EntriesLeaveBeforeTheLeadersOwnWriteIsDurable) {
  NodeCluster cluster(3);
  const std::uint64_t leader = cluster.start_all();
  Wire& wire = *cluster.server(leader).wire;
  cluster.server(leader).storage->memory().hold_writes();
  wire.sent.clear();

  cluster.propose(leader, "x");
  cluster.run_due();

  EXPECT_EQ(wire.count(FrameType::kAppendEntries), 2U);
}

TEST(NodeReplication, TheLeadersWriteIsUnderWayBeforeItSends) {
  NodeCluster cluster(3);
  const std::uint64_t leader = cluster.start_all();
  Wire& wire = *cluster.server(leader).wire;
  wire.sent.clear();
  wire.flushed = 0;
  std::optional<std::size_t> flushed_before;
  cluster.server(leader).storage->on_write = [&](const port::StorageWrite& /*write*/) {
    flushed_before = wire.flushed;
  };

  cluster.propose(leader, "x");
  cluster.run_due();

  EXPECT_EQ(flushed_before, 0U);
  EXPECT_EQ(wire.flushed, 2U);
}

TEST(NodeReplication, WhatACallbackProposesLeavesInTheSameTurn) {
  NodeCluster cluster(3);
  const std::uint64_t leader = cluster.start_all();
  const auto turns = [&] { return cluster.node(leader).status().turns; };
  std::uint64_t turn_of_callback = 0;
  std::uint64_t turn_of_write = 0;
  ASSERT_TRUE(cluster.node(leader).propose(Bytes::copy_of("outer"), [&](const auto& /*outcome*/) {
    turn_of_callback = turns();
    cluster.server(leader).storage->on_write = [&](const port::StorageWrite& /*write*/) {
      turn_of_write = turns();
    };
    cluster.propose(leader, "inner");
  }));

  cluster.run_for(500ms);

  EXPECT_GT(turn_of_callback, 0U);
  EXPECT_EQ(turn_of_write, turn_of_callback);
}

TEST(NodeReplication, ACommitIndexTravelsWithWhatItsCallbackProposes) {
  NodeCluster cluster(3);
  const std::uint64_t leader = cluster.start_all();
  cluster.run_for(500ms);
  const Wire& wire = *cluster.server(leader).wire;
  std::size_t heartbeats = 0;
  std::size_t heartbeats_after = 0;
  ASSERT_TRUE(cluster.node(leader).propose(Bytes::copy_of("outer"), [&](const auto& /*outcome*/) {
    heartbeats = wire.count(FrameType::kHeartbeat);
    cluster.server(leader).storage->on_write = [&](const port::StorageWrite& /*write*/) {
      heartbeats_after = wire.count(FrameType::kHeartbeat);
    };
    cluster.propose(leader, "inner");
  }));
  const std::size_t heartbeats_before = wire.count(FrameType::kHeartbeat);

  // Less than a heartbeat interval.
  cluster.run_for(20ms);

  EXPECT_EQ(heartbeats, heartbeats_before);
  EXPECT_EQ(heartbeats_after, heartbeats_before);
}

TEST(NodeReplication, ACommitIndexIsToldWhereThereIsNothingMoreToSend) {
  NodeCluster cluster(3);
  const std::uint64_t leader = cluster.start_all();
  cluster.run_for(500ms);
  const Wire& wire = *cluster.server(leader).wire;
  const std::size_t before = wire.count(FrameType::kHeartbeat);
  cluster.propose(leader, "alone");

  cluster.run_for(20ms);

  EXPECT_EQ(wire.count(FrameType::kHeartbeat), before + 2);
}

TEST(NodeReplication, AFollowerFarBehindIsFedFromStorage) {
  NodeCluster cluster(3, [](NodeOptions& options) {
    options.entry_cache_bytes_max = 4096;
    options.append_bytes_max = 2048;
  });
  const std::uint64_t leader = cluster.start_all();
  const std::uint64_t behind = cluster.followers().front();
  cluster.crash(behind);
  for (int i = 0; i < 100; ++i) {
    cluster.propose_many(leader, 20, 100);
    cluster.run_for(10ms);
  }
  ASSERT_EQ(cluster.server(leader).journal.commands.size(), 2000U);
  EXPECT_LE(cluster.node(leader).status().entry_cache_bytes, 4096U);
  const std::size_t reads = cluster.server(leader).storage->reads;

  cluster.start(behind);
  cluster.run_for(5s);

  EXPECT_EQ(cluster.server(behind).journal.commands.size(), 2000U);
  EXPECT_GE(cluster.server(leader).storage->reads - reads, 50U);
  EXPECT_TRUE(cluster.is_leader(leader));
}

TEST(NodeReplication, OneReadPerFollowerIsUnderWay) {
  NodeCluster cluster(3, [](NodeOptions& options) {
    options.entry_cache_bytes_max = 1;
    options.append_bytes_max = 1000;
  });
  cluster.disk_options.read_delay = 10ms;
  const std::uint64_t leader = cluster.start_all();
  const std::uint64_t behind = cluster.followers().front();
  cluster.crash(behind);
  cluster.propose_many(leader, 1000, 100);
  cluster.run_for(1s);
  cluster.start(behind);
  cluster.run_for(100ms);
  const std::size_t reads = cluster.server(leader).storage->reads;

  cluster.run_for(100ms);

  EXPECT_LE(cluster.server(leader).storage->reads - reads, 11U);
  cluster.run_for(10s);
  EXPECT_TRUE(cluster.is_converged());
}

TEST(NodeReplication, AReadThatFailsIsTriedAgain) {
  NodeCluster cluster(3, [](NodeOptions& options) { options.entry_cache_bytes_max = 1; });
  const std::uint64_t leader = cluster.start_all();
  const std::uint64_t behind = cluster.followers().front();
  cluster.crash(behind);
  cluster.propose_many(leader, 100);
  cluster.run_for(1s);

  cluster.server(leader).storage->memory().fail_next_read(Error(Errc::kStorageFailed));
  cluster.start(behind);
  cluster.run_for(3s);

  EXPECT_EQ(cluster.server(behind).journal.commands.size(), 100U);
  EXPECT_EQ(cluster.node(leader).status().faulted, nullptr);
}

TEST(NodeReplication, AStoredEntryThatIsCorruptEndsTheLeadership) {
  NodeCluster cluster(3, [](NodeOptions& options) { options.entry_cache_bytes_max = 1; });
  const std::uint64_t leader = cluster.start_all();
  const std::uint64_t behind = cluster.followers().front();
  cluster.crash(behind);
  cluster.propose_many(leader, 100);
  cluster.run_for(1s);

  cluster.server(leader).storage->memory().fail_next_read(Error(Errc::kStorageCorrupt));
  cluster.start(behind);
  cluster.run_for(10s);

  EXPECT_STREQ(cluster.node(leader).status().faulted, "a stored entry is corrupt");
  EXPECT_EQ(cluster.server(behind).journal.commands.size(), 100U);
}

TEST(NodeReplication, FramesKeepTheirLimits) {
  NodeCluster cluster(3, [](NodeOptions& options) { options.append_entries_max = 10; });
  const std::uint64_t leader = cluster.start_all();
  cluster.run_for(500ms);
  Wire& wire = *cluster.server(leader).wire;
  wire.sent.clear();

  cluster.propose_many(leader, 100);
  cluster.run_due();

  EXPECT_EQ(frames_to(wire, cluster.followers()[0], FrameType::kAppendEntries).size(), 10U);
}

TEST(NodeReplication, ATurnSendsBoundedFrames) {
  NodeCluster cluster(3, [](NodeOptions& options) {
    options.append_entries_max = 1;
    options.frames_per_turn = 8;
  });
  const std::uint64_t leader = cluster.start_all();
  cluster.run_for(500ms);
  Wire& wire = *cluster.server(leader).wire;
  wire.sent.clear();
  const std::uint64_t turns = cluster.node(leader).status().turns;

  cluster.propose_many(leader, 100);
  cluster.run_due();

  EXPECT_EQ(wire.count(FrameType::kAppendEntries), 200U);
  EXPECT_GE(cluster.node(leader).status().turns - turns, 25U);
}

TEST(NodeReplication, FollowersTakeTurnsFrameByFrame) {
  NodeCluster cluster(3, [](NodeOptions& options) {
    options.append_entries_max = 1;
    options.frames_per_turn = 8;
  });
  const std::uint64_t leader = cluster.start_all();
  cluster.run_for(500ms);
  Wire& wire = *cluster.server(leader).wire;
  wire.sent.clear();

  cluster.propose_many(leader, 100);
  const std::uint64_t turns = cluster.node(leader).status().turns;
  cluster.run_until([&] { return cluster.node(leader).status().turns > turns; });

  EXPECT_EQ(frames_to(wire, cluster.followers()[0], FrameType::kAppendEntries).size(), 4U);
  EXPECT_EQ(frames_to(wire, cluster.followers()[1], FrameType::kAppendEntries).size(), 4U);
}

TEST(NodeReplication, UnacknowledgedBytesAreBounded) {
  NodeCluster cluster(3, [](NodeOptions& options) {
    options.inflight_bytes_max = 10'000;
    options.append_bytes_max = 1000;
  });
  const std::uint64_t leader = cluster.start_all();
  const std::uint64_t slow = cluster.followers().front();
  cluster.run_for(500ms);
  cluster.server(slow).storage->memory().hold_writes();

  cluster.propose_many(leader, 1000, 100);
  cluster.run_for(500ms);

  for (const PeerStatus& peer : cluster.node(leader).status().peers) {
    EXPECT_LE(peer.inflight_bytes, peer.id == ServerId(slow) ? 11'000U : 0U);
  }
  cluster.server(slow).storage->memory().release_writes();
  cluster.run_for(2s);
  EXPECT_TRUE(cluster.is_converged());
  EXPECT_EQ(cluster.node(leader).status().peers[0].inflight_bytes, 0U);
}

TEST(NodeReplication, GoesOnAfterALostConnectionInTheMiddle) {
  NodeCluster cluster(3, [](NodeOptions& options) { options.inflight_bytes_max = 10'000; });
  const std::uint64_t leader = cluster.start_all();
  const std::uint64_t other = cluster.followers().front();

  for (int i = 0; i < 20; ++i) {
    cluster.propose_many(leader, 100, 100);
    cluster.run_for(1ms);
    cluster.network.cut(ServerId(leader), ServerId(other));
    cluster.run_for(60ms);
    cluster.network.heal(ServerId(leader), ServerId(other));
    cluster.run_for(60ms);
  }
  cluster.run_for(3s);

  EXPECT_EQ(cluster.server(other).journal.commands.size(), 2000U);
  EXPECT_EQ(cluster.node(leader).status().peers[0].inflight_bytes, 0U);
}

TEST(NodeReplication, AFullQueueIsNoLoss) {
  NodeCluster cluster(3, [](NodeOptions& options) { options.append_bytes_max = 1000; });
  cluster.queue_bytes_max = 5000;
  cluster.network.set_delay(1ms);
  const std::uint64_t leader = cluster.start_all();

  cluster.propose_many(leader, 500, 100);
  cluster.run_for(5s);

  EXPECT_TRUE(cluster.is_converged());
  EXPECT_EQ(cluster.server(leader).journal.commands.size(), 500U);
  EXPECT_TRUE(cluster.is_leader(leader));
}

TEST(NodeReplication, TheCacheKeepsWhatIsNotDurable) {
  NodeCluster cluster(3, [](NodeOptions& options) { options.entry_cache_bytes_max = 1; });
  const std::uint64_t leader = cluster.start_all();
  cluster.server(leader).storage->memory().hold_writes();

  cluster.propose_many(leader, 100, 100);
  cluster.run_for(500ms);

  EXPECT_GE(cluster.node(leader).status().entry_cache_bytes, 10'000U);
  cluster.server(leader).storage->memory().release_writes();
  cluster.run_for(500ms);
  EXPECT_LE(cluster.node(leader).status().entry_cache_bytes, 1U);
  EXPECT_TRUE(cluster.is_converged());
}

TEST(NodeReplication, ADivergedLogIsReplaced) {
  NodeCluster cluster(5, [](NodeOptions& options) { options.check_quorum = false; });
  const std::uint64_t old_leader = cluster.start_all();
  cluster.isolate(old_leader);
  cluster.propose_many(old_leader, 500);
  cluster.run_for(100ms);
  const std::uint64_t new_leader = cluster.await_leader(old_leader);
  cluster.propose_many(new_leader, 20);
  cluster.run_for(100ms);

  cluster.rejoin(old_leader);
  cluster.run_for(3s);

  EXPECT_TRUE(cluster.is_converged());
  EXPECT_EQ(cluster.node(old_leader).status().last, cluster.node(new_leader).status().last);
}

TEST(NodeReplication, AnIdleClusterSendsHeartbeatsOnly) {
  NodeCluster cluster(3);
  const std::uint64_t leader = cluster.start_all();
  cluster.run_for(1s);
  Wire& wire = *cluster.server(leader).wire;
  wire.sent.clear();
  const std::uint64_t turns = cluster.node(leader).status().turns;

  cluster.run_for(10s);

  EXPECT_EQ(wire.count(FrameType::kAppendEntries), 0U);
  EXPECT_EQ(wire.count(FrameType::kHeartbeat), 200U);
  EXPECT_LE(cluster.node(leader).status().turns - turns, 210U);
}

TEST(NodeReplication, ManyServersInEveryOrderOfArrivalAgree) {
  NodeCluster cluster(5);
  cluster.network.set_delay(ServerId(1), ServerId(2), 7ms);
  cluster.network.set_delay(ServerId(2), ServerId(3), 3ms);
  cluster.network.set_delay(ServerId(4), ServerId(1), 30ms);
  cluster.start_all();

  for (int i = 0; i < 100; ++i) {
    cluster.propose(1 + static_cast<std::uint64_t>(i) % 5, std::to_string(i));
    cluster.run_for(3ms);
  }
  cluster.run_for(2s);

  EXPECT_TRUE(cluster.is_converged());
  EXPECT_EQ(cluster.server(1).journal.commands.size(), 100U);
}

}  // namespace buoyant::node_replication_test
