// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// BUG_CATALOGUE, group 1: bugs in elections of other implementations, and that they are not
/// here. Each test names the line that it stands for; docs/TESTING.md has the table.

#include "tests/support/core_fixture.h"

namespace buoyant::core::catalogue_elections_test {

using tests::append;
using tests::envelope;
using tests::heartbeat;
using tests::pos;
using tests::pre_vote;
using tests::request_pre_vote;
using tests::request_vote;
using tests::run;
using tests::standing;
using tests::transferred;
using tests::vote;
using tests::voters;

class CatalogueElections : public tests::CoreFixture {
 protected:
  void SetUp() override { start(3); }

  /// Follows server 2 of term 2, with a durable entry of that term at index 2.
  void follow() {
    deliver(2, append(2, pos(1, 1), {run(2, 1)}));
    take_and_write();
    take();
  }
};

// E1
TEST_F(CatalogueElections, ACandidateNamesItsTailOnlyWhenTheTailIsDurable) {
  follow();
  deliver(2, append(2, pos(2, 2), {run(2, 5)}));
  take();
  deliver(2, TimeoutNow{.term = Term(2)});
  take();
  written(2);
  EXPECT_TRUE(take().messages.empty());

  written(3);

  EXPECT_EQ(take().messages[0], envelope(2, transferred(request_vote(3, pos(2, 7)))));
}

// E2
TEST_F(CatalogueElections, ACandidateWhoseEntriesAreBeingWrittenAsksNobodyYet) {
  follow();
  deliver(2, append(2, pos(2, 2), {run(2, 1)}));
  take();

  reach_deadline();
  take();

  EXPECT_EQ(raft_->standing().role, Role::kPreCandidate);
  EXPECT_TRUE(ready_.messages.empty());
  EXPECT_EQ(raft_->hard_state().term, Term(2));
}

// E3
TEST_F(CatalogueElections, ACandidateThatStepsDownInItsTermDoesNotVoteTwice) {
  become_candidate();
  deliver(2, vote(2, false, 2));
  deliver(3, vote(2, false, 2));
  ASSERT_EQ(raft_->standing().role, Role::kFollower);

  deliver(3, request_vote(2, pos(1, 1), 9));

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(3, vote(2, false, 9))}));
}

// E4
TEST_F(CatalogueElections, TermAndVoteAreOneWrite) {
  deliver(2, request_vote(7, pos(1, 1)));

  EXPECT_EQ(take().write.hard_state, (HardState{.term = Term(7), .voted_for = ServerId(2)}));
  EXPECT_TRUE(take().write.empty());
}

// E5
TEST_F(CatalogueElections, EntriesDoNotEraseTheVote) {
  deliver(2, request_vote(2, pos(1, 1)));
  take_and_write();
  deliver(2, append(2, pos(1, 1), {run(2, 1)}));
  take_and_write();
  now_ = now_ + 2 * options_.election_timeout;

  deliver(3, request_vote(2, pos(2, 9)));

  EXPECT_EQ(raft_->hard_state(), (HardState{.term = Term(2), .voted_for = ServerId(2)}));
}

// E6
TEST_F(CatalogueElections, AVoteThatWasSentIsKnownAfterARestart) {
  deliver(2, request_vote(2, pos(1, 1)));
  ASSERT_EQ(take().messages, (std::vector<Envelope>{envelope(2, vote(2, true), 1)}));
  RestoredState stored = tests::stored(voters(3));
  stored.hard_state = *ready_.write.hard_state;
  restore(stored);

  deliver(3, request_vote(2, pos(1, 1)));

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(3, vote(2, false))}));
}

// E7
TEST_F(CatalogueElections, OfTwoCandidatesAtOnceOneGetsTheVote) {
  deliver(2, request_vote(2, pos(1, 1)));
  deliver(3, request_vote(2, pos(1, 1)));

  EXPECT_EQ(take().messages,
            (std::vector<Envelope>{envelope(2, vote(2, true), 1), envelope(3, vote(2, false), 1)}));
}

