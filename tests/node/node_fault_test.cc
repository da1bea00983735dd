// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/support/node_cluster.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace buoyant::node_fault_test {

using node_cluster::CallPointer;
using node_cluster::NodeCluster;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

/// A cluster whose leader's next write fails.
class NodeFault : public testing::Test {
 protected:
  void SetUp() override {
    leader = cluster.start_all();
    cluster.server(leader).storage->memory().fail_next_write(port::WriteOutcome::kFailed);
  }

  void break_leader() {
    call = cluster.propose(leader, "x");
    cluster.run_for(100ms);
  }

  NodeCluster cluster{3};
  std::uint64_t leader = 0;
  CallPointer call;
};

TEST_F(NodeFault, IsSaidOnceWithItsCause) {
  break_leader();
  cluster.run_for(5s);

  EXPECT_NE(cluster.node(leader).status().faulted, nullptr);
  ASSERT_EQ(cluster.server(leader).witness.faults.size(), 1U);
  EXPECT_EQ(cluster.server(leader).witness.fault_errors[0].code(), Errc::kStorageFailed);
  EXPECT_EQ(cluster.server(leader).witness.standings.back().cause, core::Cause::kFaulted);
}

TEST_F(NodeFault, OpenProposalsEndAsUnknown) {
  break_leader();
  cluster.run_for(10s);

  EXPECT_EQ(call->error(), Errc::kOutcomeUnknown);
  EXPECT_EQ(call->callbacks, 1);
}

TEST_F(NodeFault, NewProposalsAreRefused) {
  break_leader();

  EXPECT_EQ(cluster.propose(leader, "y")->error(), Errc::kFaulted);
  EXPECT_EQ(cluster.bootstrap(leader, cluster.members())->front().error().code(), Errc::kFaulted);
}

TEST_F(NodeFault, NothingIsSentAnyMore) {
  break_leader();
  cluster.server(leader).wire->sent.clear();

  cluster.run_for(10s);

  EXPECT_TRUE(cluster.server(leader).wire->sent.empty());
}

TEST_F(NodeFault, NothingIsAppliedAnyMore) {
  break_leader();
  const std::size_t applied = cluster.server(leader).journal.commands.size();
  cluster.propose(cluster.await_leader(leader), "y");

  cluster.run_for(5s);

  EXPECT_EQ(cluster.server(leader).journal.commands.size(), applied);
}

TEST_F(NodeFault, TheOthersGoOn) {
  break_leader();

  const std::uint64_t successor = cluster.await_leader(leader);
  ASSERT_NE(successor, 0U);
  const CallPointer next = cluster.propose(successor, "y");
  cluster.run_for(1s);

  EXPECT_TRUE(next->is_committed());
}

TEST_F(NodeFault, TheLoopIsLeftAlone) {
  break_leader();
  cluster.run_for(1s);
  const std::uint64_t turns = cluster.node(leader).status().turns;
  for (const std::uint64_t id : cluster.followers()) {
    cluster.isolate(id);
  }

  cluster.run_for(30s);

  EXPECT_LE(cluster.node(leader).status().turns - turns, 2U);
}

TEST_F(NodeFault, ItCanBeClosed) {
  break_leader();
  bool closed = false;

  cluster.node(leader).close([&] { closed = true; });
  cluster.run_for(1s);

  EXPECT_TRUE(closed);
}

TEST_F(NodeFault, ItStartsAgainOnASoundDisk) {
  break_leader();
  cluster.crash(leader);
  cluster.start(leader);
  const CallPointer next = cluster.propose(cluster.await_leader(), "y");

  cluster.run_for(3s);

  EXPECT_EQ(cluster.node(leader).status().faulted, nullptr);
  EXPECT_TRUE(cluster.is_converged());
}

TEST_F(NodeFault, ItsTraceSaysWhy) {
  break_leader();

  const std::vector<TraceStep> trace = cluster.node(leader).trace();

  EXPECT_TRUE(std::any_of(trace.begin(), trace.end(), [](const TraceStep& step) {
    return step.step.kind == core::StepKind::kFaulted;
  }));
}

}  // namespace buoyant::node_fault_test
