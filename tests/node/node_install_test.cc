// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/support/node_cluster.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

namespace buoyant::node_install_test {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using node_cluster::CallPointer;
using node_cluster::Journal;
using node_cluster::NodeCluster;

/// Three servers with small snapshots in tiny parts; server `lagging_` was cut off, and what it
/// needs is compacted away at the others.
class NodeInstall : public testing::Test {
 protected:
  void SetUp() override {
    leader_ = cluster_.start_all();
    lagging_ = cluster_.followers().front();
    cluster_.propose_many(leader_, 5);
    cluster_.run_for(1s);
    cluster_.isolate(lagging_);
    advance(40);
    ASSERT_GT(cluster_.node(leader_).status().first,
              cluster_.node(lagging_).status().last.index.next());
  }

  /// So many entries more are committed by the others.
  void advance(std::size_t entries) {
    cluster_.propose_many(leader_, entries, 100);
    cluster_.run_for(2s);
  }

  /// True: everybody has everything, and acknowledged it.
  bool is_level() {
    const NodeStatus leading = cluster_.node(leader_).status();
    return std::all_of(leading.peers.begin(), leading.peers.end(),
                       [&](const PeerStatus& peer) { return peer.match == leading.last.index; }) &&
           cluster_.is_converged();
  }

  static void tiny(NodeOptions& options) {
    options.snapshot_entries = 10;
    options.snapshot_bytes = 0;
    options.snapshot_tail_entries = 0;
    options.snapshot_part_bytes = 64;
    options.snapshot_inflight_bytes_max = 256;
    options.pre_vote = true;
  }

