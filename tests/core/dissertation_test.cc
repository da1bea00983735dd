// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The rules of Ongaro's dissertation, one suite per section. A test's name paraphrases the
/// sentence of the section that it checks.

#include "tests/support/core_fixture.h"

namespace buoyant::core::dissertation_test {

using tests::accepted;
using tests::append;
using tests::envelope;
using tests::heartbeat;
using tests::heartbeat_reply;
using tests::pos;
using tests::pre_vote;
using tests::range;
using tests::rejected;
using tests::request_pre_vote;
using tests::request_vote;
using tests::run;
using tests::standing;
using tests::transferred;
using tests::vote;
using tests::voters;

/// Elections without pre-vote, as chapter 3 has them.
class PlainElections : public tests::CoreFixture {
 protected:
  PlainElections() { options_.pre_vote = false; }

  void campaign() {
    reach_deadline();
    take_and_write();
    take();
    ASSERT_EQ(raft_->standing().role, Role::kCandidate);
  }

  void win() {
    campaign();
    grant(2);
    take_and_write();
    ASSERT_TRUE(raft_->is_leader());
  }
};

class Section33Terms : public PlainElections {
 protected:
  void SetUp() override { start(3); }
};

TEST_F(Section33Terms, AServerWithASmallerTermTakesTheLargerOne) {
  deliver(2, heartbeat(7, 0, 1));

  EXPECT_EQ(raft_->hard_state().term, Term(7));
}

TEST_F(Section33Terms, ACandidateWhoseTermIsOverBecomesAFollower) {
  campaign();

  deliver(2, vote(7, false, 1));

  EXPECT_EQ(raft_->standing(), standing(Role::kFollower, 7, 0, Cause::kHigherTerm));
}

TEST_F(Section33Terms, ALeaderWhoseTermIsOverBecomesAFollower) {
  win();

  deliver(2, heartbeat_reply(7, 0, 0));

  EXPECT_EQ(raft_->standing(), standing(Role::kFollower, 7, 0, Cause::kHigherTerm));
}

TEST_F(Section33Terms, ARequestOfATermThatIsOverIsRejected) {
  deliver(2, heartbeat(7, 0, 1));
  take_and_write();
  take();

  deliver(3, append(6, pos(1, 1), {run(6, 1)}));

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(3, rejected(7, 1, pos(0, 0)))}));
}

class Section34Election : public Section33Terms {};

TEST_F(Section34Election, AServerThatHearsOfNobodyBecomesACandidate) {
  reach_deadline();

  EXPECT_EQ(take().standing, standing(Role::kCandidate, 2, 0, Cause::kElectionTimeout));
}

TEST_F(Section34Election, ACandidateVotesForItself) {
  reach_deadline();

  EXPECT_EQ(take().write.hard_state, (HardState{.term = Term(2), .voted_for = ServerId(1)}));
}

TEST_F(Section34Election, AMajorityWins) {
  campaign();

  grant(3);

  EXPECT_EQ(raft_->standing(), standing(Role::kLeader, 2, 1, Cause::kElectionWon));
}

TEST_F(Section34Election, VotesAtMostOncePerTerm) {
  deliver(2, request_vote(2, pos(1, 1)));
  take_and_write();

  deliver(3, request_vote(2, pos(1, 1)));

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(3, vote(2, false))}));
}

TEST_F(Section34Election, AWinnerSendsHeartbeatsToPreventNewElections) {
  win();
  take();

  elapse(Duration(0));

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(2, heartbeat(2, 0, 1)),
                                                    envelope(3, heartbeat(2, 0, 1))}));
}

TEST_F(Section34Election, ACandidateRecognizesTheLeaderOfItsTerm) {
  campaign();

  deliver(3, append(2, pos(1, 1), {}));

  EXPECT_EQ(raft_->standing(), standing(Role::kFollower, 2, 3, Cause::kLeaderFound));
}

TEST_F(Section34Election, ACandidateRejectsTheLeaderOfAnEarlierTerm) {
  campaign();

  deliver(3, append(1, pos(1, 1), {}));

  EXPECT_EQ(raft_->standing().role, Role::kCandidate);
}

TEST_F(Section34Election, ASplitVoteIsFollowedByANewTermAfterANewRandomTimeout) {
  campaign();
  const Duration first = ready_.deadline - now_;

  campaign();

  EXPECT_EQ(raft_->hard_state().term, Term(3));
  EXPECT_NE(ready_.deadline - now_, first);
}

class Section35Replication : public Section33Terms {};

TEST_F(Section35Replication, ALeaderAppendsACommandAndReplicatesItAtOnce) {
  win();

  EXPECT_EQ(raft_->propose(now_), pos(2, 3));

  EXPECT_EQ(take().write.append, range(3, 3));
  EXPECT_EQ(permission(2).through, Index(3));
}

TEST_F(Section35Replication, AnEntryOnAMajorityIsCommittedAndApplied) {
  win();

  deliver(2, accepted(2, 2));

  EXPECT_EQ(take().apply_through, Index(2));
}

