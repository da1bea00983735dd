// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/support/node_cluster.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace buoyant::node_propose_test {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using node_cluster::CallPointer;
using node_cluster::NodeCluster;

bool all_called(const std::vector<CallPointer>& calls) {
  return std::all_of(calls.begin(), calls.end(),
                     [](const CallPointer& call) { return call->callbacks > 0; });
}

/// How many were answered exactly once and with this code.
std::ptrdiff_t count_of(const std::vector<CallPointer>& calls, std::optional<Errc> code) {
  return std::count_if(calls.begin(), calls.end(), [code](const CallPointer& call) {
    return call->callbacks == 1 && call->error() == code;
  });
}

TEST(NodePropose, CommitsOnASingleServer) {
  NodeCluster cluster(1);
  const std::uint64_t leader = cluster.start_all();

  const CallPointer call = cluster.propose(leader, "x");
  ASSERT_TRUE(cluster.run_until([&] { return call->callbacks > 0; }));

  EXPECT_TRUE(call->is_committed());
  EXPECT_EQ((*call->outcome)->reply.text(), "x!");
  EXPECT_EQ(cluster.server(1).journal.texts(), std::vector<std::string>{"x"});
}

TEST(NodePropose, AppliesTheSameOnThreeServers) {
  NodeCluster cluster(3);
  const std::uint64_t leader = cluster.start_all();

  const std::vector<CallPointer> calls = cluster.propose_many(leader, 100);
  ASSERT_TRUE(cluster.run_until([&] { return all_called(calls); }));
  cluster.run_for(500ms);

  EXPECT_EQ(count_of(calls, std::nullopt), 100);
  EXPECT_EQ(cluster.server(leader).journal.commands.size(), 100U);
  EXPECT_TRUE(cluster.is_converged());
}

TEST(NodePropose, CommitsOnFourServersWithOneDown) {
  NodeCluster cluster(4);
  const std::uint64_t leader = cluster.start_all();
  cluster.crash(cluster.followers().front());

  const CallPointer call = cluster.propose(leader, "x");
  cluster.run_for(500ms);

  EXPECT_TRUE(call->is_committed());
}

TEST(NodePropose, DoesNotCommitOnFourServersWithTwoDown) {
  NodeCluster cluster(4);
  const std::uint64_t leader = cluster.start_all();
  cluster.crash(cluster.followers().front());
  cluster.crash(cluster.followers().front());

  const CallPointer call = cluster.propose(leader, "x");
  cluster.run_for(500ms);

  EXPECT_EQ(call->callbacks, 0);
}

TEST(NodePropose, TellsThePositionAtWhichItStands) {
  NodeCluster cluster(1);
  const std::uint64_t leader = cluster.start_all();
  const Index last = cluster.node(leader).status().last.index;

  const CallPointer call = cluster.propose(leader, "x");
  cluster.run_for(100ms);

  ASSERT_TRUE(call->is_committed());
  EXPECT_EQ((*call->outcome)->position.index, last.next());
  EXPECT_EQ((*call->outcome)->position.term, cluster.node(leader).status().standing.term);
}

TEST(NodePropose, NeverCallsBackInsideTheCall) {
  NodeCluster cluster(1);
  const std::uint64_t leader = cluster.start_all();

  const CallPointer call = cluster.propose(leader, "x");

  EXPECT_EQ(call->callbacks, 0);
}

TEST(NodePropose, TakesAnEmptyPayload) {
  NodeCluster cluster(3);
  const std::uint64_t leader = cluster.start_all();

  const CallPointer call = cluster.propose(leader, "");
  cluster.run_for(100ms);

  ASSERT_TRUE(call->is_committed());
  EXPECT_EQ((*call->outcome)->reply.text(), "!");
}

TEST(NodePropose, RefusesWhatIsTooLarge) {
  NodeCluster cluster(1, [](NodeOptions& options) { options.entry_bytes_max = 8; });
  const std::uint64_t leader = cluster.start_all();

  const CallPointer fits = cluster.propose(leader, "12345678");
  const CallPointer large = cluster.propose(leader, "123456789");
  cluster.run_for(1s);

  EXPECT_TRUE(fits->is_committed());
  EXPECT_EQ(large->error(), Errc::kTooLarge);
  EXPECT_EQ(large->callbacks, 0);
}

