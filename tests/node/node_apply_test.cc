// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/support/node_cluster.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace buoyant::node_apply_test {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using node_cluster::CallPointer;
using node_cluster::Journal;
using node_cluster::NodeCluster;

TEST(NodeApply, AFloodCostsManyBoundedTurns) {
  constexpr std::size_t kFlood = 100'000;
  NodeCluster cluster(1, [](NodeOptions& options) { options.proposals_max = 1'000'000; });
  cluster.start_all();
  Journal& journal = cluster.server(1).journal;
  std::map<std::uint64_t, std::size_t> batches_per_turn;
  journal.inside = [&] { batches_per_turn[cluster.node(1).status().turns] += 1; };

  cluster.propose_many(1, kFlood, 8);
  cluster.run_for(5s);

  EXPECT_EQ(journal.commands.size(), kFlood);
  EXPECT_EQ(batches_per_turn.size(), journal.batches.size());
  EXPECT_LE(*std::max_element(journal.batches.begin(), journal.batches.end()), 1024U);
  EXPECT_GE(journal.batches.size(), kFlood / 1024);
}

TEST(NodeApply, TheHostsOwnTimersRunDuringAFlood) {
  NodeCluster cluster(1, [](NodeOptions& options) { options.proposals_max = 1'000'000; });
  cluster.start_all();
  Journal& journal = cluster.server(1).journal;
  std::size_t turns_seen_by_host = 0;
  std::function<void()> host = [&] {
    turns_seen_by_host += 1;
    if (journal.commands.size() < 50'000) {
      cluster.scheduler.post(host);
    }
  };
  // A task of the host that is due all the time, from the first batch on.
  journal.inside = [&] {
    if (journal.batches.size() == 1) {
      cluster.scheduler.post(host);
    }
  };

  cluster.propose_many(1, 50'000, 8);
  cluster.run_for(5s);

  EXPECT_EQ(journal.commands.size(), 50'000U);
  EXPECT_GE(turns_seen_by_host + 1, journal.batches.size());
}

TEST(NodeApply, BatchesAreBoundedInBytes) {
  NodeCluster cluster(1, [](NodeOptions& options) { options.apply_bytes_per_turn = 1000; });
  cluster.start_all();

  cluster.propose_many(1, 20, 400);
  cluster.run_for(1s);

  EXPECT_EQ(cluster.server(1).journal.batches, std::vector<std::size_t>(10, 2));
}

TEST(NodeApply, WhatWasAppliedIsAppliedAgainAfterARestart) {
  NodeCluster cluster(3);
  const std::uint64_t leader = cluster.start_all();
  cluster.propose_many(leader, 3000);
  cluster.run_for(1s);
  const std::vector<Command> before = cluster.server(leader).journal.commands;
  ASSERT_EQ(before.size(), 3000U);

  for (std::uint64_t id = 1; id <= 3; ++id) {
    cluster.crash(id);
  }
  for (std::uint64_t id = 1; id <= 3; ++id) {
    cluster.start(id);
  }
  ASSERT_NE(cluster.await_leader(), 0U);
  cluster.run_for(2s);

  EXPECT_EQ(cluster.server(leader).journal.commands, before);
  EXPECT_TRUE(cluster.is_converged());
  EXPECT_GT(cluster.server(leader).storage->reads, 0U);
}

TEST(NodeApply, TheNextBatchWaitsForTheOneBefore) {
  NodeCluster cluster(1);
  cluster.start_all();
  Journal& journal = cluster.server(1).journal;
  journal.pace = Journal::Pace::kLater;

  const CallPointer first = cluster.propose(1, "first");
  cluster.run_for(100ms);
  const CallPointer second = cluster.propose(1, "second");
  cluster.run_for(100ms);
  EXPECT_EQ(journal.batches.size(), 1U);
  EXPECT_EQ(first->callbacks, 0);

  ASSERT_TRUE(journal.finish_one());
  EXPECT_EQ(first->callbacks, 0);
  cluster.run_for(1ms);
  EXPECT_TRUE(first->is_committed());
  ASSERT_TRUE(journal.finish_one());
  cluster.run_for(1ms);
  EXPECT_TRUE(second->is_committed());
}

TEST(NodeApply, AStateMachineThatNeverFinishesHoldsNobodyElseUp) {
  NodeCluster cluster(3);
  const std::uint64_t leader = cluster.start_all();
  const std::uint64_t stuck = cluster.followers().front();
  cluster.server(stuck).journal.pace = Journal::Pace::kLater;

  for (int i = 0; i < 10; ++i) {
    cluster.propose_many(leader, 10);
    cluster.run_for(1s);
  }

  EXPECT_EQ(cluster.server(leader).journal.commands.size(), 100U);
  EXPECT_EQ(cluster.server(stuck).journal.batches.size(), 1U);
  EXPECT_EQ(cluster.node(stuck).status().durable, cluster.node(leader).status().durable);
  EXPECT_TRUE(cluster.is_leader(leader));
}

TEST(NodeApply, AnOpenBatchEndsAsUnknownAtTheDeadline) {
  NodeCluster cluster(1);
  cluster.start_all();
  cluster.server(1).journal.pace = Journal::Pace::kLater;
  const CallPointer call = cluster.propose(1, "x");

  cluster.run_for(6s);
  EXPECT_EQ(call->error(), Errc::kOutcomeUnknown);
  cluster.server(1).journal.finish_one();
  cluster.run_for(1s);

  EXPECT_EQ(call->callbacks, 1);
}

TEST(NodeApply, ATokenMayOutliveItsNode) {
  NodeCluster cluster(1);
  cluster.start_all();
  cluster.server(1).journal.pace = Journal::Pace::kLater;
  const CallPointer call = cluster.propose(1, "x");
  cluster.run_for(100ms);
  ASSERT_EQ(cluster.server(1).journal.waiting.size(), 1U);

  cluster.destroy(1);
  cluster.run_for(1s);
  cluster.server(1).journal.finish_one();
  cluster.run_for(1s);

  EXPECT_EQ(call->error(), Errc::kOutcomeUnknown);
  EXPECT_EQ(call->callbacks, 1);
}

TEST(NodeApply, TheNodeMayBeDestroyedInsideApply) {
  NodeCluster cluster(1);
  cluster.start_all();
  cluster.server(1).journal.inside = [&] { cluster.destroy(1); };
  const std::vector<CallPointer> calls = cluster.propose_many(1, 2000);

  cluster.run_for(1s);

  EXPECT_EQ(cluster.server(1).journal.batches.size(), 1U);
  EXPECT_TRUE(std::all_of(calls.begin(), calls.end(), [](const CallPointer& call) {
    return call->callbacks == 1 && call->error() == Errc::kOutcomeUnknown;
  }));
}

TEST(NodeApply, CommandsOwnTheirBytes) {
  NodeCluster cluster(3);
  const std::uint64_t leader = cluster.start_all();
  cluster.propose(leader, "kept");
  cluster.run_for(1s);
  for (std::uint64_t id = 1; id <= 3; ++id) {
    cluster.destroy(id);
  }
  cluster.run_for(1s);

  EXPECT_EQ(cluster.server(1).journal.texts(), std::vector<std::string>{"kept"});
  EXPECT_TRUE(cluster.server(1).journal.commands == cluster.server(2).journal.commands);
}

TEST(NodeApply, AppliedFollowsCommitInStatus) {
  NodeCluster cluster(1);
  cluster.start_all();
  cluster.propose_many(1, 5000);
  cluster.run_for(1s);

  const NodeStatus status = cluster.node(1).status();

  EXPECT_EQ(status.applied, status.commit);
  EXPECT_EQ(status.commit, status.last.index);
  EXPECT_EQ(status.proposals_committed, 5000U);
}

TEST(NodeApply, ACommittedEntryThatCannotBeReadIsAFault) {
  NodeCluster cluster(1);
  cluster.start_all();
  cluster.propose_many(1, 10);
  cluster.run_for(1s);
  cluster.crash(1);
  cluster.start(1);

  cluster.server(1).storage->memory().fail_next_read(Error(Errc::kStorageCorrupt, "bad record"));
  cluster.run_for(5s);

  EXPECT_NE(cluster.node(1).status().faulted, nullptr);
  ASSERT_EQ(cluster.server(1).witness.fault_errors.size(), 1U);
  EXPECT_EQ(cluster.server(1).witness.fault_errors[0].code(), Errc::kStorageCorrupt);
  EXPECT_TRUE(cluster.server(1).journal.commands.empty());
}

TEST(NodeApply, ABusyStorageIsAskedAgain) {
  NodeCluster cluster(1);
  cluster.start_all();
  cluster.propose_many(1, 10);
  cluster.run_for(1s);
  cluster.crash(1);
  cluster.start(1);

  cluster.server(1).storage->memory().fail_next_read(Error(Errc::kBusy));
  cluster.run_for(5s);

  EXPECT_EQ(cluster.node(1).status().faulted, nullptr);
  EXPECT_EQ(cluster.server(1).journal.commands.size(), 10U);
}

}  // namespace buoyant::node_apply_test
