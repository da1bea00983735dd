// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/support/node_cluster.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

namespace buoyant::node_snapshot_test {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using node_cluster::CallPointer;
using node_cluster::Journal;
using node_cluster::NodeCluster;

/// No snapshot by itself; the log is compacted to the last entry when one is taken.
void only_when_asked(NodeOptions& options) {
  options.snapshot_entries = 0;
  options.snapshot_bytes = 0;
  options.snapshot_tail_entries = 0;
}

using Results = std::shared_ptr<std::vector<Result<SnapshotMetadata>>>;

Results take_snapshot(NodeCluster& cluster, std::uint64_t id) {
  auto results = std::make_shared<std::vector<Result<SnapshotMetadata>>>();
  const Result<void> accepted = cluster.node(id).take_snapshot(
      [results](Result<SnapshotMetadata> result) { results->push_back(std::move(result)); });
  if (!accepted) {
    results->push_back(fail(accepted.error()));
  }
  return results;
}

TEST(NodeSnapshot, WhenAskedItTakesOneAndCompactsTheLog) {
  NodeCluster cluster(1, only_when_asked);
  cluster.start_all();
  cluster.propose_many(1, 10);
  cluster.run_for(1s);

  const Results results = take_snapshot(cluster, 1);
  cluster.run_for(1s);

  ASSERT_EQ(results->size(), 1U);
  ASSERT_TRUE(results->front().has_value());
  const NodeStatus status = cluster.node(1).status();
  EXPECT_EQ(results->front()->id.position, status.last);
  EXPECT_EQ(status.snapshots.position, status.last);
  EXPECT_EQ(status.first, status.last.index.next());
  EXPECT_EQ(cluster.server(1).disk->base, status.last);
  EXPECT_EQ(cluster.server(1).disk->snapshot, *results->front());
  EXPECT_EQ(cluster.server(1).snapshot_files->found(),
            std::vector<SnapshotId>{results->front()->id});
}

TEST(NodeSnapshot, ARestartInstallsItAndGoesOnBehindIt) {
  NodeCluster cluster(1, only_when_asked);
  cluster.start_all();
  cluster.propose_many(1, 10);
  cluster.run_for(1s);
  take_snapshot(cluster, 1);
  cluster.run_for(1s);
  cluster.propose(1, "behind it");
  cluster.run_for(1s);
  const std::vector<std::string> before = cluster.server(1).journal.texts();

  cluster.crash(1);
  cluster.start(1);
  cluster.run_for(5s);

  EXPECT_EQ(cluster.server(1).journal.texts(), before);
  EXPECT_EQ(cluster.server(1).journal.installed, 1U);
  const CallPointer next = cluster.propose(1, "goes on");
  cluster.run_for(1s);
  EXPECT_TRUE(next->is_committed());
}

TEST(NodeSnapshot, TheTailIsKept) {
  NodeCluster cluster(1, [](NodeOptions& options) {
    only_when_asked(options);
    options.snapshot_tail_entries = 4;
  });
  cluster.start_all();
  cluster.propose_many(1, 10);
  cluster.run_for(1s);

  take_snapshot(cluster, 1);
  cluster.run_for(1s);

  const NodeStatus status = cluster.node(1).status();
  EXPECT_EQ(status.last.index - status.first, 3U);
}

TEST(NodeSnapshot, TheTailIsBoundedInBytesToo) {
  NodeCluster cluster(1, [](NodeOptions& options) {
    only_when_asked(options);
    options.snapshot_tail_entries = 1000;
    options.snapshot_tail_bytes = 10'000;
  });
  cluster.start_all();
  cluster.propose_many(1, 100, 1000);
  cluster.run_for(1s);

  take_snapshot(cluster, 1);
  cluster.run_for(1s);

  const NodeStatus status = cluster.node(1).status();
  EXPECT_LE(status.last.index - status.first, 12U);
  EXPECT_GE(status.last.index - status.first, 8U);
}

TEST(NodeSnapshot, SoManyEntriesMakeOne) {
  NodeCluster cluster(1, [](NodeOptions& options) {
    only_when_asked(options);
    options.snapshot_entries = 20;
  });
  cluster.start_all();

  cluster.propose_many(1, 15);
  cluster.run_for(1s);
  EXPECT_EQ(cluster.node(1).status().snapshots.taken, 0U);

  cluster.propose_many(1, 5);
  cluster.run_for(1s);
  EXPECT_EQ(cluster.node(1).status().snapshots.taken, 1U);
}

TEST(NodeSnapshot, SoManyBytesMakeOne) {
  NodeCluster cluster(1, [](NodeOptions& options) {
    only_when_asked(options);
    options.snapshot_bytes = 10'000;
  });
  cluster.start_all();

  cluster.propose_many(1, 9, 1000);
  cluster.run_for(1s);
  EXPECT_EQ(cluster.node(1).status().snapshots.taken, 0U);

  cluster.propose_many(1, 2, 1000);
  cluster.run_for(1s);
  EXPECT_EQ(cluster.node(1).status().snapshots.taken, 1U);
}

TEST(NodeSnapshot, ALongRunLeavesAShortLogAndOneFile) {
  NodeCluster cluster(3, [](NodeOptions& options) {
    only_when_asked(options);
    options.snapshot_entries = 10;
    options.snapshot_tail_entries = 5;
  });
  const std::uint64_t leader = cluster.start_all();

  for (int round = 0; round < 20; ++round) {
    cluster.propose_many(leader, 10);
    cluster.run_for(1s);
  }

  EXPECT_TRUE(cluster.is_converged());
  EXPECT_EQ(cluster.server(1).journal.commands.size(), 200U);
  for (const std::uint64_t id : {1U, 2U, 3U}) {
    const NodeStatus status = cluster.node(id).status();
    EXPECT_LE(status.last.index - status.first, 25U);
    EXPECT_EQ(cluster.server(id).snapshot_files->found(),
              std::vector<SnapshotId>{cluster.server(id).disk->snapshot.id});
  }
}

TEST(NodeSnapshot, NothingIsTakenOfABatchThatIsNotDone) {
  NodeCluster cluster(1, only_when_asked);
  cluster.start_all();
  cluster.server(1).journal.pace = Journal::Pace::kLater;
  const CallPointer call = cluster.propose(1, "slow");
  cluster.run_for(1s);
  const Index applied = cluster.node(1).status().applied;

  const Results results = take_snapshot(cluster, 1);
  cluster.run_for(1s);
  EXPECT_TRUE(results->empty());

  cluster.server(1).journal.finish_one();
  cluster.run_for(1s);
  ASSERT_EQ(results->size(), 1U);
  ASSERT_TRUE(results->front().has_value());
  EXPECT_EQ(results->front()->id.position.index, applied.next());
}

TEST(NodeSnapshot, AStateMachineThatIsAlwaysBusyIsStillCaptured) {
  NodeCluster cluster(1, [](NodeOptions& options) {
    only_when_asked(options);
    options.apply_entries_per_turn = 1;
  });
  cluster.start_all();
  cluster.server(1).journal.pace = Journal::Pace::kLater;
  cluster.propose_many(1, 20);
  cluster.run_for(1s);

  const Results results = take_snapshot(cluster, 1);
  cluster.server(1).journal.finish_one();
  cluster.run_for(1s);

  ASSERT_EQ(results->size(), 1U);
  EXPECT_TRUE(results->front().has_value());
}

TEST(NodeSnapshot, WithNothingNewTheLastOneServes) {
  NodeCluster cluster(1, only_when_asked);
  cluster.start_all();
  cluster.propose(1, "one");
  cluster.run_for(1s);
  const Results first = take_snapshot(cluster, 1);
  cluster.run_for(1s);

  const Results second = take_snapshot(cluster, 1);
  cluster.run_for(1s);

  ASSERT_EQ(second->size(), 1U);
  EXPECT_EQ(second->front().value(), first->front().value());
  EXPECT_EQ(cluster.node(1).status().snapshots.taken, 1U);
}

TEST(NodeSnapshot, AFailureIsReportedAndKeepsTheLog) {
  NodeCluster cluster(1, only_when_asked);
  cluster.start_all();
  cluster.propose_many(1, 10);
  cluster.run_for(1s);
  cluster.server(1).snapshots->fail_next_write(Error(Errc::kStorageFull, "test"));

  const Results results = take_snapshot(cluster, 1);
  cluster.run_for(1s);

  ASSERT_EQ(results->size(), 1U);
  EXPECT_EQ(results->front().error().code(), Errc::kStorageFull);
  const NodeStatus status = cluster.node(1).status();
  EXPECT_EQ(status.first, Index(1));
  EXPECT_EQ(status.snapshots.failed, 1U);
  EXPECT_STRNE(status.snapshots.trouble, "");
  EXPECT_EQ(status.faulted, nullptr);
  const auto& troubles = cluster.server(1).witness.troubles;
  EXPECT_TRUE(std::any_of(troubles.begin(), troubles.end(), [](const std::string& text) {
    return text.starts_with("a snapshot could not be taken");
  }));
}

TEST(NodeSnapshot, AFailureIsTriedAgainAfterAGrowingDelay) {
  NodeCluster cluster(1, [](NodeOptions& options) {
    only_when_asked(options);
    options.snapshot_entries = 5;
  });
  cluster.start_all();
  cluster.server(1).snapshots->fail_next_write(Error(Errc::kStorageFull, "test"));
  cluster.propose_many(1, 10);
  cluster.run_for(500ms);
  ASSERT_EQ(cluster.node(1).status().snapshots.failed, 1U);
  cluster.server(1).snapshots->fail_next_write(Error(Errc::kStorageFull, "test"));

  cluster.run_for(1s);
  EXPECT_EQ(cluster.node(1).status().snapshots.failed, 2U);
  cluster.run_for(1500ms);
  EXPECT_EQ(cluster.node(1).status().snapshots.taken, 0U);
  cluster.run_for(1s);
  EXPECT_EQ(cluster.node(1).status().snapshots.taken, 1U);
  EXPECT_STREQ(cluster.node(1).status().snapshots.trouble, "");
}

TEST(NodeSnapshot, AStateMachineThatGivesNoneIsAskedOnce) {
  NodeCluster cluster(1, only_when_asked);
  cluster.start_all();
  cluster.server(1).journal.gives_snapshots = false;
  cluster.propose(1, "one");
  cluster.run_for(1s);

  const Results first = take_snapshot(cluster, 1);
  cluster.run_for(1s);
  const Results second = take_snapshot(cluster, 1);

  EXPECT_EQ(first->front().error().code(), Errc::kNotReady);
  EXPECT_EQ(second->front().error().code(), Errc::kNotReady);
}

TEST(NodeSnapshot, WithoutAPlaceForThemNoneIsTaken) {
  NodeCluster cluster(1, only_when_asked);
  cluster.with_snapshots = false;
  cluster.start_all();
  cluster.propose(1, "one");
  cluster.run_for(1s);

  EXPECT_EQ(take_snapshot(cluster, 1)->front().error().code(), Errc::kNotReady);
}

TEST(NodeSnapshot, ACloseEndsAnOpenCall) {
  NodeCluster cluster(1, only_when_asked);
  cluster.start_all();
  cluster.propose(1, "one");
  cluster.run_for(1s);
  cluster.server(1).snapshots->hold_writes();
  const Results results = take_snapshot(cluster, 1);
  cluster.run_for(1s);
  bool closed = false;

  cluster.node(1).close([&] { closed = true; });
  cluster.run_for(5s);

  EXPECT_TRUE(closed);
  ASSERT_EQ(results->size(), 1U);
  EXPECT_EQ(results->front().error().code(), Errc::kOutcomeUnknown);
}

/// One server whose log begins with a snapshot, down.
class SnapshotAtRest : public testing::Test {
 protected:
  void SetUp() override {
    cluster_.start_all();
    cluster_.propose_many(1, 10);
    cluster_.run_for(1s);
    take_snapshot(cluster_, 1);
    cluster_.run_for(1s);
    cluster_.crash(1);
  }

