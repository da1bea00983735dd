// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/transfers.h"

#include "tests/support/core_fixture.h"

#include <gtest/gtest.h>

namespace buoyant::node::transfers_test {

using tests::heartbeat;
using tests::id;

/// Server 1 of three, which leads term 2 when it says so.
class TransfersTest : public tests::CoreFixture {
 protected:
  void lead() {
    start(3);
    become_leader();
    replicate_to(2, 2);
    replicate_to(3, 2);
    take();
  }

  /// A transfer of this term away from this server, or from `from`.
  void add(std::uint64_t to, std::uint64_t from = 1) {
    transfers.add({.to = id(to),
                   .from = id(from),
                   .term = raft_->standing().term,
                   .deadline = now_ + std::chrono::seconds(3),
                   .done = [this](const Result<ServerId>& leader) {
                     told.push_back(leader ? std::to_string(leader->value())
                                           : leader.error().name());
                   }});
  }

  std::vector<std::string> step() {
    transfers.step(now_, *raft_);
    callbacks.run(100, Instant());
    return std::exchange(told, {});
  }

  using Told = std::vector<std::string>;

  Told told;
  ProposalBudget budget;
  Latencies latencies;
  CallbackQueue callbacks{budget, latencies};
  Transfers transfers{id(1), callbacks};
};

TEST_F(TransfersTest, EndsWhenTheTargetLeads) {
  lead();
  ASSERT_TRUE(raft_->transfer(now_, id(2)));
  add(2);
  EXPECT_EQ(step(), Told{});

  deliver(2, heartbeat(3, 2, 1));

  EXPECT_EQ(step(), Told{"2"});
  EXPECT_EQ(step(), Told{});
}

TEST_F(TransfersTest, ALaterTermAloneDecidesNothing) {
  lead();
  ASSERT_TRUE(raft_->transfer(now_, id(2)));
  add(2);

  deliver(2, tests::request_vote(3, tests::pos(2, 2)));
  deliver(2, tests::transferred(tests::request_vote(3, tests::pos(2, 2))));

  ASSERT_EQ(raft_->standing().term, Term(3));
  EXPECT_EQ(step(), Told{});
}

TEST_F(TransfersTest, FailsWhenAnotherServerLeads) {
  lead();
  ASSERT_TRUE(raft_->transfer(now_, id(2)));
  add(2);

  deliver(3, heartbeat(3, 2, 1));

  EXPECT_EQ(step(), Told{"transfer_failed"});
}

TEST_F(TransfersTest, ToAnybodyEndsWithWhoeverLeads) {
  lead();
  ASSERT_TRUE(raft_->transfer(now_, id(2)));
  add(0);

  deliver(3, heartbeat(3, 2, 1));

  EXPECT_EQ(step(), Told{"3"});
}

TEST_F(TransfersTest, ToAnybodyFailsWhenTheSameServerLeadsAgain) {
  start(3);
  deliver(2, heartbeat(1, 0, 1));
  add(0, 2);

  deliver(2, heartbeat(2, 0, 1));

  EXPECT_EQ(step(), Told{"transfer_failed"});
}

TEST_F(TransfersTest, FailsWhenTheLeaderGivesUp) {
  lead();
  ASSERT_TRUE(raft_->transfer(now_, id(2)));
  add(2);
  now_ = now_ + options_.election_timeout;
  deliver(2, tests::accepted(2, 2));
  raft_->advance_time(now_);

  EXPECT_EQ(step(), Told{"transfer_failed"});
}

TEST_F(TransfersTest, ToTheLeaderItselfIsDone) {
  lead();
  add(1);

  EXPECT_EQ(step(), Told{"1"});
}

TEST_F(TransfersTest, FailsAtItsDeadline) {
  start(3);
  deliver(2, heartbeat(1, 0, 1));
  add(3, 2);
  EXPECT_EQ(transfers.next_deadline(), now_ + std::chrono::seconds(3));

  now_ = now_ + std::chrono::seconds(3);

  EXPECT_EQ(step(), Told{"transfer_failed"});
  EXPECT_EQ(transfers.next_deadline(), Instant::never());
}

TEST_F(TransfersTest, AllEndWithTheNode) {
  start(3);
  deliver(2, heartbeat(1, 0, 1));
  add(3, 2);
  add(0, 2);

  transfers.fail_all("test");

  EXPECT_EQ(step(), (Told{"outcome_unknown", "outcome_unknown"}));
}

TEST_F(TransfersTest, ThoseOfPeersAreCountedApart) {
  start(3);
  add(3, 2);
  transfers.add({.to = id(3), .from = id(2), .of_user = false, .done = nullptr});

  EXPECT_EQ(transfers.of_user(), 1U);
}

}  // namespace buoyant::node::transfers_test
