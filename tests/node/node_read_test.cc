// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/support/node_cluster.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace buoyant::node_read_test {

using node_cluster::NodeCluster;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

/// What became of a read.
struct Call {
  Result<void> accepted;
  int callbacks = 0;
  Result<Index> outcome = Index();
  /// What the state machine of its server held when it called back.
  std::vector<std::string> seen;

  [[nodiscard]] bool is_answered() const { return callbacks == 1 && outcome.has_value(); }
};

using CallPointer = std::shared_ptr<Call>;

class NodeRead : public testing::Test {
 protected:
  void make(std::size_t servers, NodeCluster::Tweak tweak = nullptr) {
    cluster = std::make_unique<NodeCluster>(servers, std::move(tweak));
    leader = cluster->start_all();
    if (servers > 1) {
      follower = cluster->followers().front();
    }
  }

  CallPointer read(std::uint64_t server, ReadMode mode = ReadMode::kLinearizable) {
    auto call = std::make_shared<Call>();
    call->accepted = cluster->node(server).read(mode, [this, server, call](Result<Index> outcome) {
      call->callbacks += 1;
      call->outcome = outcome;
      call->seen = cluster->server(server).journal.texts();
    });
    return call;
  }

  std::vector<CallPointer> read_many(std::uint64_t server, std::size_t count) {
    std::vector<CallPointer> calls;
    for (std::size_t i = 0; i < count; ++i) {
      calls.push_back(read(server));
    }
    return calls;
  }

  [[nodiscard]] std::size_t sent(std::uint64_t server, FrameType type) {
    return cluster->server(server).wire->count(type);
  }

  [[nodiscard]] std::uint64_t writes(std::uint64_t server) {
    return cluster->node(server).status().storage.writes;
  }

  std::unique_ptr<NodeCluster> cluster;
  std::uint64_t leader = 0;
  std::uint64_t follower = 0;
};

using Texts = std::vector<std::string>;

TEST_F(NodeRead, TheLeaderSeesWhatWasAcknowledged) {
  make(3);
  cluster->propose(leader, "x");
  cluster->run_for(200ms);

  const CallPointer call = read(leader);
  EXPECT_EQ(call->callbacks, 0);
  cluster->run_for(50ms);

  EXPECT_TRUE(call->is_answered());
  EXPECT_EQ(call->seen, Texts{"x"});
}

TEST_F(NodeRead, AFollowerSeesWhatWasAcknowledgedByTheLeader) {
  make(3);
  const auto written = cluster->propose(leader, "x");
  ASSERT_TRUE(cluster->run_until([&] { return written->is_committed(); }));
  ASSERT_EQ(cluster->server(follower).journal.texts(), Texts{});

  const CallPointer call = read(follower);
  cluster->run_for(50ms);

  EXPECT_TRUE(call->is_answered());
  EXPECT_EQ(call->seen, Texts{"x"});
}

TEST_F(NodeRead, ASingleServerAsksNobody) {
  make(1);

  const CallPointer call = read(1);
  cluster->run_due();

  EXPECT_TRUE(call->is_answered());
}

TEST_F(NodeRead, ManyReadsOfTheLeaderCostOneRoundAndNoWrite) {
  make(3);
  cluster->run_for(1s);
  const std::size_t heartbeats = sent(leader, FrameType::kHeartbeat);
  const std::uint64_t written = writes(leader);

  const auto calls = read_many(leader, 1000);
  cluster->run_for(10ms);

  EXPECT_TRUE(calls.back()->is_answered());
  EXPECT_LE(sent(leader, FrameType::kHeartbeat), heartbeats + 4);
  EXPECT_GE(sent(leader, FrameType::kHeartbeat), heartbeats + 2);
  EXPECT_EQ(writes(leader), written);
}

