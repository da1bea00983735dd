// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/support/node_cluster.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace buoyant::node_forward_test {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using node_cluster::CallPointer;
using node_cluster::NodeCluster;

class NodeForward : public testing::Test {
 protected:
  void make(std::size_t servers, NodeCluster::Tweak tweak = nullptr) {
    cluster = std::make_unique<NodeCluster>(servers, std::move(tweak));
    leader = cluster->start_all();
    follower = cluster->followers().front();
  }

  [[nodiscard]] std::ptrdiff_t committed(const std::vector<CallPointer>& calls) const {
    return std::count_if(calls.begin(), calls.end(),
                         [](const CallPointer& call) { return call->is_committed(); });
  }

  std::unique_ptr<NodeCluster> cluster;
  std::uint64_t leader = 0;
  std::uint64_t follower = 0;
};

TEST_F(NodeForward, CommitsWhatAFollowerWasGiven) {
  make(3);

  const CallPointer call = cluster->propose(follower, "x");
  cluster->run_for(500ms);

  ASSERT_TRUE(call->is_committed());
  EXPECT_EQ((*call->outcome)->reply.text(), "x!");
  EXPECT_TRUE(cluster->is_converged());
}

TEST_F(NodeForward, TheOutcomeIsThatOfTheLocalApply) {
  make(3);
  cluster->server(follower).journal.pace = node_cluster::Journal::Pace::kLater;

  const CallPointer call = cluster->propose(follower, "x");
  cluster->run_for(500ms);
  EXPECT_EQ(call->callbacks, 0);
  cluster->server(follower).journal.finish_one();
  cluster->run_for(1ms);

  EXPECT_TRUE(call->is_committed());
}

TEST_F(NodeForward, KeepsTheOrderOfOneServersProposals) {
  make(3);

  const std::vector<CallPointer> calls = cluster->propose_many(follower, 500);
  cluster->run_for(1s);

  ASSERT_EQ(committed(calls), 500);
  EXPECT_TRUE(std::is_sorted(calls.begin(), calls.end(), [](const auto& left, const auto& right) {
    return (*left->outcome)->position < (*right->outcome)->position;
  }));
}

TEST_F(NodeForward, SendsAllOfATurnInOneFrame) {
  make(2);
  cluster->run_for(10ms);
  const auto sent = [this] {
    return cluster->node(follower).status().peers.front().link.frames_sent;
  };
  const std::uint64_t before = sent();

  cluster->propose_many(follower, 200);
  cluster->run_due();

  EXPECT_EQ(sent(), before + 1);
}

TEST_F(NodeForward, IsUnknownWhenTheConnectionIsLostBeforeTheAnswer) {
  make(3);
  cluster->network.hold(ServerId(leader), ServerId(follower));
  const CallPointer call = cluster->propose(follower, "x");
  cluster->run_for(10ms);
  EXPECT_EQ(call->callbacks, 0);

  cluster->network.cut(ServerId(follower), ServerId(leader));
  cluster->run_for(10ms);

  EXPECT_EQ(call->error(), Errc::kOutcomeUnknown);
  cluster->network.heal(ServerId(follower), ServerId(leader));
  cluster->network.release(ServerId(leader), ServerId(follower));
  cluster->run_for(5s);
  EXPECT_EQ(call->callbacks, 1);
  EXPECT_EQ(cluster->server(leader).journal.texts(), std::vector<std::string>{"x"});
}

TEST_F(NodeForward, AConnectionForSnapshotsLeavesAnswersAlone) {
  make(3);
  // The leader reads the proposal and the hello in one turn, before it answers.
  cluster->network.stall(ServerId(leader), 20ms);
  const CallPointer call = cluster->propose(follower, "x");
  cluster->run_due();
  cluster->server(follower).wire->link_snapshots(ServerId(leader), true);

  cluster->run_for(1s);

  EXPECT_TRUE(call->is_committed());
}

TEST_F(NodeForward, IsRefusedWhenTheConnectionIsLostBeforeItWasSent) {
  make(3);
  cluster->network.cut(ServerId(follower), ServerId(leader));

  // The end of the connection is learnt before the turn that would forward.
  const CallPointer call = cluster->propose(follower, "x");
  cluster->run_due();

  EXPECT_EQ(call->error(), Errc::kNoLeader);
  cluster->run_for(1s);
  EXPECT_TRUE(cluster->server(leader).journal.texts().empty());
}

TEST_F(NodeForward, IsRefusedAtOnceWhenTheLeaderIsNotConnected) {
  make(3);
  cluster->network.cut(ServerId(follower), ServerId(leader));
  cluster->run_for(10ms);

  EXPECT_EQ(cluster->propose(follower, "x")->error(), Errc::kNoLeader);
}

TEST_F(NodeForward, IsNeverSentTwice) {
  make(3);
  cluster->network.hold(ServerId(leader), ServerId(follower));
  const std::vector<CallPointer> calls = cluster->propose_many(follower, 20);
  cluster->run_for(1s);
  cluster->network.release(ServerId(leader), ServerId(follower));
  cluster->run_for(8s);

  EXPECT_EQ(cluster->server(cluster->leader()).journal.commands.size(), 20U);
}

TEST_F(NodeForward, FindsItsPlaceThoughTheEntryWasAppliedBeforeTheAnswerCame) {
  make(3);
  // The answer travels on the connection that the follower dialled, entries on the other one.
  cluster->server(leader).wire->keep_back(FrameType::kForwardReply);
  const CallPointer call = cluster->propose(follower, "x");
  cluster->run_for(500ms);
  ASSERT_EQ(cluster->server(follower).journal.texts(), std::vector<std::string>{"x"});
  EXPECT_EQ(call->callbacks, 0);

  cluster->server(leader).wire->release();
  cluster->run_for(100ms);

  ASSERT_TRUE(call->is_committed());
  EXPECT_EQ((*call->outcome)->reply.text(), "x!");
}

