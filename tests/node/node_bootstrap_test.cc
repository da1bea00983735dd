// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/support/node_cluster.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace buoyant::node_bootstrap_test {

using node_cluster::CallPointer;
using node_cluster::NodeCluster;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

TEST(NodeBootstrap, WritesTheSameFirstEntryEverywhere) {
  NodeCluster cluster(3);
  cluster.start_all();

  EXPECT_NE(cluster.server(1).disk->bootstrap, 0U);
  EXPECT_EQ(cluster.server(1).disk->bootstrap, cluster.server(2).disk->bootstrap);
  EXPECT_EQ(cluster.server(1).disk->entries[0], cluster.server(3).disk->entries[0]);
  EXPECT_EQ(cluster.server(1).disk->entries[0].term, Term(1));
}

TEST(NodeBootstrap, CallsBackWhenItIsDurable) {
  NodeCluster cluster(1);
  cluster.start(1);
  cluster.server(1).storage->memory().hold_writes();
  const auto results = cluster.bootstrap(1, cluster.members());

  cluster.run_for(5s);
  EXPECT_TRUE(results->empty());
  cluster.server(1).storage->memory().release_writes();
  cluster.run_for(10ms);

  ASSERT_EQ(results->size(), 1U);
  EXPECT_TRUE(results->front().has_value());
}

TEST(NodeBootstrap, TheOrderOfTheListDoesNotMatter) {
  NodeCluster cluster(3);
  std::vector<Member> reversed = cluster.members();
  std::reverse(reversed.begin(), reversed.end());
  for (std::uint64_t id = 1; id <= 3; ++id) {
    cluster.start(id);
    cluster.bootstrap(id, id == 2 ? reversed : cluster.members());
  }

  EXPECT_NE(cluster.await_leader(), 0U);
  EXPECT_EQ(cluster.server(1).disk->bootstrap, cluster.server(2).disk->bootstrap);
}

TEST(NodeBootstrap, TheSameListAgainSucceeds) {
  NodeCluster cluster(3);
  cluster.start_all();
  const Index last = cluster.node(1).status().last.index;

  const auto results = cluster.bootstrap(1, cluster.members());
  cluster.run_for(100ms);

  ASSERT_EQ(results->size(), 1U);
  EXPECT_TRUE(results->front().has_value());
  EXPECT_EQ(cluster.node(1).status().last.index, last);
}

TEST(NodeBootstrap, TwiceAtOnceBothSucceed) {
  NodeCluster cluster(1);
  cluster.start(1);
  const auto first = cluster.bootstrap(1, cluster.members());
  const auto second = cluster.bootstrap(1, cluster.members());

  cluster.run_for(100ms);

  ASSERT_EQ(first->size(), 1U);
  ASSERT_EQ(second->size(), 1U);
  EXPECT_TRUE(second->front().has_value());
}

TEST(NodeBootstrap, TheSameListSucceedsAfterARestart) {
  NodeCluster cluster(1);
  cluster.start_all();
  cluster.crash(1);
  cluster.start(1);

  const auto results = cluster.bootstrap(1, cluster.members());
  cluster.run_for(5s);

  ASSERT_EQ(results->size(), 1U);
  EXPECT_TRUE(results->front().has_value());
  EXPECT_TRUE(cluster.is_leader(1));
}

TEST(NodeBootstrap, AnotherListIsRefused) {
  NodeCluster cluster(3);
  cluster.start(1);
  cluster.bootstrap(1, cluster.members());
  std::vector<Member> other = cluster.members();
  other.pop_back();

  const auto at_once = cluster.bootstrap(1, other);
  cluster.run_for(100ms);
  const auto later = cluster.bootstrap(1, other);

  EXPECT_EQ(at_once->front().error().code(), Errc::kInvalidConfiguration);
  EXPECT_EQ(later->front().error().code(), Errc::kInvalidConfiguration);
}

TEST(NodeBootstrap, AListWithoutThisServerIsRefused) {
  NodeCluster cluster(3);
  cluster.start(1);
  std::vector<Member> others = cluster.members();
  others.erase(others.begin());

  EXPECT_EQ(cluster.bootstrap(1, others)->front().error().code(), Errc::kInvalidConfiguration);
}

TEST(NodeBootstrap, AListWithAnotherAddressOfThisServerIsRefused) {
  NodeCluster cluster(3);
  cluster.start(1);
  std::vector<Member> members = cluster.members();
  members[0].address = "elsewhere:1";

  EXPECT_EQ(cluster.bootstrap(1, members)->front().error().code(), Errc::kInvalidConfiguration);
}

