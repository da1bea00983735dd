// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/support/node_cluster.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace buoyant::node_durability_test {

using node_cluster::CallPointer;
using node_cluster::NodeCluster;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

TEST(NodeDurability, NothingIsCalledBackBeforeTheWriteIsDurable) {
  NodeCluster cluster(1);
  cluster.start_all();
  cluster.server(1).storage->memory().hold_writes();
  const CallPointer call = cluster.propose(1, "x");

  cluster.run_for(2s);
  EXPECT_EQ(call->callbacks, 0);
  EXPECT_TRUE(cluster.server(1).journal.commands.empty());
  cluster.server(1).storage->memory().release_writes();
  cluster.run_for(10ms);

  EXPECT_TRUE(call->is_committed());
}

TEST(NodeDurability, NoAcknowledgementLeavesBeforeTheWriteIsDurable) {
  NodeCluster cluster(3);
  const std::uint64_t leader = cluster.start_all();
  const std::vector<std::uint64_t> followers = cluster.followers();
  for (const std::uint64_t id : followers) {
    cluster.server(id).storage->memory().hold_writes();
    cluster.server(id).wire->sent.clear();
  }
  const Index before = cluster.node(leader).status().last.index;
  const CallPointer call = cluster.propose(leader, "x");

  cluster.run_for(1s);
  EXPECT_EQ(call->callbacks, 0);
  for (const PeerStatus& peer : cluster.node(leader).status().peers) {
    EXPECT_EQ(peer.match, before);
  }
  EXPECT_GT(cluster.server(followers[0]).wire->count(FrameType::kHeartbeatReply), 5U);
  cluster.server(followers[0]).storage->memory().release_writes();
  cluster.run_for(10ms);

  EXPECT_TRUE(call->is_committed());
}

TEST(NodeDurability, NoVoteLeavesBeforeItIsDurable) {
  NodeCluster cluster(3);
  for (std::uint64_t id = 1; id <= 3; ++id) {
    cluster.start(id);
    cluster.bootstrap(id, cluster.members());
  }
  cluster.run_for(100ms);
  for (std::uint64_t id = 1; id <= 3; ++id) {
    cluster.server(id).storage->memory().hold_writes();
  }

  cluster.run_for(2500ms);

  EXPECT_EQ(cluster.leader(), 0U);
  std::size_t requests = 0;
  for (std::uint64_t id = 1; id <= 3; ++id) {
    for (const auto& sent : cluster.server(id).wire->sent) {
      requests += sent.frame.type == FrameType::kRequestVote ? 1U : 0U;
    }
    EXPECT_EQ(cluster.server(id).disk->hard_state.term, Term(1));
  }
  // Pre-votes promise nothing; a vote, the candidate's own too, waits for its disk.
  EXPECT_GT(requests, 0U);
  for (std::uint64_t id = 1; id <= 3; ++id) {
    cluster.server(id).storage->memory().release_writes();
  }
  EXPECT_NE(cluster.await_leader(), 0U);
}

TEST(NodeDurability, AVotersPromiseWaitsForItsDisk) {
  // Server 1 asks long before the others would.
  NodeCluster cluster(3, [](NodeOptions& options) {
    options.election_timeout = options.id == ServerId(1) ? Duration(300ms) : Duration(10s);
  });
  for (std::uint64_t id = 1; id <= 3; ++id) {
    cluster.start(id);
    cluster.bootstrap(id, cluster.members());
  }
  cluster.run_for(100ms);
  cluster.server(2).storage->memory().hold_writes();
  cluster.server(3).storage->memory().hold_writes();

  cluster.run_for(2s);
  EXPECT_EQ(cluster.leader(), 0U);
  EXPECT_EQ(cluster.server(2).disk->hard_state.voted_for, ServerId());
  cluster.server(2).storage->memory().release_writes();

  EXPECT_EQ(cluster.await_leader(), 1U);
  EXPECT_EQ(cluster.server(2).disk->hard_state.voted_for, ServerId(1));
}

TEST(NodeDurability, AFollowersHangingDiskHoldsNobodyUp) {
  NodeCluster cluster(3);
  const std::uint64_t leader = cluster.start_all();
  const std::uint64_t slow = cluster.followers().front();
  cluster.server(slow).storage->memory().hold_writes();
  std::vector<CallPointer> calls;

  for (int i = 0; i < 50; ++i) {
    calls.push_back(cluster.propose(leader, "x"));
    cluster.run_for(100ms);
  }

  EXPECT_TRUE(std::all_of(calls.begin(), calls.end(),
                          [](const CallPointer& call) { return call->is_committed(); }));
  EXPECT_TRUE(cluster.is_leader(leader));
}

