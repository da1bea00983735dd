// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Leadership handed over by whole nodes, asked for at any of them.

#include "tests/support/node_cluster.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace buoyant::node_transfer_test {

using node_cluster::CallPointer;
using node_cluster::NodeCluster;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

/// What became of a transfer.
struct Outcome {
  Result<void> accepted;
  int callbacks = 0;
  std::optional<Result<ServerId>> result;

  [[nodiscard]] std::uint64_t leader() const { return result && *result ? (*result)->value() : 0; }

  [[nodiscard]] std::optional<Errc> error() const {
    if (!accepted) {
      return accepted.error().code();
    }
    return result && !*result ? std::optional(result->error().code()) : std::nullopt;
  }
};

using OutcomePointer = std::shared_ptr<Outcome>;

class NodeTransfer : public testing::Test {
 protected:
  void make(std::size_t servers, NodeCluster::Tweak tweak = nullptr) {
    cluster = std::make_unique<NodeCluster>(servers, std::move(tweak));
    leader = cluster->start_all();
    follower = cluster->followers().front();
    other = cluster->followers().back();
    cluster->run_for(200ms);
  }

  OutcomePointer transfer(std::uint64_t asked, std::uint64_t to) {
    auto outcome = std::make_shared<Outcome>();
    outcome->accepted =
        cluster->node(asked).transfer(ServerId(to), [outcome](const Result<ServerId>& result) {
          outcome->callbacks += 1;
          outcome->result = result;
        });
    return outcome;
  }

  std::unique_ptr<NodeCluster> cluster;
  std::uint64_t leader = 0;
  std::uint64_t follower = 0;
  std::uint64_t other = 0;
};

TEST_F(NodeTransfer, TheTargetLeads) {
  make(3);

  const OutcomePointer outcome = transfer(leader, follower);
  EXPECT_EQ(outcome->callbacks, 0);
  cluster->run_for(100ms);

  EXPECT_EQ(outcome->leader(), follower);
  EXPECT_EQ(outcome->callbacks, 1);
  EXPECT_EQ(cluster->leader(), follower);
}

// T5.
TEST_F(NodeTransfer, AFollowerPassesItOn) {
  make(3);

  const OutcomePointer outcome = transfer(follower, other);
  cluster->run_for(500ms);

  EXPECT_EQ(outcome->leader(), other);
  EXPECT_EQ(outcome->callbacks, 1);
  EXPECT_EQ(cluster->leader(), other);
}

TEST_F(NodeTransfer, AFollowerMayAskForItself) {
  make(3);

  const OutcomePointer outcome = transfer(follower, follower);
  cluster->run_for(500ms);

  EXPECT_EQ(outcome->leader(), follower);
}

TEST_F(NodeTransfer, ToAnybodyTellsWhoLeads) {
  make(3);

  const OutcomePointer outcome = transfer(follower, 0);
  cluster->run_for(500ms);

  EXPECT_EQ(outcome->leader(), cluster->leader());
  EXPECT_NE(outcome->leader(), leader);
}

TEST_F(NodeTransfer, ToTheLeaderItselfSucceedsFromTheLoop) {
  make(3);

  const OutcomePointer outcome = transfer(leader, leader);
  EXPECT_EQ(outcome->callbacks, 0);
  cluster->run_due();

  EXPECT_EQ(outcome->leader(), leader);
  EXPECT_TRUE(cluster->is_leader(leader));
}

TEST_F(NodeTransfer, ToTheLeaderItselfSucceedsThroughAFollower) {
  make(3);

  const OutcomePointer outcome = transfer(follower, leader);
  cluster->run_for(100ms);

  EXPECT_EQ(outcome->leader(), leader);
}

TEST_F(NodeTransfer, ARefusalComesBackThroughAFollower) {
  make(3);

  const OutcomePointer outcome = transfer(follower, 9);
  cluster->run_for(100ms);

  EXPECT_EQ(outcome->error(), Errc::kInvalidConfiguration);
  EXPECT_EQ(transfer(leader, 9)->error(), Errc::kInvalidConfiguration);
}

