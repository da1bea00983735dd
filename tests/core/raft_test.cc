// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The facade: what each input answers, and that a core that takes no part answers nothing.

#include "buoyant/core/raft.h"

#include "tests/support/core_fixture.h"

namespace buoyant::core::raft_test {

using tests::append;
using tests::envelope;
using tests::heartbeat;
using tests::heartbeat_reply;
using tests::pos;
using tests::run;
using tests::standing;
using tests::voters;

class RaftTest : public tests::CoreFixture {
 protected:
  void SetUp() override { start(3); }
};

TEST_F(RaftTest, AFollowerTakesNoProposal) {
  EXPECT_EQ(raft_->propose(now_).error().code(), Errc::kNotLeader);
}

TEST_F(RaftTest, ACandidateTakesNoProposal) {
  become_candidate();

  EXPECT_EQ(raft_->propose(now_).error().code(), Errc::kNotLeader);
}

TEST_F(RaftTest, ALeaderSaysWhereAProposalStands) {
  become_leader();

  EXPECT_EQ(raft_->propose(now_, 3), pos(2, 3));
  EXPECT_EQ(raft_->propose(now_), pos(2, 6));
  EXPECT_EQ(raft_->last(), pos(2, 6));
}

TEST_F(RaftTest, AFaultedCoreTakesNoProposal) {
  become_leader();
  raft_->fault(now_, "a test");

  EXPECT_EQ(raft_->propose(now_).error().code(), Errc::kFaulted);
}

TEST_F(RaftTest, NobodyHearsItself) {
  deliver(1, heartbeat(9, 0, 1));

  EXPECT_EQ(raft_->hard_state().term, Term(1));
}

TEST_F(RaftTest, NobodyHearsNobody) {
  deliver(0, heartbeat(9, 0, 1));

  EXPECT_EQ(raft_->hard_state().term, Term(1));
}

TEST_F(RaftTest, AFaultedCoreAnswersNothing) {
  raft_->fault(now_, "a test");
  take();

  deliver(2, append(2, pos(1, 1), {run(2, 1)}));
  raft_->peer_reachable(now_, ServerId(2));
  raft_->peer_unreachable(now_, ServerId(2));
  raft_->resumed(now_);
  elapse(std::chrono::hours(1));

  EXPECT_TRUE(take().messages.empty());
  EXPECT_TRUE(ready_.write.empty());
  EXPECT_EQ(raft_->last(), pos(1, 1));
}

TEST_F(RaftTest, AStaleReportOfAFormerLeaderIsIgnored) {
  become_leader();
  deliver(2, heartbeat(5, 0, 0));

  raft_->replicated(now_, ServerId(2), Term(2), Index(2));
  raft_->replicate_failed(now_, ServerId(2), Term(2), ReplicateFailure::kLost);

  EXPECT_EQ(raft_->standing(), standing(Role::kFollower, 5, 2, Cause::kHigherTerm));
}

TEST_F(RaftTest, SaysWhatItKnows) {
  restore(tests::stored(voters(3), {run(4, 2)}));

  EXPECT_EQ(raft_->base(), pos(0, 0));
  EXPECT_EQ(raft_->last(), pos(4, 3));
  EXPECT_EQ(raft_->durable_index(), Index(3));
  EXPECT_EQ(raft_->commit_index(), Index(0));
  EXPECT_EQ(raft_->term_at(Index(2)), Term(4));
  EXPECT_EQ(raft_->term_at(Index(4)), std::nullopt);
  EXPECT_EQ(raft_->configuration(),
            (ConfigurationAt{.index = Index(1), .configuration = voters(3)}));
  EXPECT_EQ(raft_->hard_state(), (HardState{.term = Term(4), .voted_for = ServerId()}));
  EXPECT_TRUE(raft_->progress().empty());
  EXPECT_EQ(raft_->options().id, ServerId(1));
  EXPECT_EQ(raft_->fault_reason(), nullptr);
}

TEST_F(RaftTest, TheSameInputsGiveTheSameOutputs) {
  become_leader();
  const Ready first = ready_;
  now_ = Instant(std::chrono::seconds(10));
  start(3);

  become_leader();

  EXPECT_EQ(ready_.write, first.write);
  EXPECT_EQ(ready_.replicate, first.replicate);
  EXPECT_EQ(ready_.deadline, first.deadline);
}

using RaftDeathTest = RaftTest;

TEST_F(RaftDeathTest, OptionsAreValid) {
  options_.id = ServerId();

  EXPECT_DEATH(start(3), "validate");
}

TEST_F(RaftDeathTest, AProposalHasEntries) {
  become_leader();

  EXPECT_DEATH(static_cast<void>(raft_->propose(now_, 0)), "count > 0");
}

}  // namespace buoyant::core::raft_test
