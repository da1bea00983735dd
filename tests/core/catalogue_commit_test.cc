// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// BUG_CATALOGUE, group 3: bugs in the commit rule of other implementations, and that they are
/// not here. Each test names the line that it stands for; docs/TESTING.md has the table.

#include "tests/support/core_fixture.h"

namespace buoyant::core::catalogue_commit_test {

using std::chrono::hours;
using tests::accepted;
using tests::append;
using tests::envelope;
using tests::heartbeat;
using tests::heartbeat_reply;
using tests::pos;
using tests::rejected;
using tests::run;
using tests::standing;
using tests::voters;

class CatalogueCommit : public tests::CoreFixture {
 protected:
  /// Leads the term after that of the log, of four or five voters.
  void lead_with_votes_of_2_and_3() {
    become_pre_candidate();
    grant(2);
    grant(3);
    take_and_write();
    take();
    grant(2);
    grant(3);
    take_and_write();
    ASSERT_TRUE(raft_->is_leader());
  }
};

// C1
TEST_F(CatalogueCommit, AnEntryOfAnEarlierTermIsNotCommittedByCounting) {
  restore(tests::stored(voters(3), {run(2, 3)}));
  become_leader();

  deliver(2, accepted(3, 4));
  deliver(3, accepted(3, 4));

  EXPECT_EQ(raft_->commit_index(), Index(0));
}

// C2
TEST_F(CatalogueCommit, AFollowerCommitsOnlyWhatTheMessageCovers) {
  restore(tests::stored(voters(3), {run(2, 5)}));

  deliver(2, append(4, pos(1, 1), {run(2, 2)}, 6));

  EXPECT_EQ(raft_->commit_index(), Index(3));
}

// C3
TEST_F(CatalogueCommit, HalfOfAnEvenClusterCommitsNothing) {
  start(4);
  lead_with_votes_of_2_and_3();

  deliver(2, accepted(2, 2));
  EXPECT_EQ(raft_->commit_index(), Index(0));
  deliver(4, accepted(2, 2));

  EXPECT_EQ(raft_->commit_index(), Index(2));
}

// C4
TEST_F(CatalogueCommit, TwoOfFiveCommitNothingInWhateverOrderTheyAnswer) {
  start(5);
  lead_with_votes_of_2_and_3();
  ASSERT_TRUE(raft_->propose(now_, 3).has_value());
  take_and_write();

  deliver(5, accepted(2, 5));
  deliver(2, accepted(2, 2));
  deliver(5, accepted(2, 5));

  EXPECT_EQ(raft_->commit_index(), Index(2));
}

// C5
TEST_F(CatalogueCommit, WhoDoesNotVoteDoesNotCommit) {
  Configuration configuration = voters(3);
  configuration.members.push_back(tests::learner(4));
  configuration.members.push_back(tests::learner(5));
  restore(tests::stored(configuration));
  become_leader();

  deliver(4, accepted(2, 2));
  deliver(5, accepted(2, 2));
  deliver(9, accepted(2, 2));

  EXPECT_EQ(raft_->commit_index(), Index(0));
}

// C6
TEST_F(CatalogueCommit, AServerAloneCommitsNothingBeforeItIsDurable) {
  start(1);
  reach_deadline();
  take_and_write();
  take_and_write();
  ASSERT_TRUE(raft_->propose(now_).has_value());
  take();
  EXPECT_EQ(raft_->commit_index(), Index(2));

  written();

  EXPECT_EQ(raft_->commit_index(), Index(3));
}

// C6
TEST_F(CatalogueCommit, ALeaderDoesNotCountItselfBeforeItIsDurable) {
  start(3);
  become_leader();
  ASSERT_TRUE(raft_->propose(now_).has_value());
  take();

  deliver(2, accepted(2, 3));

  EXPECT_EQ(raft_->commit_index(), Index(2));
}

// C8
TEST_F(CatalogueCommit, AnUnreachableServerIsStillOneOfTheMajority) {
  start(5);
  lead_with_votes_of_2_and_3();
  raft_->peer_unreachable(now_, ServerId(4));
  raft_->peer_unreachable(now_, ServerId(5));

  deliver(2, accepted(2, 2));

  EXPECT_EQ(raft_->commit_index(), Index(0));
}

/// A leader whose clock has run for `age`; only server 2 answers.
class CatalogueClock : public CatalogueCommit,
                       public testing::WithParamInterface<std::chrono::hours> {};

// C9
TEST_P(CatalogueClock, ADeadServerIsNotHeardOfWhenTheClockIsOld) {
  now_ = Instant(GetParam());
  start(5);
  lead_with_votes_of_2_and_3();
  elapse(options_.election_timeout / 2);
  deliver(2, accepted(2, 2));

  elapse(options_.election_timeout / 2);

  EXPECT_EQ(take().standing, standing(Role::kFollower, 2, 0, Cause::kQuorumLost));
}

INSTANTIATE_TEST_SUITE_P(AfterDays, CatalogueClock,
                         testing::Values(hours(24 * 24), hours(25 * 24), hours(50 * 24),
                                         hours(400 * 24)));

// C11
TEST_F(CatalogueCommit, WhatANewLeaderReplacedIsAcknowledgedToNobody) {
  start(3);
  deliver(2, append(2, pos(1, 1), {run(2, 3)}));
  take();
  deliver(3, append(3, pos(1, 1), {run(3, 1)}));
  take();

  written(1);

  EXPECT_EQ(raft_->durable_index(), Index(1));
  EXPECT_TRUE(take().messages.empty());
}

// C12
TEST_F(CatalogueCommit, ACommittedEntryIsNotRolledBack) {
  start(3);
  become_leader();
  ASSERT_TRUE(raft_->propose(now_, 2).has_value());
  take_and_write();
  deliver(2, accepted(2, 4));
  ASSERT_EQ(raft_->commit_index(), Index(4));

  deliver(3, append(3, pos(2, 2), {run(3, 1)}));

  EXPECT_EQ(raft_->last(), pos(2, 4));
  EXPECT_STREQ(raft_->fault_reason(), "the leader's log conflicts with a committed entry");
}

// C13
TEST_F(CatalogueCommit, WhatIsSentNextLiesBehindWhatMatches) {
  start(3);
  become_leader();
  ASSERT_TRUE(raft_->propose(now_, 4).has_value());
  take_and_write();
  sent(2, 6);
  deliver(2, accepted(2, 5));

  deliver(2, rejected(2, 6, pos(1, 1)));
  take();

  EXPECT_EQ(progress_of(2).next, Index(6));
  EXPECT_EQ(permission(2).through, Index(6));
}

}  // namespace buoyant::core::catalogue_commit_test