// E8
TEST_F(CatalogueElections, ADelayedAppendOfAnOldLeaderTakesBackNeitherTermNorVote) {
  deliver(2, request_vote(5, pos(1, 1)));
  take_and_write();

  deliver(3, append(4, pos(1, 1), {run(4, 3)}));

  EXPECT_EQ(raft_->hard_state(), (HardState{.term = Term(5), .voted_for = ServerId(2)}));
  EXPECT_EQ(raft_->last(), pos(1, 1));
}

// E9, E28
TEST_F(CatalogueElections, ALeaderVotesForNobodyInItsTerm) {
  options_.check_quorum = false;
  start(3);
  become_leader();

  deliver(3, request_vote(2, pos(9, 9)));

  EXPECT_TRUE(raft_->is_leader());
  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(3, vote(2, false))}));
}

// E10
TEST_F(CatalogueElections, AVoteOfAnEarlierTermDoesNotCount) {
  become_candidate();
  const RequestVote earlier = *asked_;
  reach_deadline();
  take();
  grant(2);
  take_and_write();
  take();
  ASSERT_EQ(raft_->hard_state().term, Term(3));

  deliver(3, vote(2, true, earlier.campaign));

  EXPECT_EQ(raft_->standing().role, Role::kCandidate);
}

// E10
TEST_F(CatalogueElections, APreVoteOfAnEarlierRoundDoesNotCount) {
  become_pre_candidate();
  reach_deadline();
  take();

  deliver(2, pre_vote(2, true, 1));

  EXPECT_EQ(raft_->standing().role, Role::kPreCandidate);
}

// E11
TEST_F(CatalogueElections, APreVoteThatArrivesInTheElectionIsNoVote) {
  become_candidate();

  deliver(3, pre_vote(2, true, 1));
  deliver(3, pre_vote(2, true, 2));

  EXPECT_EQ(raft_->standing().role, Role::kCandidate);
}

// E12
TEST_F(CatalogueElections, ReceivingAPreVoteChangesNothing) {
  follow();

  deliver(3, request_pre_vote(99, pos(2, 9)));

  EXPECT_EQ(raft_->hard_state().term, Term(2));
  EXPECT_EQ(take().standing, std::nullopt);
  EXPECT_TRUE(ready_.write.empty());
}

// E13
TEST_F(CatalogueElections, APreVoteDoesNotOutliveItsTerm) {
  become_pre_candidate();
  deliver(3, request_vote(6, pos(0, 0)));
  take_and_write();

  grant(2);

  EXPECT_EQ(raft_->standing(), standing(Role::kFollower, 6, 0, Cause::kHigherTerm));
}

// E14
TEST_F(CatalogueElections, ANewPreCandidateHasNeitherOldVotesNorALeader) {
  start(5);
  deliver(2, heartbeat(1, 0, 0));
  take();
  become_pre_candidate();
  EXPECT_EQ(raft_->standing().leader, ServerId());
  grant(2);
  reach_deadline();
  take();

  grant(3);

  EXPECT_EQ(raft_->standing().role, Role::kPreCandidate);
}

// E16
TEST_F(CatalogueElections, AFormerLeaderIsNotRefusedBecauseItIsTheLeader) {
  follow();

  deliver(2, request_pre_vote(3, pos(2, 2)));

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(2, pre_vote(3, true))}));
}

// E17
TEST_F(CatalogueElections, ACohortThatIsBehindInTermCatchesUpWithARefusal) {
  become_pre_candidate();
  deliver(3, pre_vote(8, false));
  take_and_write();

  reach_deadline();

  EXPECT_EQ(take().messages[0], envelope(2, request_pre_vote(9, pos(1, 1), 2)));
}

// E18
TEST_F(CatalogueElections, ALatePreVoteDoesNotDeposeTheWinner) {
  become_leader();

  deliver(3, pre_vote(2, true, 1));
  deliver(3, pre_vote(1, false, 1));

  EXPECT_EQ(raft_->standing(), standing(Role::kLeader, 2, 1, Cause::kElectionWon));
}

// E19
TEST_F(CatalogueElections, ALeaderIsNotToldToCampaign) {
  become_leader();

  deliver(2, TimeoutNow{.term = Term(2)});

  EXPECT_EQ(raft_->standing(), standing(Role::kLeader, 2, 1, Cause::kElectionWon));
}