  NodeCluster cluster_{1, only_when_asked};
};

TEST_F(SnapshotAtRest, AMissingFileIsSaidAtOpen) {
  cluster_.server(1).snapshot_files->remove(cluster_.server(1).disk->snapshot.id);

  EXPECT_EQ(cluster_.try_start(1).error().code(), Errc::kStorageCorrupt);
}

TEST_F(SnapshotAtRest, ADamagedFileIsAFault) {
  cluster_.server(1).snapshot_files->corrupt(cluster_.server(1).disk->snapshot.id, 3);

  cluster_.start(1);
  cluster_.run_for(1s);

  EXPECT_NE(cluster_.node(1).status().faulted, nullptr);
  EXPECT_EQ(cluster_.server(1).witness.fault_errors.front().code(), Errc::kStorageCorrupt);
  EXPECT_EQ(cluster_.server(1).journal.commands.size(), 0U);
}

TEST_F(SnapshotAtRest, WithoutAPlaceForItTheServerDoesNotOpen) {
  cluster_.with_snapshots = false;

  EXPECT_EQ(cluster_.try_start(1).error().code(), Errc::kInvalidOptions);
}

TEST_F(SnapshotAtRest, AStateMachineThatTakesNoneIsAFault) {
  cluster_.server(1).journal.takes_snapshots = false;

  cluster_.start(1);
  cluster_.run_for(1s);

  EXPECT_NE(cluster_.node(1).status().faulted, nullptr);
}

TEST_F(SnapshotAtRest, BootstrapWithTheSameListStillSucceeds) {
  cluster_.start(1);

  const auto results = cluster_.bootstrap(1, cluster_.members());
  cluster_.run_for(1s);

  ASSERT_EQ(results->size(), 1U);
  EXPECT_TRUE(results->front().has_value());
}

TEST_F(SnapshotAtRest, NothingIsAppliedBeforeItIsInstalled) {
  cluster_.start(1);
  cluster_.server(1).snapshots->hold_writes();
  cluster_.server(1).journal.inside = [this] {
    EXPECT_EQ(cluster_.server(1).journal.installed, 1U);
  };

  cluster_.run_for(3s);
  const CallPointer call = cluster_.propose(1, "later");
  cluster_.run_for(1s);
  cluster_.server(1).snapshots->release_writes();
  cluster_.run_for(3s);

  EXPECT_TRUE(call->is_committed());
  EXPECT_EQ(cluster_.server(1).journal.commands.size(), 11U);
}

}  // namespace buoyant::node_snapshot_test