TEST(NodeDurability, ALeadersEntryIsCommittedByTheOthersDisksAlone) {
  NodeCluster cluster(3);
  const std::uint64_t leader = cluster.start_all();
  cluster.server(leader).storage->memory().hold_writes();

  const CallPointer call = cluster.propose(leader, "x");
  cluster.run_for(500ms);

  // §10.2.1: the majority has it; but it is applied here only when it is durable here.
  EXPECT_GE(cluster.node(leader).status().commit, cluster.node(leader).status().last.index);
  EXPECT_EQ(call->callbacks, 0);
  cluster.server(leader).storage->memory().release_writes();
  cluster.run_for(10ms);
  EXPECT_TRUE(call->is_committed());
}

TEST(NodeDurability, ALeaderWhoseDiskHangsGivesWay) {
  NodeCluster cluster(3);
  const std::uint64_t leader = cluster.start_all();
  cluster.server(leader).storage->memory().hold_writes();
  cluster.propose(leader, "x");

  const std::uint64_t successor = cluster.await_leader(leader);
  ASSERT_NE(successor, 0U);
  const CallPointer call = cluster.propose(successor, "y");
  cluster.run_for(1s);

  EXPECT_TRUE(call->is_committed());
  EXPECT_FALSE(cluster.is_leader(leader));
}

TEST(NodeDurability, TurnsStayFewWhileTheDiskHangs) {
  NodeCluster cluster(3);
  const std::uint64_t leader = cluster.start_all();
  const std::uint64_t slow = cluster.followers().front();
  cluster.server(slow).storage->memory().hold_writes();
  cluster.propose_many(leader, 100);
  cluster.run_for(100ms);
  const std::uint64_t before = cluster.node(slow).status().turns;

  cluster.run_for(5s);

  // A heartbeat each 100 ms, and nothing that spins.
  EXPECT_LE(cluster.node(slow).status().turns - before, 110U);
}

TEST(NodeDurability, WhatWasAcknowledgedSurvivesTheCrashOfAll) {
  NodeCluster cluster(3);
  const std::uint64_t leader = cluster.start_all();
  std::vector<CallPointer> calls;
  for (int i = 0; i < 200; ++i) {
    calls.push_back(cluster.propose(leader, std::to_string(i)));
    cluster.run_for(std::chrono::microseconds(300));
  }
  std::vector<std::string> acknowledged;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    if (calls[i]->is_committed()) {
      acknowledged.push_back(std::to_string(i));
    }
  }
  ASSERT_GT(acknowledged.size(), 10U);
  ASSERT_LT(acknowledged.size(), 200U);

  for (std::uint64_t id = 1; id <= 3; ++id) {
    cluster.crash(id);
  }
  for (std::uint64_t id = 1; id <= 3; ++id) {
    cluster.start(id);
  }
  ASSERT_NE(cluster.await_leader(), 0U);
  cluster.run_for(2s);

  const std::vector<std::string> texts = cluster.server(1).journal.texts();
  EXPECT_TRUE(std::includes(texts.begin(), texts.end(), acknowledged.begin(), acknowledged.end(),
                            [](const std::string& left, const std::string& right) {
                              return std::stoi(left) < std::stoi(right);
                            }));
  EXPECT_TRUE(cluster.is_converged());
}

TEST(NodeDurability, AFullDiskEndsLeadershipAndRecoversByItself) {
  NodeCluster cluster(3);
  const std::uint64_t leader = cluster.start_all();
  const Term term = cluster.node(leader).status().standing.term;

  cluster.server(leader).storage->memory().fail_next_write(port::WriteOutcome::kNoSpace);
  const CallPointer call = cluster.propose(leader, "x");
  cluster.run_for(10s);

  EXPECT_EQ(call->callbacks, 1);
  const std::uint64_t successor = cluster.leader();
  ASSERT_NE(successor, 0U);
  EXPECT_GT(cluster.node(successor).status().standing.term, term);
  const CallPointer later = cluster.propose(successor, "y");
  cluster.run_for(2s);
  EXPECT_TRUE(later->is_committed());
  EXPECT_TRUE(cluster.is_converged());
  EXPECT_EQ(cluster.node(leader).status().faulted, nullptr);
}

TEST(NodeDurability, AFullDiskOfAFollowerRecoversByItself) {
  NodeCluster cluster(3);
  const std::uint64_t leader = cluster.start_all();
  const std::uint64_t full = cluster.followers().front();

  cluster.server(full).storage->memory().fail_next_write(port::WriteOutcome::kNoSpace);
  const CallPointer call = cluster.propose(leader, "x");
  cluster.run_for(3s);

  EXPECT_TRUE(call->is_committed());
  EXPECT_TRUE(cluster.is_converged());
}

}  // namespace buoyant::node_durability_test