TEST_F(NodeRead, ManyReadsOfAFollowerCostOneRequestAndNoWrite) {
  make(3);
  cluster->run_for(1s);
  const std::uint64_t written = writes(leader) + writes(follower);

  const auto calls = read_many(follower, 1000);
  cluster->run_for(10ms);

  EXPECT_TRUE(calls.back()->is_answered());
  EXPECT_EQ(sent(follower, FrameType::kReadRequest), 1U);
  EXPECT_EQ(sent(leader, FrameType::kReadReply), 1U);
  EXPECT_EQ(writes(leader) + writes(follower), written);
}

TEST_F(NodeRead, TheyAreCounted) {
  make(3);
  read_many(follower, 3);
  EXPECT_EQ(cluster->node(follower).status().reads_pending, 3U);

  cluster->run_for(100ms);

  EXPECT_EQ(cluster->node(follower).status().reads_pending, 0U);
  EXPECT_EQ(cluster->node(follower).status().reads_granted, 3U);
}

TEST_F(NodeRead, AtTheBoundTheyAreRefused) {
  make(3, [](NodeOptions& options) { options.reads_max = 2; });

  const auto calls = read_many(leader, 3);
  cluster->run_for(100ms);

  EXPECT_EQ(calls[2]->accepted.error().code(), Errc::kBusy);
  EXPECT_EQ(calls[2]->callbacks, 0);
  EXPECT_TRUE(calls[1]->is_answered());
}

TEST_F(NodeRead, ALateApplyIsWaitedFor) {
  make(3);
  cluster->server(follower).journal.pace = node_cluster::Journal::Pace::kLater;
  const auto written = cluster->propose(leader, "x");
  ASSERT_TRUE(cluster->run_until([&] { return written->is_committed(); }));

  const CallPointer call = read(follower);
  cluster->run_for(200ms);
  EXPECT_EQ(call->callbacks, 0);

  cluster->server(follower).journal.finish_one();
  cluster->run_for(10ms);
  EXPECT_TRUE(call->is_answered());
}

// R8
TEST_F(NodeRead, ALeaderThatIsCutOffAnswersNothing) {
  make(3);
  cluster->isolate(leader);
  const std::uint64_t other = cluster->await_leader(leader);
  ASSERT_NE(other, 0U);
  cluster->propose(other, "x");

  const CallPointer call = read(leader);
  cluster->run_for(4900ms);
  EXPECT_EQ(call->callbacks, 0);

  cluster->run_for(500ms);
  EXPECT_EQ(call->outcome.error().code(), Errc::kNoLeader);
  EXPECT_EQ(call->outcome.error().outcome(), Outcome::kNotCommitted);
}

TEST_F(NodeRead, AReadGoesOnAtTheNextLeader) {
  make(3);
  cluster->run_for(100ms);
  cluster->network.hold(ServerId(leader), ServerId(follower));
  const CallPointer call = read(follower);
  cluster->run_for(10ms);

  cluster->crash(leader);
  cluster->run_for(4500ms);

  EXPECT_TRUE(call->is_answered());
}

TEST_F(NodeRead, OfAFormerLeaderIsAskedForAtTheNext) {
  make(3);
  cluster->isolate(leader);
  const CallPointer call = read(leader);
  cluster->await_leader(leader);
  cluster->rejoin(leader);
  cluster->run_for(1500ms);

  EXPECT_FALSE(cluster->is_leader(leader));
  EXPECT_TRUE(call->is_answered());
}

TEST_F(NodeRead, WithoutALeaderItWaitsForOne) {
  cluster = std::make_unique<NodeCluster>(3);
  for (std::uint64_t id = 1; id <= 3; ++id) {
    cluster->start(id);
    cluster->bootstrap(id, cluster->members());
  }

  const CallPointer call = read(1);
  cluster->run_for(4s);

  EXPECT_TRUE(call->is_answered());
}

