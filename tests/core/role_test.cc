// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/role.h"

#include "tests/support/core_fixture.h"

namespace buoyant::core::role_test {

using tests::accepted;
using tests::append;
using tests::envelope;
using tests::heartbeat;
using tests::heartbeat_reply;
using tests::pos;
using tests::request_vote;
using tests::run;
using tests::standing;
using tests::voters;

class RoleTest : public tests::CoreFixture {
 protected:
  void SetUp() override { start(3); }

  static void lead(State& state) {
    core::become_candidate(state, Cause::kElectionTimeout);
    core::become_leader(state);
  }
};

TEST_F(RoleTest, AServerStartsAsAFollowerOfNobody) {
  EXPECT_EQ(raft_->standing(), standing(Role::kFollower, 1, 0, Cause::kStarted));
}

TEST_F(RoleTest, ALaterTermHasNoVoteYet) {
  become_candidate();

  deliver(2, heartbeat(5, 0, 0));

  EXPECT_EQ(raft_->hard_state(), (HardState{.term = Term(5), .voted_for = ServerId()}));
}

TEST_F(RoleTest, SteppingDownWithinATermKeepsTheVote) {
  become_candidate();

  deliver(3, heartbeat(2, 0, 0));

  EXPECT_EQ(raft_->hard_state(), (HardState{.term = Term(2), .voted_for = ServerId(1)}));
}

TEST_F(RoleTest, ALeaderBeginsItsTermWithANoOp) {
  become_leader();

  EXPECT_EQ(raft_->last(), pos(2, 2));
  EXPECT_EQ(raft_->term_at(Index(2)), Term(2));
}

TEST_F(RoleTest, ALeaderKnowsEveryOtherMember) {
  Configuration configuration = voters(3);
  configuration.members.push_back(tests::learner(4));
  restore(tests::stored(configuration));
  become_leader();

  ASSERT_EQ(raft_->progress().size(), 3U);
  EXPECT_EQ(progress_of(4).state, ProgressState::kProbe);
  EXPECT_EQ(progress_of(4).match, Index(0));
  EXPECT_EQ(progress_of(4).next, Index(2));
  EXPECT_EQ(raft_->match_of(ServerId(4)), Index(0));
  EXPECT_EQ(raft_->match_of(ServerId(1)), std::nullopt);
  EXPECT_EQ(raft_->match_of(ServerId(5)), std::nullopt);
}

TEST_F(RoleTest, AFormerLeaderKnowsNoFollowers) {
  become_leader();

  deliver(2, heartbeat(5, 0, 0));

  EXPECT_TRUE(raft_->progress().empty());
  EXPECT_EQ(raft_->match_of(ServerId(2)), std::nullopt);
  EXPECT_TRUE(take().replicate.empty());
}

TEST_F(RoleTest, AFormerLeaderWaitsForAnElection) {
  become_leader();

  deliver(2, accepted(5, 0));

  EXPECT_GE(take().deadline, now_ + options_.election_timeout);
}

TEST_F(RoleTest, WhatWasVerifiedAgainstOneLeaderMeansNothingForTheNext) {
  deliver(2, append(2, pos(1, 1), {run(2, 3)}));
  take_and_write();
  take();

  deliver(3, heartbeat(3, 4, 1));

  EXPECT_EQ(raft_->commit_index(), Index(0));
  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(3, heartbeat_reply(3, 1, 0), 2)}));
}

TEST_F(RoleTest, AnAcknowledgementThatWasOwedToOneLeaderIsNotGivenToTheNext) {
  deliver(2, append(2, pos(1, 1), {run(2, 3)}));
  take();
  deliver(3, heartbeat(3, 0, 0));
  take();

  written();

  EXPECT_EQ(take().messages, std::vector<Envelope>{});
}

TEST_F(RoleTest, AnAcknowledgementThatWasOwedIsNotGivenByACandidate) {
  deliver(2, append(2, pos(1, 1), {run(2, 3)}));
  take();
  elapse(2 * options_.election_timeout);
  ASSERT_EQ(raft_->standing().role, Role::kPreCandidate);
  take();

  written();

  EXPECT_EQ(take().messages,
            (std::vector<Envelope>{envelope(2, tests::request_pre_vote(3, pos(2, 4))),
                                   envelope(3, tests::request_pre_vote(3, pos(2, 4)))}));
}

TEST_F(RoleTest, AFaultedServerHasNoLeaderAndNoDeadline) {
  become_leader();

  raft_->fault(now_, "a test");

  EXPECT_EQ(take().standing, standing(Role::kFollower, 2, 0, Cause::kFaulted));
  EXPECT_EQ(ready_.deadline, Instant::never());
  EXPECT_TRUE(ready_.replicate.empty());
}

TEST_F(RoleTest, TheFirstFaultIsTheReason) {
  raft_->fault(now_, "first");
  raft_->fault(now_, "second");

  EXPECT_STREQ(raft_->fault_reason(), "first");
}

TEST_F(RoleTest, ALeadersConfigurationIsInEffectAsSoonAsItIsAppended) {
  State state(options_, tests::stored(voters(3)), now_);
  lead(state);

  append_created(state, voters(4));

  EXPECT_EQ(state.configuration(), voters(4));
  EXPECT_EQ(state.leading.followers.size(), 3U);
  EXPECT_EQ(state.pending.created.back().configuration, voters(4));
}

TEST_F(RoleTest, AChangeOfMembersKeepsWhatIsKnownOfTheOthers) {
  State state(options_, tests::stored(voters(3)), now_);
  lead(state);
  state.leading.followers[0].match = Index(1);

  append_created(state, voters(2));

  ASSERT_EQ(state.leading.followers.size(), 2U);
  EXPECT_EQ(state.leading.followers[0].match, Index(1));
  EXPECT_FALSE(state.leading.followers[0].leaving);
  EXPECT_TRUE(state.leading.followers[1].leaving);
  EXPECT_EQ(state.leading.followers[1].leave_after, state.trail.last().index);
}

TEST_F(RoleTest, WhoComesBackIsNotLeavingAnyMore) {
  State state(options_, tests::stored(voters(3)), now_);
  lead(state);
  append_created(state, voters(2));
  state.leading.followers[1].leave_by = now_;
  state.leading.followers[1].match = Index(1);
  state.leading.followers[1].promised_until = now_ + options_.election_timeout;

  append_created(state, voters(3));

  ASSERT_EQ(state.leading.followers.size(), 2U);
  EXPECT_FALSE(state.leading.followers[1].leaving);
  EXPECT_EQ(state.leading.followers[1].leave_by, Instant::never());
  EXPECT_EQ(state.leading.followers[1].match, Index()) << "its disk may be another one";
  EXPECT_EQ(state.leading.followers[1].promised_until, Instant());
}

using RoleDeathTest = RoleTest;

TEST_F(RoleDeathTest, OnlyACandidateBecomesLeader) {
  State state(options_, tests::stored(voters(3)), now_);

  EXPECT_DEATH(core::become_leader(state), "kCandidate");
}

TEST_F(RoleDeathTest, NobodyGoesBackToAnEarlierTerm) {
  State state(options_, tests::stored(voters(3)), now_);

  EXPECT_DEATH(become_follower(state, Term(0), {}, Cause::kHigherTerm), "term >=");
}

}  // namespace buoyant::core::role_test
