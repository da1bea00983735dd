// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A candidate's side of elections.

#include "core/election.h"

#include "tests/support/core_fixture.h"

namespace buoyant::core::election_test {

using std::chrono::milliseconds;
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

class ElectionTest : public tests::CoreFixture {
 protected:
  void SetUp() override { start(3); }

  /// Follows server 2, the leader of term 1.
  void follow() {
    deliver(2, heartbeat(1, 0, 0));
    take();
  }
};

TEST_F(ElectionTest, ASilentLeaderStartsAPreVote) {
  reach_deadline();

  EXPECT_EQ(take().standing, standing(Role::kPreCandidate, 1, 0, Cause::kElectionTimeout));
  EXPECT_EQ(ready_.messages, (std::vector<Envelope>{envelope(2, request_pre_vote(2, pos(1, 1))),
                                                    envelope(3, request_pre_vote(2, pos(1, 1)))}));
}

TEST_F(ElectionTest, APreVoteWritesNothing) {
  become_pre_candidate();

  EXPECT_TRUE(ready_.write.empty());
  EXPECT_EQ(raft_->hard_state(), (HardState{.term = Term(1), .voted_for = ServerId()}));
}

TEST_F(ElectionTest, AWonPreVoteStartsTheElectionOfTheNextTerm) {
  become_pre_candidate();

  grant(2);

  EXPECT_EQ(take().standing, standing(Role::kCandidate, 2, 0, Cause::kPreVoteWon));
  EXPECT_EQ(ready_.write.hard_state, (HardState{.term = Term(2), .voted_for = ServerId(1)}));
}

TEST_F(ElectionTest, VotesAreAskedForWhenTheCandidatesOwnIsDurable) {
  become_pre_candidate();
  grant(2);
  EXPECT_EQ(take().messages, std::vector<Envelope>{});

  written();

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(2, request_vote(2, pos(1, 1), 2)),
                                                    envelope(3, request_vote(2, pos(1, 1), 2))}));
}

TEST_F(ElectionTest, VotesAreAskedForWhenTheEntriesThatTheRequestNamesAreDurable) {
  follow();
  deliver(2, append(1, pos(1, 1), {run(1, 4)}));
  take();
  elapse(2 * options_.election_timeout);
  EXPECT_EQ(take().messages, std::vector<Envelope>{});

  written();

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(2, request_pre_vote(2, pos(1, 5))),
                                                    envelope(3, request_pre_vote(2, pos(1, 5)))}));
}

TEST_F(ElectionTest, AMajorityOfVotesWins) {
  become_candidate();

  grant(3);

  EXPECT_EQ(take().standing, standing(Role::kLeader, 2, 1, Cause::kElectionWon));
}

TEST_F(ElectionTest, OneVoteIsNoMajorityOfFive) {
  start(5);
  become_pre_candidate();
  grant(2);
  EXPECT_EQ(raft_->standing().role, Role::kPreCandidate);

  grant(3);

  EXPECT_EQ(raft_->standing().role, Role::kCandidate);
}

TEST_F(ElectionTest, AVoteCountsOnce) {
  start(5);
  become_pre_candidate();

  grant(2);
  grant(2);

  EXPECT_EQ(raft_->standing().role, Role::kPreCandidate);
}

TEST_F(ElectionTest, AnEvenClusterNeedsMoreThanHalf) {
  start(4);
  become_pre_candidate();
  grant(2);
  EXPECT_EQ(raft_->standing().role, Role::kPreCandidate);

  grant(3);

  EXPECT_EQ(raft_->standing().role, Role::kCandidate);
}

TEST_F(ElectionTest, AServerAloneWinsWithItsOwnDurableVote) {
  start(1);
  reach_deadline();
  take();
  EXPECT_EQ(raft_->standing().role, Role::kCandidate);

  written();

  EXPECT_EQ(take().standing, standing(Role::kLeader, 2, 1, Cause::kElectionWon));
}

TEST_F(ElectionTest, WithoutPreVoteTheElectionStartsAtOnce) {
  options_.pre_vote = false;
  start(3);

  reach_deadline();

  EXPECT_EQ(take().standing, standing(Role::kCandidate, 2, 0, Cause::kElectionTimeout));
}