// R5
TEST_F(NodeRead, ARestartedFollowerAppliesFirst) {
  make(3);
  cluster->propose_many(leader, 100);
  cluster->run_for(500ms);
  cluster->crash(follower);
  cluster->server(follower).journal.reset();
  cluster->start(follower);

  const CallPointer call = read(follower);
  ASSERT_TRUE(cluster->run_until([&] { return call->callbacks > 0; }));

  EXPECT_TRUE(call->is_answered());
  EXPECT_EQ(call->seen.size(), 100U);
}

TEST_F(NodeRead, OpenReadsEndWhenTheNodeCloses) {
  make(3);
  const CallPointer call = read(follower);

  cluster->node(follower).close(nullptr);
  cluster->run_for(100ms);

  EXPECT_EQ(call->outcome.error().code(), Errc::kStopped);
  EXPECT_EQ(read(follower)->accepted.error().code(), Errc::kStopped);
}

TEST_F(NodeRead, ACallbackMayReadAgain) {
  make(1);
  CallPointer second;

  ASSERT_TRUE(cluster->node(1)
                  .read(ReadMode::kLinearizable,
                        [&](const Result<Index>& /*outcome*/) { second = read(1); })
                  .has_value());
  cluster->run_for(10ms);

  ASSERT_NE(second, nullptr);
  EXPECT_TRUE(second->is_answered());
}

TEST_F(NodeRead, ALeaseAsksNobody) {
  make(3, [](NodeOptions& options) { options.lease_reads = true; });
  cluster->run_for(1s);
  const std::size_t heartbeats = sent(leader, FrameType::kHeartbeat);

  const CallPointer call = read(leader, ReadMode::kLease);
  cluster->run_due();

  EXPECT_TRUE(call->is_answered());
  EXPECT_EQ(sent(leader, FrameType::kHeartbeat), heartbeats);
}

TEST_F(NodeRead, ALeaseEndsWithItsTime) {
  make(3, [](NodeOptions& options) { options.lease_reads = true; });
  cluster->run_for(1s);
  cluster->isolate(leader);

  const CallPointer early = read(leader, ReadMode::kLease);
  cluster->run_for(900ms);
  const CallPointer late = read(leader, ReadMode::kLease);
  cluster->run_for(10ms);

  EXPECT_TRUE(early->is_answered());
  EXPECT_EQ(late->callbacks, 0);
}

TEST_F(NodeRead, AFollowerMayUseTheLeadersLease) {
  make(3, [](NodeOptions& options) { options.lease_reads = true; });
  cluster->run_for(1s);
  const std::size_t heartbeats = sent(leader, FrameType::kHeartbeat);

  const CallPointer call = read(follower, ReadMode::kLease);
  cluster->run_for(5ms);

  EXPECT_TRUE(call->is_answered());
  EXPECT_LE(sent(leader, FrameType::kHeartbeat), heartbeats + 2);
}

TEST_F(NodeRead, NothingIsKnownOfTheAgeAtFirst) {
  make(3);

  EXPECT_EQ(cluster->node(follower).staleness().age, Duration::max());
}

TEST_F(NodeRead, TheAgeCountsFromTheCallOfTheNewestRead) {
  make(3);
  read(follower);
  cluster->run_for(50ms);

  const Staleness now = cluster->node(follower).staleness();

  EXPECT_EQ(now.age, Duration(50ms));
  EXPECT_EQ(now.applied, cluster->node(follower).status().applied);
}

TEST_F(NodeRead, AskingForTheAgeRenewsIt) {
  make(3);
  (void)cluster->node(follower).staleness();
  cluster->run_for(50ms);

  EXPECT_EQ(cluster->node(follower).staleness().age, Duration(50ms));
}

TEST_F(NodeRead, AServerThatIsCutOffGrowsOld) {
  make(3);
  read(follower);
  cluster->run_for(50ms);
  cluster->isolate(follower);
  cluster->run_for(1s);
  (void)cluster->node(follower).staleness();
  cluster->run_for(2s);

  EXPECT_EQ(cluster->node(follower).staleness().age, Duration(3050ms));
}

}  // namespace buoyant::node_read_test
