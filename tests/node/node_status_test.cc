// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/support/node_cluster.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace buoyant::node_status_test {

using node_cluster::NodeCluster;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

TEST(NodeStatus, ExplainsALeaderAndItsFollowers) {
  NodeCluster cluster(3);
  const std::uint64_t leader = cluster.start_all();
  cluster.propose_many(leader, 10);
  cluster.run_for(1s);

  const NodeStatus status = cluster.node(leader).status();

  EXPECT_EQ(status.id, ServerId(leader));
  EXPECT_EQ(status.cluster, "cluster");
  EXPECT_EQ(status.standing.cause, core::Cause::kElectionWon);
  EXPECT_EQ(status.configuration.members, cluster.members());
  EXPECT_EQ(status.first, Index(1));
  EXPECT_EQ(status.durable, status.last.index);
  ASSERT_EQ(status.peers.size(), 2U);
  EXPECT_EQ(status.peers[0].state, core::ProgressState::kReplicate);
  EXPECT_EQ(status.peers[0].match, status.last.index);
  EXPECT_TRUE(status.peers[0].link.connected);
  EXPECT_LE(status.peers[0].silent, Duration(100ms));
}

TEST(NodeStatus, CountsWhatBecameOfProposals) {
  NodeCluster cluster(1, [](NodeOptions& options) { options.proposals_max = 2; });
  cluster.start_all();
  cluster.propose_many(1, 3);
  EXPECT_EQ(cluster.node(1).status().proposals_pending, 2U);
  EXPECT_EQ(cluster.node(1).status().proposal_bytes_pending, 32U);

  cluster.run_for(1s);

  EXPECT_EQ(cluster.node(1).status().proposals_committed, 2U);
  EXPECT_EQ(cluster.node(1).status().proposals_refused, 1U);
}

TEST(NodeStatus, DamageThatAScrubFindsIsSaidAndEndsNothing) {
  NodeCluster cluster(3);
  const std::uint64_t leader = cluster.start_all();

  cluster.server(leader).storage->memory().report_damage(
      {.what = "the log fails its checks from index", .at = 7});
  cluster.run_for(1s);

  EXPECT_EQ(cluster.server(leader).witness.troubles,
            std::vector<std::string>{"stored data is damaged; remove this server from the cluster "
                                     "and add it again with an empty directory: the log fails its "
                                     "checks from index 7"});
  EXPECT_EQ(cluster.node(leader).status().faulted, nullptr);
  const auto call = cluster.propose(leader, "after");
  EXPECT_TRUE(cluster.run_until([&] { return call->is_committed(); }));
}

/// What a step is, when, and why.
std::string text_of(const TraceStep& trace) {
  return std::to_string(trace.at.since_start().count()) + " " + step_name(trace.step.kind) + " " +
         trace.step.detail;
}

TEST(NodeStatus, AnObserverHearsOfEachStepOfTheTraceOnce) {
  NodeCluster cluster(3);
  const std::uint64_t leader = cluster.start_all();
  cluster.isolate(leader);
  ASSERT_NE(cluster.await_leader(leader), 0U);
  cluster.rejoin(leader);
  cluster.run_for(5s);

  for (std::uint64_t id = 1; id <= 3; ++id) {
    std::vector<std::string> heard;
    for (const TraceStep& step : cluster.server(id).witness.steps) {
      heard.push_back(text_of(step));
    }
    std::vector<std::string> kept;
    for (const TraceStep& step : cluster.node(id).trace()) {
      kept.push_back(text_of(step));
    }
    EXPECT_EQ(heard, kept);
    EXPECT_GT(kept.size(), 3U);
  }
}

TEST(NodeStatus, SaysWhenItWasMade) {
  NodeCluster cluster(1);
  cluster.start_all();
  const Instant before = cluster.node(1).status().taken_at;

  cluster.run_for(1s);

  EXPECT_EQ(cluster.node(1).status().taken_at, before + 1s);
  EXPECT_LE(cluster.node(1).status().standing_since, before);
}