TEST_F(ElectionTest, LearnersAreNotAsked) {
  Configuration configuration = voters(2);
  configuration.members.push_back(tests::learner(3));
  restore(tests::stored(configuration));

  become_pre_candidate();

  EXPECT_EQ(ready_.messages, (std::vector<Envelope>{envelope(2, request_pre_vote(2, pos(1, 1)))}));
}

TEST_F(ElectionTest, ALearnersVoteDoesNotCount) {
  Configuration configuration = voters(2);
  configuration.members.push_back(tests::learner(3));
  restore(tests::stored(configuration));
  become_pre_candidate();

  grant(3);

  EXPECT_EQ(raft_->standing().role, Role::kPreCandidate);
}

TEST_F(ElectionTest, ALearnerNeverCampaigns) {
  Configuration configuration = {.members = {tests::learner(1), tests::voter(2)}, .outgoing = {}};
  restore(tests::stored(configuration));

  EXPECT_EQ(ready_.deadline, Instant::never());
}

TEST_F(ElectionTest, BothHalvesOfAJointConfigurationElect) {
  restore(tests::stored({.members = {tests::voter(1), tests::voter(4), tests::voter(5)},
                         .outgoing = {tests::voter(1), tests::voter(2), tests::voter(3)}}));
  become_pre_candidate();
  grant(4);
  grant(5);
  EXPECT_EQ(raft_->standing().role, Role::kPreCandidate);

  grant(2);

  EXPECT_EQ(raft_->standing().role, Role::kCandidate);
}

TEST_F(ElectionTest, WithoutAMajorityLeftTheCampaignEndsBeforeItsTimeout) {
  become_pre_candidate();
  deliver(2, pre_vote(1, false));
  EXPECT_EQ(raft_->standing().role, Role::kPreCandidate);

  deliver(3, pre_vote(1, false));

  EXPECT_EQ(raft_->standing(), standing(Role::kFollower, 1, 0, Cause::kElectionLost));
}

TEST_F(ElectionTest, ARefusalWithALaterTermIsFollowed) {
  become_pre_candidate();

  deliver(2, pre_vote(9, false));

  EXPECT_EQ(raft_->standing(), standing(Role::kFollower, 9, 0, Cause::kHigherTerm));
}

TEST_F(ElectionTest, ARefusalCountsOnce) {
  start(5);
  become_pre_candidate();

  deliver(2, pre_vote(1, false));
  deliver(2, pre_vote(1, false));
  deliver(3, pre_vote(1, false));

  EXPECT_EQ(raft_->standing().role, Role::kPreCandidate);
}

TEST_F(ElectionTest, ARefusalOfAnotherCampaignDoesNotCount) {
  become_pre_candidate();
  deliver(2, pre_vote(1, false));

  deliver(3, pre_vote(1, false, 7));

  EXPECT_EQ(raft_->standing().role, Role::kPreCandidate);
}

TEST_F(ElectionTest, TheNextRoundAsksEverybodyAnew) {
  become_pre_candidate();
  deliver(2, pre_vote(1, false));

  reach_deadline();

  EXPECT_EQ(take().messages,
            (std::vector<Envelope>{envelope(2, request_pre_vote(2, pos(1, 1), 2)),
                                   envelope(3, request_pre_vote(2, pos(1, 1), 2))}));
}

TEST_F(ElectionTest, ACandidateWithoutAMajorityStartsAgainWithAPreVote) {
  become_candidate();

  reach_deadline();

  EXPECT_EQ(take().standing, standing(Role::kPreCandidate, 2, 0, Cause::kElectionTimeout));
}

TEST_F(ElectionTest, ACandidateFollowsTheLeaderOfItsTerm) {
  become_candidate();

  deliver(3, heartbeat(2, 0, 1));

  EXPECT_EQ(raft_->standing(), standing(Role::kFollower, 2, 3, Cause::kLeaderFound));
}

TEST_F(ElectionTest, APreCandidateFollowsTheLeaderThatIsBack) {
  follow();
  become_pre_candidate();

  deliver(2, heartbeat(1, 0, 1));

  EXPECT_EQ(raft_->standing(), standing(Role::kFollower, 1, 2, Cause::kLeaderFound));
}