// E20
TEST_F(CatalogueElections, ALaterTermInAnAnswerIsNoVoteOfOurs) {
  become_candidate();

  deliver(3, vote(9, false, 2));

  EXPECT_EQ(raft_->hard_state(), (HardState{.term = Term(9), .voted_for = ServerId()}));
  EXPECT_EQ(raft_->standing().role, Role::kFollower);
}

// E20
TEST_F(CatalogueElections, AVoteOfATermThatNobodyAskedForDoesNotCount) {
  become_candidate();

  deliver(3, vote(9, true, 2));

  EXPECT_EQ(raft_->standing().role, Role::kCandidate);
}

// E21
TEST_F(CatalogueElections, LateTimersDoNotShiftTheHeartbeats) {
  become_leader();
  const Instant first = ready_.deadline;
  elapse(Duration(7));
  take();

  elapse(options_.heartbeat_interval);

  EXPECT_EQ(take().deadline, first + 2 * options_.heartbeat_interval);
}

// E22
TEST_F(CatalogueElections, ServersDoNotTimeOutTogether) {
  const Instant ours = ready_.deadline;
  options_.seed = 2;
  start(3);
  const Instant second = ready_.deadline;
  options_.seed = 3;
  start(3);

  EXPECT_NE(ours, second);
  EXPECT_NE(second, ready_.deadline);
}

// E23
TEST_F(CatalogueElections, AServerWithALeaderRefusesAllButThatLeader) {
  follow();

  deliver(3, request_vote(3, pos(2, 9)));
  deliver(2, request_vote(3, pos(2, 2)));

  EXPECT_EQ(take().messages,
            (std::vector<Envelope>{envelope(3, vote(2, false)), envelope(2, vote(3, true), 2)}));
}

// E24
TEST_F(CatalogueElections, AServerThatCannotHearTheLeaderDoesNotDeposeIt) {
  become_leader();
  replicate_to(2, 2);

  deliver(3, request_pre_vote(9, pos(1, 1)));
  deliver(3, request_vote(9, pos(1, 1)));

  EXPECT_TRUE(raft_->is_leader());
  EXPECT_EQ(raft_->hard_state().term, Term(2));
}

// E25
TEST_F(CatalogueElections, ALeaderThatStepsDownHoldsNobodyBack) {
  become_leader();
  elapse(options_.election_timeout);
  ASSERT_EQ(raft_->standing(), standing(Role::kFollower, 2, 0, Cause::kQuorumLost));
  take();

  deliver(2, request_pre_vote(3, pos(2, 2)));

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(2, pre_vote(3, true))}));
}

// E26
TEST_F(CatalogueElections, ALearnerNeverLeads) {
  restore(tests::stored({.members = {tests::learner(1), tests::voter(2)}, .outgoing = {}}));
  deliver(2, heartbeat(1, 0, 0));

  deliver(2, TimeoutNow{.term = Term(1)});
  elapse(std::chrono::hours(1));

  EXPECT_EQ(raft_->standing(), standing(Role::kFollower, 1, 2, Cause::kLeaderFound));
}

// E27
TEST_F(CatalogueElections, TheIdZeroIsNoServer) {
  become_pre_candidate();

  grant(0);

  EXPECT_EQ(raft_->standing().role, Role::kPreCandidate);
  options_.id = ServerId();
  EXPECT_FALSE(validate(options_).has_value());
}

// E29
TEST_F(CatalogueElections, ASlowDiskIsNoReasonForAnElection) {
  options_.disk_stall_limit = options_.election_timeout;
  start(3);
  follow();
  deliver(2, append(2, pos(2, 2), {run(2, 1)}));
  take();
  reach_deadline();
  EXPECT_EQ(raft_->standing().role, Role::kFollower);

  take_and_write();

  EXPECT_GE(ready_.deadline, now_ + options_.election_timeout);
}

// E30
TEST_F(CatalogueElections, AnElectionIsWonHoweverLateItsAnswersAreRead) {
  become_candidate();
  now_ = now_ + std::chrono::hours(1);

  grant(3);
  elapse(Duration(0));

  EXPECT_TRUE(raft_->is_leader());
}

}  // namespace buoyant::core::catalogue_elections_test
