// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A voter's side of elections.

#include "core/receive_vote.h"

#include "tests/support/core_fixture.h"

namespace buoyant::core::receive_vote_test {

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

/// In term 2, with entries of terms 1 2 2 at indexes 1 to 3; no leader is known.
class ReceiveVoteTest : public tests::CoreFixture {
 protected:
  void SetUp() override { restore(tests::stored(voters(3), {run(2, 2)})); }

  /// The only answer of this turn, when there is only one.
  Envelope answer() {
    take();
    EXPECT_EQ(ready_.messages.size(), 1U);
    return ready_.messages.empty() ? Envelope() : ready_.messages[0];
  }
};

TEST_F(ReceiveVoteTest, AVoteLeavesWhenItIsDurable) {
  deliver(2, request_vote(3, pos(2, 3)));

  EXPECT_EQ(answer(), envelope(2, vote(3, true), 1));
  EXPECT_EQ(ready_.write.hard_state, (HardState{.term = Term(3), .voted_for = ServerId(2)}));
}

TEST_F(ReceiveVoteTest, TheFirstToAskGetsTheVoteOfATerm) {
  deliver(2, request_vote(3, pos(2, 3)));
  take_and_write();

  deliver(3, request_vote(3, pos(2, 3), 5));

  EXPECT_EQ(answer(), envelope(3, vote(3, false, 5)));
}

TEST_F(ReceiveVoteTest, TheSameRequestIsGrantedAgain) {
  deliver(2, request_vote(3, pos(2, 3)));
  take_and_write();

  deliver(2, request_vote(3, pos(2, 3)));

  EXPECT_EQ(answer(), envelope(2, vote(3, true)));
  EXPECT_TRUE(ready_.write.empty());
}

TEST_F(ReceiveVoteTest, TheSameRequestWaitsForTheSameWrite) {
  deliver(2, request_vote(3, pos(2, 3)));
  take();

  deliver(2, request_vote(3, pos(2, 3)));

  EXPECT_EQ(answer(), envelope(2, vote(3, true), 1));
}

TEST_F(ReceiveVoteTest, WhileAVoteIsWrittenNoOtherIsGranted) {
  deliver(2, request_vote(3, pos(2, 3)));
  take();

  deliver(3, request_vote(4, pos(2, 3)));

  EXPECT_EQ(answer(), envelope(3, vote(3, false), 1));
  EXPECT_EQ(raft_->hard_state(), (HardState{.term = Term(3), .voted_for = ServerId(2)}));
}

TEST_F(ReceiveVoteTest, AVoteIsGrantedAgainOnceTheEarlierOneIsDurable) {
  deliver(2, request_vote(3, pos(2, 3)));
  take_and_write();

  deliver(3, request_vote(4, pos(2, 3)));

  EXPECT_EQ(answer(), envelope(3, vote(4, true), 2));
}

TEST_F(ReceiveVoteTest, ATermThatIsOverIsRefusedWithOurs) {
  deliver(2, request_vote(1, pos(2, 3)));

  EXPECT_EQ(answer(), envelope(2, vote(2, false)));
}

TEST_F(ReceiveVoteTest, AShorterLogOfTheSameTermIsRefused) {
  deliver(2, request_vote(3, pos(2, 2)));

  EXPECT_EQ(answer(), envelope(2, vote(3, false), 1));
}

TEST_F(ReceiveVoteTest, ALongerLogOfAnEarlierTermIsRefused) {
  deliver(2, request_vote(3, pos(1, 9)));

  EXPECT_EQ(answer(), envelope(2, vote(3, false), 1));
}

TEST_F(ReceiveVoteTest, AShorterLogOfALaterTermIsGranted) {
  deliver(2, request_vote(4, pos(3, 1)));

  EXPECT_EQ(answer(), envelope(2, vote(4, true), 1));
}

TEST_F(ReceiveVoteTest, ARefusedCandidatesTermIsFollowedAllTheSame) {
  deliver(2, request_vote(3, pos(2, 2)));

  EXPECT_EQ(take().standing, standing(Role::kFollower, 3, 0, Cause::kHigherTerm));
}

TEST_F(ReceiveVoteTest, TheLogIsComparedInMemory) {
  deliver(2, append(2, pos(2, 3), {run(2, 1)}));
  take();
  elapse(options_.election_timeout);

  deliver(3, request_vote(3, pos(2, 3)));

  EXPECT_EQ(answer().message, Message(vote(3, false)));
}

TEST_F(ReceiveVoteTest, AGrantedVotePutsTheOwnElectionOff) {
  now_ = now_ + options_.election_timeout;
  const Instant before = ready_.deadline;

  deliver(2, request_vote(3, pos(2, 3)));

  EXPECT_GT(take().deadline, before);
  EXPECT_GE(ready_.deadline, now_ + options_.election_timeout);
}

TEST_F(ReceiveVoteTest, ARefusedVoteDoesNotPutTheOwnElectionOff) {
  const Instant before = ready_.deadline;

  deliver(2, request_vote(3, pos(2, 2)));

  EXPECT_EQ(take().deadline, before);
}

TEST_F(ReceiveVoteTest, AStrangerMayBeVotedFor) {
  deliver(9, request_vote(3, pos(2, 3)));

  EXPECT_EQ(answer(), envelope(9, vote(3, true), 1));
}

TEST_F(ReceiveVoteTest, WithALeaderNobodyIsVotedFor) {
  deliver(2, heartbeat(3, 0, 0));
  take_and_write();

  deliver(3, request_vote(4, pos(2, 3)));

  EXPECT_EQ(answer(), envelope(3, vote(3, false)));
  EXPECT_EQ(raft_->hard_state().term, Term(3));
}

TEST_F(ReceiveVoteTest, ALeaderThatWasNotHeardOfForAnElectionTimeoutHoldsNobody) {
  deliver(2, heartbeat(3, 0, 0));
  take_and_write();
  now_ = now_ + options_.election_timeout;

  deliver(3, request_vote(4, pos(2, 3)));

  EXPECT_EQ(answer(), envelope(3, vote(4, true), 2));
}

TEST_F(ReceiveVoteTest, TheLeaderItselfMayBeVotedForAgain) {
  deliver(2, heartbeat(3, 0, 0));
  take_and_write();

  deliver(2, request_vote(4, pos(2, 3)));

  EXPECT_EQ(answer(), envelope(2, vote(4, true), 2));
}

TEST_F(ReceiveVoteTest, ATermThatHasALeaderHasNoVoteLeft) {
  deliver(2, heartbeat(3, 0, 0));
  take_and_write();
  now_ = now_ + options_.election_timeout;

  deliver(3, request_vote(3, pos(2, 3)));

  EXPECT_EQ(answer(), envelope(3, vote(3, false)));
}

TEST_F(ReceiveVoteTest, WhomTheLeaderToldToCampaignIsVotedForAtOnce) {
  deliver(2, heartbeat(3, 0, 0));
  take_and_write();

  deliver(3, transferred(request_vote(4, pos(2, 3))));

  EXPECT_EQ(answer(), envelope(3, vote(4, true), 2));
}

TEST_F(ReceiveVoteTest, ALeaderThatHasItsQuorumRefuses) {
  start(3);
  become_leader();

  deliver(3, request_vote(9, pos(9, 9)));

  EXPECT_EQ(answer(), envelope(3, vote(2, false)));
  EXPECT_TRUE(raft_->is_leader());
}

TEST_F(ReceiveVoteTest, ALeaderThatDoesNotCheckItsQuorumStepsDown) {
  options_.check_quorum = false;
  start(3);
  become_leader();

  deliver(3, request_vote(9, pos(9, 9)));

  EXPECT_EQ(answer().message, Message(vote(9, true)));
  EXPECT_FALSE(raft_->is_leader());
}

TEST_F(ReceiveVoteTest, WithAStalledDiskNoVoteIsGranted) {
  deliver(2, append(2, pos(2, 3), {run(2, 1)}));
  take();
  now_ = now_ + options_.disk_stall_limit;

  deliver(3, request_vote(3, pos(2, 9)));

  EXPECT_EQ(answer(), envelope(3, vote(2, false)));
}

TEST_F(ReceiveVoteTest, AVoteOfAnEarlierRunHolds) {
  RestoredState stored = tests::stored(voters(3), {run(2, 2)});
  stored.hard_state = {.term = Term(5), .voted_for = ServerId(2)};
  restore(stored);

  deliver(3, request_vote(5, pos(2, 3)));

  EXPECT_EQ(answer(), envelope(3, vote(5, false)));
}

class ReceivePreVoteTest : public ReceiveVoteTest {};

TEST_F(ReceivePreVoteTest, IsGrantedWithTheTermThatWasAskedFor) {
  deliver(2, request_pre_vote(3, pos(2, 3)));

  EXPECT_EQ(answer(), envelope(2, pre_vote(3, true)));
}

TEST_F(ReceivePreVoteTest, ChangesNothing) {
  deliver(2, request_pre_vote(9, pos(2, 3)));

  EXPECT_TRUE(take().write.empty());
  EXPECT_EQ(ready_.standing, std::nullopt);
  EXPECT_EQ(raft_->hard_state(), (HardState{.term = Term(2), .voted_for = ServerId()}));
}

TEST_F(ReceivePreVoteTest, DoesNotPutTheOwnElectionOff) {
  const Instant before = ready_.deadline;
  now_ = now_ + options_.election_timeout / 2;

  deliver(2, request_pre_vote(3, pos(2, 3)));

  EXPECT_EQ(take().deadline, before);
}

TEST_F(ReceivePreVoteTest, ManyMayBeGranted) {
  deliver(2, request_pre_vote(3, pos(2, 3)));
  deliver(3, request_pre_vote(3, pos(2, 3)));

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(2, pre_vote(3, true)),
                                                    envelope(3, pre_vote(3, true))}));
}