TEST(NodePropose, IsBusyAtTheBoundOfProposals) {
  NodeCluster cluster(1, [](NodeOptions& options) { options.proposals_max = 3; });
  const std::uint64_t leader = cluster.start_all();

  const std::vector<CallPointer> calls = cluster.propose_many(leader, 4);

  EXPECT_EQ(calls[3]->error(), Errc::kBusy);
  cluster.run_for(100ms);
  EXPECT_EQ(count_of(calls, std::nullopt), 3);
  EXPECT_EQ(calls[3]->callbacks, 0);
}

TEST(NodePropose, IsBusyAtTheBoundOfBytes) {
  NodeCluster cluster(1, [](NodeOptions& options) { options.proposal_bytes_max = 100; });
  const std::uint64_t leader = cluster.start_all();

  const std::vector<CallPointer> calls = cluster.propose_many(leader, 3, 40);

  EXPECT_EQ(calls[1]->error(), std::nullopt);
  EXPECT_EQ(calls[2]->error(), Errc::kBusy);
}

TEST(NodePropose, TakesProposalsAgainWhenBusyIsOver) {
  NodeCluster cluster(1, [](NodeOptions& options) { options.proposals_max = 1; });
  const std::uint64_t leader = cluster.start_all();
  cluster.propose(leader, "first");
  ASSERT_EQ(cluster.propose(leader, "second")->error(), Errc::kBusy);
  cluster.run_for(100ms);

  const CallPointer third = cluster.propose(leader, "third");
  cluster.run_for(100ms);

  EXPECT_TRUE(third->is_committed());
  EXPECT_EQ(cluster.node(leader).status().proposals_pending, 0U);
  EXPECT_EQ(cluster.node(leader).status().proposal_bytes_pending, 0U);
}

TEST(NodePropose, RefusesWhileNoLeaderIsKnown) {
  NodeCluster cluster(3);
  cluster.start(1);

  EXPECT_EQ(cluster.propose(1, "x")->error(), Errc::kNoLeader);
}

TEST(NodePropose, RefusesOnAFollowerThatDoesNotForward) {
  NodeCluster cluster(3, [](NodeOptions& options) { options.forward_proposals = false; });
  cluster.start_all();

  EXPECT_EQ(cluster.propose(cluster.followers().front(), "x")->error(), Errc::kNotLeader);
}

TEST(NodePropose, IsSupersededWhenAnotherLeadersEntryTakesItsPlace) {
  NodeCluster cluster(3, [](NodeOptions& options) { options.check_quorum = false; });
  const std::uint64_t old_leader = cluster.start_all();
  cluster.isolate(old_leader);
  const std::vector<CallPointer> lost = cluster.propose_many(old_leader, 3);
  const std::uint64_t new_leader = cluster.await_leader(old_leader);
  ASSERT_NE(new_leader, 0U);
  const std::vector<CallPointer> kept = cluster.propose_many(new_leader, 5);
  ASSERT_TRUE(cluster.run_until([&] { return all_called(kept); }));

  cluster.rejoin(old_leader);
  ASSERT_TRUE(cluster.run_until([&] { return all_called(lost); }, 2s));

  EXPECT_EQ(count_of(lost, Errc::kSuperseded), 3);
  EXPECT_EQ((*lost[0]->outcome).error().outcome(), Outcome::kNotCommitted);
  cluster.run_for(1s);
  EXPECT_TRUE(cluster.is_converged());
}

TEST(NodePropose, IsCommittedThoughItsLeaderStepsDownMeanwhile) {
  NodeCluster cluster(3);
  const std::uint64_t old_leader = cluster.start_all();
  for (const std::uint64_t follower : cluster.followers()) {
    cluster.network.hold(ServerId(follower), ServerId(old_leader));
  }
  const CallPointer call = cluster.propose(old_leader, "x");
  cluster.run_for(2100ms);
  ASSERT_FALSE(cluster.is_leader(old_leader));
  ASSERT_EQ(call->callbacks, 0);

  for (std::uint64_t id = 1; id <= 3; ++id) {
    cluster.network.release(ServerId(id), ServerId(old_leader));
  }
  cluster.run_until([&] { return call->callbacks > 0; }, 2s);

  EXPECT_TRUE(call->is_committed());
  EXPECT_EQ((*call->outcome)->reply.text(), "x!");
}