TEST_F(NodeForward, IsUnknownWhenTheReplyToItIsNotRememberedAnyMore) {
  make(3, [](NodeOptions& options) { options.proposals_max = 4; });
  cluster->server(leader).wire->keep_back(FrameType::kForwardReply);
  const CallPointer call = cluster->propose(follower, "x");
  cluster->run_for(100ms);
  for (int i = 0; i < 10; ++i) {
    cluster->propose(leader, "later");
    cluster->run_for(100ms);
  }

  cluster->server(leader).wire->release();
  cluster->run_for(100ms);

  EXPECT_EQ(call->error(), Errc::kOutcomeUnknown);
}

TEST_F(NodeForward, IsSupersededWhenTheAnswerComesAfterAnotherEntryWasApplied) {
  make(3, [](NodeOptions& options) { options.check_quorum = false; });
  // The leader takes the proposal and answers, but nobody else ever gets the entry.
  cluster->server(leader).wire->keep_back(FrameType::kAppendEntries);
  const CallPointer call = cluster->propose(follower, "x");
  cluster->run_for(10ms);
  const std::uint64_t third = 6 - leader - follower;
  cluster->isolate(leader);
  cluster->run_until([&] { return call->callbacks > 0; }, 100ms);
  EXPECT_EQ(call->callbacks, 0);

  ASSERT_NE(cluster->await_leader(leader), 0U);
  cluster->propose(third, "y");
  cluster->run_for(1s);

  EXPECT_EQ(call->error(), Errc::kSuperseded);
}

TEST_F(NodeForward, IsRefusedWhereItIsNotTheLeaderAnyMore) {
  make(3, [](NodeOptions& options) { options.check_quorum = false; });
  // The follower still believes in a leader that another one has replaced.
  cluster->isolate(follower);
  const std::uint64_t third = 6 - leader - follower;
  cluster->network.cut(ServerId(leader), ServerId(third));
  cluster->network.heal(ServerId(follower), ServerId(leader));
  cluster->run_for(100ms);
  const CallPointer call = cluster->propose(follower, "x");
  cluster->run_for(8s);

  EXPECT_EQ(call->callbacks, call->accepted ? 1 : 0);
}

TEST_F(NodeForward, TheLeaderIsBusyAtItsBoundPerPeer) {
  make(3, [](NodeOptions& options) { options.forwarded_per_peer_max = 5; });

  const std::vector<CallPointer> calls = cluster->propose_many(follower, 8);
  cluster->run_for(1s);

  EXPECT_EQ(committed(calls), 5);
  EXPECT_EQ(calls[5]->error(), Errc::kBusy);
  EXPECT_EQ(calls[7]->error(), Errc::kBusy);
  const std::vector<CallPointer> again = cluster->propose_many(follower, 5);
  cluster->run_for(1s);
  EXPECT_EQ(committed(again), 5);
}

TEST_F(NodeForward, CountsAgainstTheFollowersOwnBounds) {
  make(3, [](NodeOptions& options) { options.proposals_max = 2; });

  const std::vector<CallPointer> calls = cluster->propose_many(follower, 3);
  EXPECT_EQ(calls[2]->error(), Errc::kBusy);
  cluster->run_for(1s);

  EXPECT_EQ(committed(calls), 2);
  EXPECT_EQ(cluster->node(follower).status().proposals_pending, 0U);
}

TEST_F(NodeForward, LargeBatchesAreCutIntoFrames) {
  make(3, [](NodeOptions& options) {
    options.append_bytes_max = 4096;
    options.frames_per_turn = 2;
  });

  const std::vector<CallPointer> calls = cluster->propose_many(follower, 100, 1000);
  cluster->run_for(2s);

  EXPECT_EQ(committed(calls), 100);
}

TEST_F(NodeForward, WaitsForRoomInTheTransportsQueue) {
  cluster = std::make_unique<NodeCluster>(
      3, [](NodeOptions& options) { options.append_bytes_max = 4096; });
  cluster->queue_bytes_max = 8192;
  leader = cluster->start_all();
  follower = cluster->followers().front();

  const std::vector<CallPointer> calls = cluster->propose_many(follower, 100, 1000);
  cluster->run_for(2s);

  EXPECT_EQ(committed(calls), 100);
}

TEST_F(NodeForward, AllFollowersAtOnce) {
  make(5);
  std::vector<CallPointer> calls;

  for (int i = 0; i < 50; ++i) {
    for (std::uint64_t id = 1; id <= 5; ++id) {
      calls.push_back(cluster->propose(id, std::to_string(id) + ":" + std::to_string(i)));
    }
    cluster->run_for(1ms);
  }
  cluster->run_for(1s);

  EXPECT_EQ(committed(calls), 250);
  EXPECT_TRUE(cluster->is_converged());
}

TEST_F(NodeForward, IsDecidedThoughTheLeaderDiesAfterItAnswered) {
  make(3);
  cluster->network.set_delay(ServerId(leader), ServerId(follower), 0ms);
  const CallPointer call = cluster->propose(follower, "x");
  cluster->run_for(1ms);
  cluster->crash(leader);

  cluster->run_for(10s);

  EXPECT_EQ(call->callbacks, 1);
  const bool applied = !cluster->server(follower).journal.texts().empty();
  EXPECT_EQ(call->is_committed(), applied && call->error() == std::nullopt);
}

}  // namespace buoyant::node_forward_test
