// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/support/node_cluster.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace buoyant::node_close_test {

using node_cluster::CallPointer;
using node_cluster::NodeCluster;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

bool answered_once(const std::vector<CallPointer>& calls) {
  return std::all_of(calls.begin(), calls.end(), [](const CallPointer& call) {
    return call->callbacks == (call->accepted.has_value() ? 1 : 0);
  });
}

TEST(NodeClose, CallsBackOnceFromTheLoop) {
  NodeCluster cluster(1);
  cluster.start_all();
  int closed = 0;

  cluster.node(1).close([&] { ++closed; });
  EXPECT_EQ(closed, 0);
  cluster.run_for(1s);

  EXPECT_EQ(closed, 1);
  EXPECT_TRUE(cluster.node(1).status().closing);
}

TEST(NodeClose, LeavesNothingInTheLoop) {
  NodeCluster cluster(1);
  cluster.start_all();
  bool closed = false;

  cluster.node(1).close([&] { closed = true; });
  cluster.run_until([&] { return closed; });

  EXPECT_TRUE(closed);
  EXPECT_TRUE(cluster.scheduler.empty());
}

TEST(NodeClose, EveryCallToItIsAnswered) {
  NodeCluster cluster(1);
  cluster.start_all();
  int closed = 0;

  cluster.node(1).close([&] { ++closed; });
  cluster.node(1).close([&] {
    ++closed;
    cluster.node(1).close([&] { ++closed; });
  });
  cluster.run_for(1s);
  EXPECT_EQ(closed, 3);
  cluster.node(1).close([&] { ++closed; });

  EXPECT_EQ(closed, 4);
}

TEST(NodeClose, EndsOpenProposalsAsUnknown) {
  NodeCluster cluster(3);
  const std::uint64_t leader = cluster.start_all();
  cluster.isolate(leader);
  const std::vector<CallPointer> calls = cluster.propose_many(leader, 10);
  cluster.run_for(10ms);
  bool closed = false;

  cluster.node(leader).close([&] {
    closed = true;
    EXPECT_TRUE(answered_once(calls));
  });
  EXPECT_EQ(calls[0]->callbacks, 0);
  cluster.run_for(1s);

  EXPECT_TRUE(closed);
  EXPECT_EQ(calls[9]->error(), Errc::kOutcomeUnknown);
}

TEST(NodeClose, EndsForwardedProposalsAsUnknown) {
  NodeCluster cluster(3);
  const std::uint64_t leader = cluster.start_all();
  const std::uint64_t follower = cluster.followers().front();
  cluster.network.hold(ServerId(leader), ServerId(follower));
  const CallPointer sent = cluster.propose(follower, "sent");
  cluster.run_for(10ms);
  const CallPointer unsent = cluster.propose(follower, "unsent");

  cluster.node(follower).close([] {});
  cluster.run_for(1s);

  EXPECT_EQ(sent->error(), Errc::kOutcomeUnknown);
  EXPECT_EQ(unsent->error(), Errc::kOutcomeUnknown);
}

TEST(NodeClose, RefusesWhatComesAfter) {
  NodeCluster cluster(1);
  cluster.start_all();
  cluster.node(1).close([] {});

  EXPECT_EQ(cluster.propose(1, "x")->error(), Errc::kStopped);
  EXPECT_EQ(cluster.bootstrap(1, cluster.members())->front().error().code(), Errc::kStopped);
  cluster.run_for(1s);
  EXPECT_EQ(cluster.propose(1, "x")->error(), Errc::kStopped);
}

TEST(NodeClose, CallsTheStateMachineNoMore) {
  NodeCluster cluster(1);
  cluster.start_all();
  cluster.propose_many(1, 5000);
  cluster.run_until([&] { return cluster.server(1).journal.batches.size() == 2; });

  cluster.node(1).close([] {});
  cluster.run_for(1s);

  EXPECT_EQ(cluster.server(1).journal.batches.size(), 2U);
}

TEST(NodeClose, WhatWasQueuedIsStillWritten) {
  NodeCluster cluster(1);
  cluster.start_all();
  const Index last = cluster.server(1).disk->last_index();
  cluster.propose(1, "x");
  cluster.run_due();

  cluster.node(1).close([] {});
  cluster.run_for(1s);

  EXPECT_EQ(cluster.server(1).disk->last_index(), last.next());
}

TEST(NodeClose, EndsThoughTheDiskHangs) {
  NodeCluster cluster(1);
  cluster.start_all();
  cluster.server(1).storage->memory().hold_writes();
  const CallPointer call = cluster.propose(1, "x");
  cluster.run_for(100ms);
  bool closed = false;

  cluster.node(1).close([&] { closed = true; });
  cluster.run_for(1s);

  EXPECT_TRUE(closed);
  EXPECT_EQ(call->error(), Errc::kOutcomeUnknown);
}

TEST(NodeClose, ACallbackMayCloseTheNode) {
  NodeCluster cluster(1);
  cluster.start_all();
  bool closed = false;
  ASSERT_TRUE(cluster.node(1).propose(Bytes::copy_of("x"), [&](const auto& /*outcome*/) {
    cluster.node(1).close([&] { closed = true; });
  }));
  const std::vector<CallPointer> calls = cluster.propose_many(1, 10);

  cluster.run_for(1s);

  EXPECT_TRUE(closed);
  EXPECT_TRUE(answered_once(calls));
}