TEST(NodePropose, IsUnknownAfterFiveElectionTimeouts) {
  NodeCluster cluster(3);
  const std::uint64_t leader = cluster.start_all();
  cluster.isolate(leader);
  const CallPointer call = cluster.propose(leader, "x");

  cluster.run_for(4990ms);
  EXPECT_EQ(call->callbacks, 0);
  cluster.run_for(20ms);

  EXPECT_EQ(call->error(), Errc::kOutcomeUnknown);
  cluster.rejoin(leader);
  cluster.run_for(10s);
  EXPECT_EQ(call->callbacks, 1);
}

TEST(NodePropose, MayBeCalledInsideACallback) {
  NodeCluster cluster(1);
  const std::uint64_t leader = cluster.start_all();
  CallPointer inner;
  ASSERT_TRUE(cluster.node(leader).propose(Bytes::copy_of("outer"), [&](const auto& /*outcome*/) {
    inner = cluster.propose(leader, "inner");
  }));

  cluster.run_for(100ms);

  ASSERT_NE(inner, nullptr);
  EXPECT_TRUE(inner->is_committed());
}

TEST(NodePropose, MayBeCalledInsideApply) {
  NodeCluster cluster(3);
  const std::uint64_t leader = cluster.start_all();
  CallPointer inner;
  cluster.server(leader).journal.inside = [&] {
    if (inner == nullptr) {
      inner = cluster.propose(leader, "inner");
    }
  };
  const CallPointer outer = cluster.propose(leader, "outer");

  cluster.run_for(100ms);

  EXPECT_TRUE(outer->is_committed());
  ASSERT_NE(inner, nullptr);
  EXPECT_TRUE(inner->is_committed());
}

TEST(NodePropose, RunsBoundedCallbacksPerTurn) {
  NodeCluster cluster(1, [](NodeOptions& options) { options.callbacks_per_turn = 10; });
  const std::uint64_t leader = cluster.start_all();
  std::map<std::uint64_t, int> per_turn;
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(cluster.node(leader).propose(Bytes::copy_of("x"), [&](const auto& /*outcome*/) {
      per_turn[cluster.node(leader).status().turns] += 1;
    }));
  }

  cluster.run_for(1s);

  EXPECT_EQ(per_turn.size(), 10U);
  EXPECT_EQ(per_turn.begin()->second, 10);
}

TEST(NodePropose, OneWriteTakesAllThatOnePollBrought) {
  NodeCluster cluster(1);
  const std::uint64_t leader = cluster.start_all();
  const std::uint64_t writes = cluster.node(leader).status().storage.writes;

  cluster.propose_many(leader, 1000);
  cluster.run_for(1s);

  EXPECT_EQ(cluster.server(leader).journal.commands.size(), 1000U);
  EXPECT_EQ(cluster.node(leader).status().storage.writes, writes + 1);
}

TEST(NodePropose, EveryCallIsAnsweredOnceWhileLeadersComeAndGo) {
  NodeCluster cluster(3);
  cluster.start_all();
  std::vector<CallPointer> calls;

  for (int round = 0; round < 12; ++round) {
    const std::uint64_t cut = 1 + static_cast<std::uint64_t>(round) % 3;
    cluster.isolate(cut);
    for (int i = 0; i < 30; ++i) {
      for (std::uint64_t id = 1; id <= 3; ++id) {
        calls.push_back(cluster.propose(id, "c" + std::to_string(calls.size())));
      }
      cluster.run_for(50ms);
    }
    cluster.rejoin(cut);
    cluster.run_for(300ms);
  }
  cluster.run_for(10s);

  std::erase_if(calls, [](const CallPointer& call) { return !call->accepted.has_value(); });
  EXPECT_TRUE(cluster.is_converged());
  EXPECT_TRUE(std::all_of(calls.begin(), calls.end(),
                          [](const CallPointer& call) { return call->callbacks == 1; }));
  EXPECT_GT(count_of(calls, std::nullopt), 100);
}

}  // namespace buoyant::node_propose_test