TEST_F(Section35Replication, FollowersLearnOfTheCommitIndex) {
  win();
  replicate_to(2, 2);
  ASSERT_TRUE(raft_->propose(now_).has_value());
  take();

  EXPECT_EQ(permission(2).commit, Index(2));
}

TEST_F(Section35Replication, AFollowerWithoutThePrecedingEntryRefuses) {
  deliver(2, append(2, pos(2, 5), {run(2, 1)}));

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(2, rejected(2, 5, pos(1, 1)), 1)}));
}

TEST_F(Section35Replication, AFollowersConflictingEntriesAreReplaced) {
  restore(tests::stored(voters(3), {run(2, 4)}));

  deliver(2, append(3, pos(2, 3), {run(3, 1)}));

  EXPECT_EQ(raft_->last(), pos(3, 4));
}

TEST_F(Section35Replication, ALeaderNeverOverwritesItsOwnLog) {
  restore(tests::stored(voters(3), {run(2, 4)}));
  win();

  deliver(2, rejected(3, 5, pos(1, 1)));

  EXPECT_EQ(raft_->last(), pos(3, 6));
}

TEST_F(Section35Replication, ALeaderGoesBackUntilTheLogsAgree) {
  restore(tests::stored(voters(3), {run(2, 4)}));
  win();
  sent(2, 6);

  deliver(2, rejected(3, 5, pos(1, 1)));
  take();

  EXPECT_EQ(permission(2).prev, pos(1, 1));
}

class Section361ElectionRestriction : public PlainElections {
 protected:
  void SetUp() override { restore(tests::stored(voters(3), {run(3, 2)})); }
};

TEST_F(Section361ElectionRestriction, ALaterLastTermIsMoreUpToDateThanALongerLog) {
  deliver(2, request_vote(5, pos(4, 1)));

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(2, vote(5, true), 1)}));
}

TEST_F(Section361ElectionRestriction, OfEqualLastTermsTheLongerLogIsMoreUpToDate) {
  deliver(2, request_vote(5, pos(3, 2)));

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(2, vote(5, false), 1)}));
}

TEST_F(Section361ElectionRestriction, AnEqualLogIsUpToDateEnough) {
  deliver(2, request_vote(5, pos(3, 3)));

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(2, vote(5, true), 1)}));
}

/// Figure 3.7. Server 1 led term 2 and replicated index 2 to server 2 only; server 5 led term 3
/// and has another entry there.
class Section362CommitRule : public PlainElections {
 protected:
  /// (c): server 1 leads term 4 and goes on with the entry of term 2.
  void lead_term_4() {
    RestoredState stored = tests::stored(voters(5), {run(2, 1)});
    stored.hard_state.term = Term(3);
    restore(stored);
    campaign();
    grant(2);
    grant(3);
    take_and_write();
    ASSERT_EQ(raft_->last(), pos(4, 3));
  }
};

TEST_F(Section362CommitRule, Figure37cTheOldEntryOnAMajorityIsNotCommitted) {
  lead_term_4();

  deliver(2, accepted(4, 2));
  deliver(3, accepted(4, 2));

  EXPECT_EQ(raft_->commit_index(), Index(0));
}

TEST_F(Section362CommitRule, Figure37dTheOldEntryOnAMajorityMayBeOverwritten) {
  restore(tests::stored(voters(5), {run(2, 1)}));
  deliver(5, request_vote(5, pos(3, 2)));
  EXPECT_EQ(take_and_write().messages, (std::vector<Envelope>{envelope(5, vote(5, true), 1)}));

  deliver(5, append(5, pos(1, 1), {run(3, 1)}));

  EXPECT_EQ(raft_->last(), pos(3, 2));
}

TEST_F(Section362CommitRule, Figure37eAnEntryOfTheTermOnAMajorityCommitsTheOldOneToo) {
  lead_term_4();

  deliver(2, accepted(4, 3));
  deliver(3, accepted(4, 3));

  EXPECT_EQ(raft_->commit_index(), Index(3));
}

TEST_F(Section362CommitRule, Figure37eTheServerWithTheOtherEntryCannotWin) {
  restore(tests::stored(voters(5), {run(2, 1), run(4, 1)}));

  deliver(5, request_vote(5, pos(3, 2)));

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(5, vote(5, false), 1)}));
}

class Section38Persistence : public Section33Terms {};

TEST_F(Section38Persistence, TermAndVoteAreDurableBeforeTheyAreAnswered) {
  deliver(2, request_vote(2, pos(1, 1)));

  EXPECT_EQ(take().messages[0].after, ready_.write.id);
}

TEST_F(Section38Persistence, EntriesAreDurableBeforeTheyAreCounted) {
  deliver(2, append(2, pos(1, 1), {run(2, 1)}));
  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(2, accepted(2, 1), 1)}));

  written();

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(2, accepted(2, 2))}));
}

}  // namespace buoyant::core::dissertation_test