TEST_F(ElectionTest, ACampaignThatEndedIsNotTakenUpWhenItsWriteCompletes) {
  become_pre_candidate();
  grant(2);
  take();
  deliver(3, heartbeat(5, 0, 1));

  written();

  EXPECT_EQ(raft_->standing(), standing(Role::kFollower, 5, 3, Cause::kHigherTerm));
}

TEST_F(ElectionTest, ANewConnectionIsAskedAgain) {
  become_candidate();

  raft_->peer_reachable(now_, ServerId(3));

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(3, request_vote(2, pos(1, 1), 2))}));
}

TEST_F(ElectionTest, AServerThatAnsweredIsNotAskedAgain) {
  become_candidate();
  deliver(3, vote(2, false, 2));

  raft_->peer_reachable(now_, ServerId(3));

  EXPECT_EQ(take().messages, std::vector<Envelope>{});
}

TEST_F(ElectionTest, NobodyIsAskedAgainBeforeTheCampaignIsDurable) {
  become_pre_candidate();
  grant(2);
  take();

  raft_->peer_reachable(now_, ServerId(3));

  EXPECT_EQ(take().messages, std::vector<Envelope>{});
}

TEST_F(ElectionTest, AWonPreVoteWaitsWhileTheDiskIsStalled) {
  become_pre_candidate();
  deliver(3, tests::request_vote(1, pos(1, 1)));
  take();

  grant(2);

  EXPECT_EQ(raft_->standing().role, Role::kPreCandidate);
  EXPECT_GT(take().deadline, now_);
}

class TimeoutNowTest : public ElectionTest {
 protected:
  void SetUp() override {
    ElectionTest::SetUp();
    follow();
  }
};

TEST_F(TimeoutNowTest, TheLeaderMayTellAFollowerToCampaignAtOnce) {
  deliver(2, TimeoutNow{.term = Term(1)});

  EXPECT_EQ(take_and_write().standing, standing(Role::kCandidate, 2, 0, Cause::kToldToCampaign));
  EXPECT_EQ(take().messages,
            (std::vector<Envelope>{envelope(2, transferred(request_vote(2, pos(1, 1)))),
                                   envelope(3, transferred(request_vote(2, pos(1, 1))))}));
}

TEST_F(TimeoutNowTest, NobodyElseMay) {
  deliver(3, TimeoutNow{.term = Term(1)});

  EXPECT_EQ(raft_->standing(), standing(Role::kFollower, 1, 2, Cause::kLeaderFound));
}

TEST_F(TimeoutNowTest, TheLeaderOfAnEarlierTermMayNot) {
  deliver(2, heartbeat(4, 0, 0));

  deliver(2, TimeoutNow{.term = Term(1)});

  EXPECT_EQ(raft_->standing().role, Role::kFollower);
}

TEST_F(TimeoutNowTest, ALearnerDoesNotObey) {
  restore(tests::stored({.members = {tests::learner(1), tests::voter(2)}, .outgoing = {}}));
  follow();

  deliver(2, TimeoutNow{.term = Term(1)});

  EXPECT_EQ(raft_->standing().role, Role::kFollower);
}

TEST_F(TimeoutNowTest, AServerWhoseDiskIsStalledDoesNotObey) {
  deliver(2, append(1, pos(1, 1), {run(1, 1)}));
  take();
  now_ = now_ + options_.disk_stall_limit;

  deliver(2, TimeoutNow{.term = Term(1)});

  EXPECT_EQ(raft_->standing().role, Role::kFollower);
}

TEST_F(TimeoutNowTest, ItWaitsForEntriesThatAreBeingWritten) {
  deliver(2, append(1, pos(1, 1), {run(1, 1)}));
  take();

  deliver(2, TimeoutNow{.term = Term(1)});
  take();
  written(1);
  EXPECT_EQ(take().messages, std::vector<Envelope>{});
  written(2);

  EXPECT_EQ(take().messages[0], envelope(2, transferred(request_vote(2, pos(1, 2)))));
}

}  // namespace buoyant::core::election_test