TEST_F(NodeTransfer, WhatWasProposedBeforeIsCommitted) {
  make(3);

  const std::vector<CallPointer> calls = cluster->propose_many(leader, 100);
  const OutcomePointer outcome = transfer(leader, follower);
  cluster->run_for(1s);

  EXPECT_EQ(outcome->leader(), follower);
  EXPECT_TRUE(std::all_of(calls.begin(), calls.end(),
                          [](const CallPointer& call) { return call->is_committed(); }));
}

// T2.
TEST_F(NodeTransfer, ProposalsMeanwhileAreRefusedAndDoNotDisturbIt) {
  make(3);
  cluster->network.hold(ServerId(leader), ServerId(follower));
  const OutcomePointer outcome = transfer(leader, follower);
  cluster->run_for(10ms);

  EXPECT_EQ(cluster->propose(leader, "here")->error(), Errc::kBusy);
  const CallPointer forwarded = cluster->propose(other, "there");
  cluster->run_for(10ms);
  EXPECT_EQ(forwarded->error(), Errc::kBusy);
  cluster->network.release(ServerId(leader), ServerId(follower));
  cluster->run_for(100ms);

  EXPECT_EQ(outcome->leader(), follower);
}

// T6.
TEST_F(NodeTransfer, FailsInTimeWhenTheTargetDoesNothing) {
  make(3);
  cluster->server(follower).storage->memory().hold_writes();

  const OutcomePointer outcome = transfer(leader, follower);
  cluster->run_for(1500ms);

  EXPECT_EQ(outcome->error(), Errc::kTransferFailed);
  EXPECT_TRUE(cluster->is_leader(leader));
  const CallPointer call = cluster->propose(leader, "x");
  cluster->run_for(100ms);
  EXPECT_TRUE(call->is_committed());
}

// T1.
TEST_F(NodeTransfer, AnInterruptedOneLeavesNothingBehind) {
  make(3);
  cluster->server(follower).storage->memory().hold_writes();
  const OutcomePointer outcome = transfer(leader, follower);
  cluster->run_for(10ms);
  cluster->isolate(leader);
  cluster->run_until([&] { return !cluster->is_leader(leader); });
  cluster->isolate(other);
  cluster->server(follower).storage->memory().release_writes();
  cluster->rejoin(leader);
  cluster->rejoin(other);
  ASSERT_NE(cluster->await_leader(), 0U);

  const OutcomePointer back = transfer(cluster->leader(), leader);
  cluster->run_for(3s);

  EXPECT_EQ(outcome->callbacks, 1);
  EXPECT_EQ(back->callbacks, 1);
  ASSERT_TRUE(cluster->is_leader(leader));
  const CallPointer call = cluster->propose(leader, "x");
  cluster->run_for(100ms);
  EXPECT_TRUE(call->is_committed());
  EXPECT_TRUE(transfer(leader, other)->accepted.has_value());
}

TEST_F(NodeTransfer, AServerWithoutALeaderRefuses) {
  make(3);
  cluster->isolate(follower);
  cluster->run_for(5s);

  EXPECT_EQ(transfer(follower, other)->error(), Errc::kNoLeader);
}

TEST_F(NodeTransfer, IsUnknownWhenTheConnectionIsLostBeforeTheAnswer) {
  make(3);
  cluster->server(leader).wire->keep_back(FrameType::kControlReply);
  const OutcomePointer outcome = transfer(follower, 9);
  cluster->run_for(100ms);
  EXPECT_EQ(outcome->callbacks, 0);

  cluster->network.cut(ServerId(follower), ServerId(leader));
  cluster->run_for(10ms);

  EXPECT_EQ(outcome->error(), Errc::kOutcomeUnknown);
  cluster->network.heal(ServerId(follower), ServerId(leader));
  cluster->server(leader).wire->release();
  cluster->run_for(1s);
  EXPECT_EQ(outcome->callbacks, 1);
}