  NodeCluster cluster_{3, tiny};
  std::uint64_t leader_ = 0;
  std::uint64_t lagging_ = 0;
};

TEST_F(NodeInstall, AFollowerThatIsFarBehindGetsTheSnapshot) {
  cluster_.rejoin(lagging_);

  EXPECT_TRUE(cluster_.run_until([&] { return is_level(); }));
  EXPECT_EQ(cluster_.server(lagging_).journal.installed, 1U);
  EXPECT_EQ(cluster_.server(lagging_).journal.commands.size(), 45U);
  EXPECT_EQ(cluster_.leader(), leader_);
}

TEST_F(NodeInstall, ItsDiskNamesTheSnapshotAndNothingOfTheOldLog) {
  cluster_.rejoin(lagging_);
  ASSERT_TRUE(cluster_.run_until([&] { return is_level(); }));
  cluster_.run_for(1s);

  const memory::MemoryDisk& disk = *cluster_.server(lagging_).disk;
  EXPECT_GE(disk.base.index, disk.snapshot.id.position.index);
  EXPECT_EQ(cluster_.server(lagging_).snapshot_files->found(),
            std::vector<SnapshotId>{disk.snapshot.id});
}

TEST_F(NodeInstall, ItSurvivesARestartAfterwards) {
  cluster_.rejoin(lagging_);
  ASSERT_TRUE(cluster_.run_until([&] { return is_level(); }));

  cluster_.crash(lagging_);
  cluster_.start(lagging_);

  EXPECT_TRUE(cluster_.run_until([&] { return is_level(); }));
}

TEST_F(NodeInstall, ACrashAtAnyMomentOfItIsSurvived) {
  cluster_.rejoin(lagging_);

  for (int crashes = 0; crashes < 40; ++crashes) {
    cluster_.run_for(37ms * (crashes % 7));
    cluster_.crash(lagging_);
    cluster_.start(lagging_);
  }

  EXPECT_TRUE(cluster_.run_until([&] { return is_level(); }));
}

TEST_F(NodeInstall, WhatArrivedBeforeTheLinkBrokeIsNotSentAgain) {
  cluster_.rejoin(lagging_);
  const auto received = [&] { return cluster_.node(lagging_).status().snapshots.received; };
  ASSERT_TRUE(cluster_.run_until([&] { return received() >= 640; }));
  cluster_.isolate(lagging_);
  cluster_.run_for(200ms);
  const std::uint64_t held = received();
  const std::size_t sent_before = cluster_.server(leader_).wire->sent.size();
  cluster_.rejoin(lagging_);
  ASSERT_TRUE(cluster_.run_until([&] { return is_level(); }));

  std::size_t parts = 0;
  const auto& sent = cluster_.server(leader_).wire->sent;
  for (std::size_t i = sent_before; i < sent.size(); ++i) {
    parts += sent[i].frame.type == FrameType::kInstallSnapshot ? std::size_t{1} : 0;
  }
  const std::uint64_t bytes = cluster_.server(lagging_).disk->snapshot.bytes;
  EXPECT_LE(parts, (bytes - held) / 64 + 4);
}

TEST_F(NodeInstall, ANewLeaderGoesOnWithItsOwn) {
  cluster_.rejoin(lagging_);
  ASSERT_TRUE(cluster_.run_until(
      [&] { return cluster_.node(lagging_).status().snapshots.received >= 300; }));

  cluster_.crash(leader_);
  const std::uint64_t old = leader_;
  leader_ = cluster_.await_leader(leader_);
  ASSERT_NE(leader_, 0U);
  cluster_.start(old);

  EXPECT_TRUE(cluster_.run_until([&] { return is_level(); }));
  EXPECT_EQ(cluster_.server(lagging_).journal.commands.size(), 45U);
}

TEST_F(NodeInstall, EntriesThatComeMeanwhileFollow) {
  cluster_.rejoin(lagging_);

  for (int round = 0; round < 20; ++round) {
    cluster_.propose_many(leader_, 3);
    cluster_.run_for(20ms);
  }

  EXPECT_TRUE(cluster_.run_until([&] { return is_level(); }));
  EXPECT_EQ(cluster_.server(lagging_).journal.commands.size(), 105U);
}

TEST_F(NodeInstall, HeartbeatsGoOnWhileItsStoreHangs) {
  cluster_.rejoin(lagging_);
  cluster_.server(lagging_).snapshots->hold_writes();

  cluster_.run_for(20s);
  EXPECT_EQ(cluster_.leader(), leader_);
  EXPECT_EQ(cluster_.node(lagging_).status().standing.leader, ServerId(leader_));

  cluster_.server(lagging_).snapshots->release_writes();
  EXPECT_TRUE(cluster_.run_until([&] { return is_level(); }));
}

TEST_F(NodeInstall, AnOfflineFollowerIsNotFed) {
  const std::size_t before = cluster_.server(leader_).wire->count(FrameType::kInstallSnapshot);

  cluster_.run_for(60s);

  EXPECT_EQ(cluster_.server(leader_).wire->count(FrameType::kInstallSnapshot), before);
  EXPECT_LT(cluster_.node(leader_).status().turns, 10'000U);
}

TEST_F(NodeInstall, AStoreThatFailsIsTriedAgain) {
  cluster_.rejoin(lagging_);
  cluster_.server(lagging_).snapshots->fail_next_write(Error(Errc::kStorageFull, "test"));

  EXPECT_TRUE(cluster_.run_until([&] { return is_level(); }));
  EXPECT_EQ(cluster_.node(lagging_).status().faulted, nullptr);
}

TEST_F(NodeInstall, AServerWithoutAStoreRefusesAndStaysBehind) {
  cluster_.crash(lagging_);
  cluster_.with_snapshots = false;
  cluster_.start(lagging_);
  cluster_.rejoin(lagging_);

  cluster_.run_for(10s);

  EXPECT_EQ(cluster_.server(lagging_).journal.installed, 0U);
  EXPECT_EQ(cluster_.node(lagging_).status().faulted, nullptr);
  EXPECT_LT(cluster_.server(leader_).wire->count(FrameType::kInstallSnapshot), 300U);
}

TEST_F(NodeInstall, ALeaderWhoseFileIsDamagedTakesAnother) {
  cluster_.server(leader_).snapshot_files->corrupt(cluster_.server(leader_).disk->snapshot.id, 500);
  cluster_.rejoin(lagging_);
  cluster_.run_for(2s);

  cluster_.propose(leader_, "one more");

  EXPECT_TRUE(cluster_.run_until([&] { return is_level(); }));
}

TEST_F(NodeInstall, AProposalThatTheSnapshotCoversEndsAsUnknown) {
  cluster_.rejoin(lagging_);
  cluster_.server(lagging_).snapshots->hold_writes();
  cluster_.run_for(1s);
  const CallPointer call = cluster_.propose(lagging_, "forwarded");
  cluster_.run_for(500ms);
  advance(20);
  cluster_.server(lagging_).snapshots->release_writes();

  EXPECT_TRUE(cluster_.run_until([&] { return is_level(); }));
  cluster_.run_for(10s);
  EXPECT_EQ(call->callbacks, 1);
}

TEST_F(NodeInstall, ASlowStateMachineFinishesItsBatchFirst) {
  Journal& journal = cluster_.server(lagging_).journal;
  cluster_.rejoin(lagging_);
  ASSERT_TRUE(cluster_.run_until([&] { return is_level(); }));
  journal.installed = 0;
  journal.pace = Journal::Pace::kLater;
  cluster_.propose(leader_, "slow");
  cluster_.run_for(1s);
  cluster_.isolate(lagging_);
  advance(40);
  cluster_.rejoin(lagging_);
  cluster_.run_for(5s);
  ASSERT_FALSE(journal.waiting.empty());
  EXPECT_EQ(journal.installed, 0U);

  journal.pace = Journal::Pace::kAtOnce;
  journal.finish_one();

  EXPECT_TRUE(cluster_.run_until([&] { return is_level(); }));
}

TEST(NodeInstallThrottle, PartsKeepToTheRate) {
  NodeCluster cluster(3, [](NodeOptions& options) {
    options.snapshot_entries = 10;
    options.snapshot_bytes = 0;
    options.snapshot_tail_entries = 0;
    options.snapshot_part_bytes = 100;
    options.snapshot_bytes_per_second = 1000;
  });
  const std::uint64_t leader = cluster.start_all();
  const std::uint64_t lagging = cluster.followers().front();
  cluster.isolate(lagging);
  cluster.propose_many(leader, 40, 200);
  cluster.run_for(2s);
  cluster.rejoin(lagging);
  ASSERT_TRUE(
      cluster.run_until([&] { return cluster.node(lagging).status().snapshots.received > 0; }));

  cluster.run_for(3s);

  const std::uint64_t received = cluster.node(lagging).status().snapshots.received;
  EXPECT_GE(received, 2500U);
  EXPECT_LE(received, 3500U);
}

// Two reports of the store come before one turn: the leader's snapshot is complete, and then its
// own, earlier one is. The disk names the one before both until the turn's write is durable.
TEST(NodeInstallFilesTest, TheFileThatTheDiskNamesStaysUntilAnotherIsNamed) {
  NodeCluster cluster(3, [](NodeOptions& options) {
    options.snapshot_entries = 10;
    options.snapshot_bytes = 0;
    options.snapshot_tail_entries = 0;
  });
  const std::uint64_t leader = cluster.start_all();
  const std::uint64_t lagging = cluster.followers().front();
  cluster.propose_many(leader, 15);
  cluster.run_for(1s);
  cluster.propose_many(leader, 5);
  cluster.run_for(1s);
  cluster.isolate(lagging);
  cluster.propose_many(leader, 40);
  cluster.run_for(2s);
  const SnapshotId named = cluster.server(lagging).disk->snapshot.id;
  ASSERT_TRUE(named.position.index.is_set());
  cluster.rejoin(lagging);
  ASSERT_TRUE(cluster.run_until(
      [&] { return cluster.server(lagging).wire->count(FrameType::kInstallSnapshotReply) > 0; }));

  // The question is answered; of the only part, and of what follows, it hears at once.
  memory::MemorySnapshotStore& store = *cluster.server(lagging).snapshots;
  store.hold_reports();
  cluster.run_for(50ms);
  ASSERT_TRUE(cluster.node(lagging).take_snapshot([](const Result<SnapshotMetadata>&) {}));
  cluster.run_for(50ms);
  store.release_reports();
  cluster.run_due();
  ASSERT_EQ(cluster.server(lagging).disk->snapshot.id, named) << "the write is under way";
  ASSERT_GT(cluster.node(lagging).status().snapshots.position.index, named.position.index);
  cluster.crash(lagging);

  EXPECT_TRUE(cluster.try_start(lagging));
}

TEST_F(NodeInstall, TheLogBehindItStaysUntilItsReceiverHasCaughtUp) {
  cluster_.rejoin(lagging_);
  ASSERT_TRUE(cluster_.run_until(
      [&] { return cluster_.server(lagging_).wire->count(FrameType::kInstallSnapshotReply) > 0; }));
  memory::MemorySnapshotStore& store = *cluster_.server(lagging_).snapshots;
  store.hold_writes();
  advance(25);
  cluster_.propose_many(leader_, 3);
  cluster_.run_for(100ms);

  // It has the snapshot, and the leader takes another one before it sends what follows.
  cluster_.server(leader_).wire->keep_back(FrameType::kAppendEntries);
  store.release_writes();
  cluster_.run_for(100ms);
  ASSERT_EQ(cluster_.server(lagging_).journal.installed, 1U);
  ASSERT_TRUE(cluster_.node(leader_).take_snapshot([](const Result<SnapshotMetadata>&) {}));
  cluster_.run_for(50ms);
  ASSERT_EQ(cluster_.node(leader_).status().snapshots.position.index,
            cluster_.node(leader_).status().last.index);
  cluster_.server(leader_).wire->release();

  EXPECT_TRUE(cluster_.run_until([&] { return is_level(); }));
  EXPECT_EQ(cluster_.server(lagging_).journal.installed, 1U);
}

}  // namespace buoyant::node_install_test