TEST(NodeStatus, CountsStallsOfTheLoop) {
  NodeCluster cluster(3);
  const std::uint64_t leader = cluster.start_all();
  const std::uint64_t stalled = cluster.followers().front();

  cluster.server(stalled).loop->stall(2500ms);
  cluster.network.stall(ServerId(stalled), 2500ms);
  cluster.run_for(4s);

  const NodeStatus status = cluster.node(stalled).status();
  EXPECT_EQ(status.loop_stalls, 1U);
  EXPECT_GE(status.loop_stall_longest, Duration(250ms));
  EXPECT_TRUE(cluster.is_leader(leader));
}

TEST(NodeStatus, AShortDelayOfTheLoopIsNoStall) {
  NodeCluster cluster(3);
  cluster.start_all();
  const std::uint64_t late = cluster.followers().front();

  cluster.server(late).loop->stall(100ms);
  cluster.network.stall(ServerId(late), 100ms);
  cluster.run_for(1s);

  EXPECT_EQ(cluster.node(late).status().loop_stalls, 0U);
}

TEST(NodeStatus, APauseOfAFollowerCausesNoElection) {
  NodeCluster cluster(3);
  const std::uint64_t leader = cluster.start_all();
  const Term term = cluster.node(leader).status().standing.term;
  const std::uint64_t paused = cluster.followers().front();

  cluster.server(paused).loop->stall(5s);
  cluster.network.stall(ServerId(paused), 5s);
  cluster.run_for(10s);

  EXPECT_EQ(cluster.node(leader).status().standing.term, term);
  EXPECT_TRUE(cluster.is_leader(leader));
  EXPECT_EQ(cluster.node(paused).status().standing.leader, ServerId(leader));
}

TEST(NodeStatus, ALeaderThatWasPausedBrieflyLeadsOn) {
  NodeCluster cluster(3);
  const std::uint64_t leader = cluster.start_all();

  cluster.server(leader).loop->stall(900ms);
  cluster.network.stall(ServerId(leader), 900ms);
  cluster.run_for(3s);

  EXPECT_TRUE(cluster.is_leader(leader));
}

TEST(NodeStatus, TheTraceTellsHowALeaderCameToBe) {
  NodeCluster cluster(3);
  const std::uint64_t leader = cluster.start_all();

  const std::vector<TraceStep> trace = cluster.node(leader).trace();

  EXPECT_TRUE(std::any_of(trace.begin(), trace.end(), [](const TraceStep& step) {
    return step.step.kind == core::StepKind::kBecameLeader;
  }));
  EXPECT_TRUE(std::is_sorted(trace.begin(), trace.end(), [](const auto& left, const auto& right) {
    return left.at < right.at;
  }));
}

TEST(NodeStatus, TheObserverHearsOfStandingsAndPeers) {
  NodeCluster cluster(3);
  const std::uint64_t leader = cluster.start_all();
  cluster.run_for(100ms);

  const node_cluster::Witness& witness = cluster.server(leader).witness;

  EXPECT_EQ(witness.standings.back(), cluster.node(leader).status().standing);
  EXPECT_EQ(witness.peers.size(), 2U);
  ASSERT_EQ(witness.configurations.size(), 1U);
  EXPECT_EQ(witness.configurations[0].index, Index(1));
}

TEST(NodeStatus, TheObserverHearsOfLostPeers) {
  NodeCluster cluster(3);
  const std::uint64_t leader = cluster.start_all();
  const std::uint64_t lost = cluster.followers().front();

  cluster.network.cut(ServerId(leader), ServerId(lost));
  cluster.run_for(100ms);

  EXPECT_EQ(cluster.server(leader).witness.peers.back(), std::pair(ServerId(lost), false));
}

TEST(NodeStatus, IsEmptyOnAnEmptyServer) {
  NodeCluster cluster(1);
  cluster.start(1);
  cluster.run_for(1s);

  const NodeStatus status = cluster.node(1).status();

  EXPECT_TRUE(status.configuration.empty());
  EXPECT_EQ(status.last, LogPosition());
  EXPECT_EQ(status.standing.cause, core::Cause::kStarted);
  EXPECT_TRUE(status.peers.empty());
}

TEST(NodeStatus, CanBeAskedAfterClose) {
  NodeCluster cluster(1);
  cluster.start_all();
  const Index commit = cluster.node(1).status().commit;
  cluster.node(1).close([] {});
  cluster.run_for(1s);

  EXPECT_TRUE(cluster.node(1).status().closing);
  EXPECT_EQ(cluster.node(1).status().commit, commit);
}

}  // namespace buoyant::node_status_test