TEST(NodeBootstrap, AnEmptyServerDoesNothingButWait) {
  NodeCluster cluster(1);
  cluster.start(1);

  cluster.run_for(60s);

  EXPECT_EQ(cluster.node(1).status().standing.role, core::Role::kFollower);
  EXPECT_EQ(cluster.server(1).disk->hard_state.term, Term());
  EXPECT_LE(cluster.node(1).status().turns, 2U);
}

TEST(NodeBootstrap, AServerThatJoinedLateStillSucceeds) {
  NodeCluster cluster(3);
  for (std::uint64_t id = 1; id <= 3; ++id) {
    cluster.start(id);
  }
  cluster.bootstrap(1, cluster.members());
  cluster.bootstrap(2, cluster.members());
  ASSERT_NE(cluster.await_leader(), 0U);
  cluster.propose(cluster.leader(), "x");
  cluster.run_for(1s);
  ASSERT_GT(cluster.node(3).status().last.index, Index(1));

  const auto results = cluster.bootstrap(3, cluster.members());
  cluster.run_for(100ms);

  ASSERT_EQ(results->size(), 1U);
  EXPECT_TRUE(results->front().has_value());
  EXPECT_EQ(cluster.server(3).journal.texts(), std::vector<std::string>{"x"});
}

TEST(NodeBootstrap, AServerThatVotedBeforeKeepsItsVote) {
  NodeCluster cluster(3);
  for (std::uint64_t id = 1; id <= 3; ++id) {
    cluster.start(id);
  }
  cluster.bootstrap(1, cluster.members());
  cluster.run_until([&] {
    return cluster.server(2).disk->hard_state.voted_for.is_set() ||
           cluster.server(3).disk->hard_state.voted_for.is_set();
  });
  const std::uint64_t voter = cluster.server(2).disk->hard_state.voted_for.is_set() ? 2 : 3;
  const HardState vote = cluster.server(voter).disk->hard_state;

  const auto results = cluster.bootstrap(voter, cluster.members());
  cluster.run_until([&] { return !results->empty(); }, 1s);

  ASSERT_EQ(results->size(), 1U);
  EXPECT_TRUE(results->front().has_value());
  EXPECT_GE(cluster.server(voter).disk->hard_state.term, vote.term);
  cluster.run_for(5s);
  EXPECT_NE(cluster.leader(), 0U);
}

TEST(NodeBootstrap, ProposalsAreRefusedMeanwhile) {
  NodeCluster cluster(1);
  cluster.start(1);
  cluster.bootstrap(1, cluster.members());

  EXPECT_EQ(cluster.propose(1, "x")->error(), Errc::kNoLeader);
}

TEST(NodeBootstrap, AFullDiskIsSaidAndItCanBeTriedAgain) {
  NodeCluster cluster(1);
  cluster.start(1);
  cluster.server(1).storage->memory().fail_next_write(port::WriteOutcome::kNoSpace);
  const auto first = cluster.bootstrap(1, cluster.members());
  cluster.run_for(100ms);
  ASSERT_EQ(first->size(), 1U);
  EXPECT_EQ(first->front().error().code(), Errc::kStorageFull);

  const auto second = cluster.bootstrap(1, cluster.members());
  cluster.run_for(5s);

  ASSERT_EQ(second->size(), 1U);
  EXPECT_TRUE(second->front().has_value());
  EXPECT_TRUE(cluster.is_leader(1));
}

TEST(NodeBootstrap, ADiskThatFailsIsAFault) {
  NodeCluster cluster(1);
  cluster.start(1);
  cluster.server(1).storage->memory().fail_next_write(port::WriteOutcome::kFailed);
  const auto results = cluster.bootstrap(1, cluster.members());

  cluster.run_for(100ms);

  ASSERT_EQ(results->size(), 1U);
  EXPECT_EQ(results->front().error().code(), Errc::kOutcomeUnknown);
  EXPECT_NE(cluster.node(1).status().faulted, nullptr);
}

TEST(NodeBootstrap, TwoDifferentClustersDoNotMix) {
  NodeCluster cluster(2);
  cluster.start(1);
  cluster.start(2);
  std::vector<Member> alone{cluster.members()[1]};
  cluster.bootstrap(1, cluster.members());
  cluster.bootstrap(2, alone);

  cluster.run_for(5s);

  EXPECT_EQ(cluster.leader(), 2U);
  EXPECT_EQ(cluster.node(1).status().standing.role, core::Role::kPreCandidate);
  EXPECT_FALSE(cluster.server(1).witness.troubles.empty());
}

TEST(NodeBootstrap, MayBeCalledWithoutACallback) {
  NodeCluster cluster(1);
  cluster.start(1);

  ASSERT_TRUE(cluster.node(1).bootstrap(cluster.members(), nullptr).has_value());

  EXPECT_EQ(cluster.await_leader(), 1U);
}

}  // namespace buoyant::node_bootstrap_test