TEST(NodeClose, ACallbackMayDestroyTheNode) {
  NodeCluster cluster(1);
  cluster.start_all();
  ASSERT_TRUE(cluster.node(1).propose(Bytes::copy_of("x"),
                                      [&](const auto& /*outcome*/) { cluster.destroy(1); }));
  const std::vector<CallPointer> calls = cluster.propose_many(1, 10);

  cluster.run_for(1s);

  EXPECT_TRUE(answered_once(calls));
  EXPECT_TRUE(cluster.scheduler.empty());
}

TEST(NodeClose, TheCloseCallbackMayDestroyTheNode) {
  NodeCluster cluster(1);
  cluster.start_all();

  cluster.node(1).close([&] { cluster.destroy(1); });
  cluster.run_for(1s);

  EXPECT_EQ(cluster.server(1).node, nullptr);
}

TEST(NodeClose, ACallbackThatProposesDuringCloseIsRefused) {
  NodeCluster cluster(1);
  cluster.start_all();
  CallPointer inner;
  cluster.server(1).storage->memory().hold_writes();
  ASSERT_TRUE(cluster.node(1).propose(
      Bytes::copy_of("x"), [&](const auto& /*outcome*/) { inner = cluster.propose(1, "inner"); }));

  cluster.node(1).close([] {});
  cluster.run_for(1s);

  ASSERT_NE(inner, nullptr);
  EXPECT_EQ(inner->error(), Errc::kStopped);
}

TEST(NodeClose, DestroyingClosesInTheBackground) {
  NodeCluster cluster(1);
  cluster.start_all();
  cluster.server(1).storage->memory().hold_writes();
  const std::vector<CallPointer> calls = cluster.propose_many(1, 10);

  cluster.destroy(1);
  EXPECT_EQ(calls[0]->callbacks, 0);
  cluster.run_for(1s);

  EXPECT_TRUE(answered_once(calls));
  EXPECT_TRUE(cluster.scheduler.empty());
}

TEST(NodeClose, DestroyingTellsTheObserverNothingMore) {
  NodeCluster cluster(3);
  const std::uint64_t leader = cluster.start_all();
  const std::size_t told = cluster.server(leader).witness.peers.size();

  cluster.isolate(leader);
  cluster.destroy(leader);
  cluster.run_for(5s);

  EXPECT_EQ(cluster.server(leader).witness.peers.size(), told);
}

TEST(NodeClose, TheDoneOfADestroyedNodeStillRuns) {
  NodeCluster cluster(1);
  cluster.start_all();
  int closed = 0;

  cluster.node(1).close([&] { ++closed; });
  cluster.destroy(1);
  cluster.run_for(1s);

  EXPECT_EQ(closed, 1);
}

TEST(NodeClose, IsPossibleBeforeTheFirstTurn) {
  NodeCluster cluster(1);
  cluster.start(1);
  const auto bootstrapped = cluster.bootstrap(1, cluster.members());
  bool closed = false;

  cluster.node(1).close([&] { closed = true; });
  cluster.run_for(1s);

  EXPECT_TRUE(closed);
  ASSERT_EQ(bootstrapped->size(), 1U);
  EXPECT_EQ(bootstrapped->front().error().code(), Errc::kOutcomeUnknown);
}

TEST(NodeClose, RunsBoundedCallbacksPerTurn) {
  NodeCluster cluster(3, [](NodeOptions& options) { options.callbacks_per_turn = 10; });
  const std::uint64_t leader = cluster.start_all();
  cluster.isolate(leader);
  const std::vector<CallPointer> calls = cluster.propose_many(leader, 100);
  const std::uint64_t turns = cluster.node(leader).status().turns;

  cluster.node(leader).close([] {});
  cluster.run_for(1s);

  EXPECT_TRUE(answered_once(calls));
  EXPECT_EQ(cluster.node(leader).status().turns - turns, 10U);
}

/// A story of proposals on both kinds of servers, ended by `end` after `steps` tasks.
class NodeCloseAtEveryPoint : public testing::TestWithParam<bool> {
 protected:
  /// False: the story was over before.
  bool end_after(std::size_t steps) {
    NodeCluster cluster(3);
    std::vector<CallPointer> calls;
    for (std::uint64_t id = 1; id <= 3; ++id) {
      cluster.start(id);
      cluster.bootstrap(id, cluster.members());
    }
    bool over = false;
    for (std::size_t i = 0; i < steps && !over; ++i) {
      if (i % 4 == 0) {
        const CallPointer call = cluster.propose(1 + i % 3, "x");
        calls.push_back(call);
      }
      over = !cluster.step(3s) || cluster.scheduler.now() > Instant(4s);
    }
    int closed = 0;
    for (std::uint64_t id = 1; id <= 3; ++id) {
      if (!GetParam()) {
        cluster.node(id).close([&] { ++closed; });
      } else {
        cluster.destroy(id);
      }
    }
    cluster.run_for(1s);
    EXPECT_EQ(closed, GetParam() ? 0 : 3) << "after " << steps;
    EXPECT_TRUE(answered_once(calls)) << "after " << steps;
    EXPECT_TRUE(cluster.scheduler.empty()) << "after " << steps;
    return !over;
  }
};

TEST_P(NodeCloseAtEveryPoint, AnswersEverythingOnceAndLeavesNothing) {
  std::size_t steps = 0;
  while (steps < 400 && end_after(steps)) {
    ++steps;
  }

  EXPECT_GE(steps, 200U);
}

INSTANTIATE_TEST_SUITE_P(CloseAndDestroy, NodeCloseAtEveryPoint, testing::Bool());

}  // namespace buoyant::node_close_test