TEST_F(ReceivePreVoteTest, IsRefusedForATermThatHasBegun) {
  deliver(2, request_pre_vote(2, pos(2, 3)));

  EXPECT_EQ(answer(), envelope(2, pre_vote(2, false)));
}

TEST_F(ReceivePreVoteTest, IsRefusedToALogThatIsBehind) {
  deliver(2, request_pre_vote(3, pos(2, 2)));

  EXPECT_EQ(answer(), envelope(2, pre_vote(2, false)));
}

TEST_F(ReceivePreVoteTest, IsRefusedWhileThereIsALeader) {
  deliver(2, heartbeat(2, 0, 0));

  deliver(3, request_pre_vote(3, pos(2, 3)));

  EXPECT_EQ(answer(), envelope(3, pre_vote(2, false)));
}

TEST_F(ReceivePreVoteTest, IsRefusedWhileAVoteIsWritten) {
  deliver(2, request_vote(3, pos(2, 3)));
  take();

  deliver(3, request_pre_vote(4, pos(2, 3)));

  EXPECT_EQ(answer(), envelope(3, pre_vote(3, false), 1));
}

TEST_F(ReceivePreVoteTest, IsGrantedByAnotherPreCandidate) {
  become_pre_candidate();

  deliver(2, request_pre_vote(3, pos(2, 3), 8));

  EXPECT_EQ(answer(), envelope(2, pre_vote(3, true, 8)));
}

}  // namespace buoyant::core::receive_vote_test