TEST_F(NodeTransfer, ALostAnswerDoesNotHideTheNewLeader) {
  make(3);
  cluster->server(leader).wire->keep_back(FrameType::kControlReply);
  const OutcomePointer outcome = transfer(follower, other);
  cluster->run_for(500ms);
  ASSERT_EQ(outcome->callbacks, 0);

  cluster->crash(leader);
  cluster->run_for(10ms);

  EXPECT_EQ(outcome->leader(), other);
}

TEST_F(NodeTransfer, EndsAsUnknownAtItsDeadline) {
  make(3);
  cluster->server(leader).wire->keep_back(FrameType::kControlReply);

  const OutcomePointer outcome = transfer(follower, 9);
  cluster->run_for(5001ms);

  EXPECT_EQ(outcome->error(), Errc::kOutcomeUnknown);
}

TEST_F(NodeTransfer, IsAnsweredWhenTheNodeCloses) {
  make(3);
  cluster->server(follower).storage->memory().hold_writes();
  const OutcomePointer here = transfer(leader, follower);
  const OutcomePointer there = transfer(other, follower);

  cluster->node(leader).close(nullptr);
  cluster->node(other).close(nullptr);
  cluster->run_for(1s);

  EXPECT_EQ(here->error(), Errc::kOutcomeUnknown);
  EXPECT_EQ(there->error(), Errc::kOutcomeUnknown);
  EXPECT_EQ(here->callbacks + there->callbacks, 2);
  EXPECT_EQ(transfer(leader, follower)->error(), Errc::kStopped);
}

// T8.
TEST_F(NodeTransfer, TheCallbackMayDestroyTheNode) {
  make(3);
  int callbacks = 0;
  ASSERT_TRUE(cluster->node(leader).transfer(ServerId(follower), [&](const Result<ServerId>&) {
    ++callbacks;
    cluster->destroy(leader);
  }));
  ASSERT_TRUE(cluster->node(other).transfer(ServerId(follower), [&](const Result<ServerId>&) {
    ++callbacks;
    cluster->destroy(other);
  }));

  cluster->run_for(1s);

  EXPECT_EQ(callbacks, 2);
  EXPECT_EQ(cluster->followers(), std::vector<std::uint64_t>{});
}

TEST_F(NodeTransfer, IsBounded) {
  make(3, [](NodeOptions& options) { options.controls_max = 3; });
  cluster->server(follower).storage->memory().hold_writes();
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(transfer(leader, follower)->accepted.has_value());
    ASSERT_TRUE(transfer(other, follower)->accepted.has_value());
  }

  EXPECT_EQ(transfer(leader, follower)->error(), Errc::kBusy);
  EXPECT_EQ(transfer(other, follower)->error(), Errc::kBusy);
  cluster->run_for(100ms);
  EXPECT_EQ(transfer(leader, follower)->error(), Errc::kBusy);
  cluster->run_for(2s);
  EXPECT_TRUE(transfer(leader, follower)->accepted.has_value());
}

TEST_F(NodeTransfer, ThePreferredServerComesToLead) {
  make(3, [](NodeOptions& options) {
    options.preference = options.id == ServerId(3) ? Preference::kPrefer : Preference::kNormal;
  });

  cluster->run_for(3s);

  EXPECT_TRUE(cluster->is_leader(3));
}

TEST_F(NodeTransfer, ItIsShortForTheUsers) {
  make(3);
  const Instant began = cluster->scheduler.now();

  const OutcomePointer outcome = transfer(leader, follower);
  cluster->run_until([&] { return cluster->is_leader(follower); });
  const CallPointer call = cluster->propose(follower, "x");
  cluster->run_until([&] { return call->is_committed(); });

  EXPECT_LT(cluster->scheduler.now() - began, 20ms);
}

}  // namespace buoyant::node_transfer_test
