// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Of a leader: what it may send, and what it makes of the answers.

#include "core/replication.h"

#include "tests/support/core_fixture.h"

namespace buoyant::core::replication_test {

using std::chrono::milliseconds;
using tests::accepted;
using tests::envelope;
using tests::heartbeat;
using tests::heartbeat_reply;
using tests::pos;
using tests::rejected;
using tests::run;
using tests::voters;

class ReplicationTest : public tests::CoreFixture {
 protected:
  /// Leads term 2 of three servers; both followers have the no-op at index 2, committed.
  void lead() {
    start(3);
    become_leader();
    replicate_to(2, 2);
    replicate_to(3, 2);
    take();
  }

  /// Leads a term with five more entries than the bootstrap, which nobody is known to have.
  void lead_long_log() {
    restore(tests::stored(voters(3), {run(2, 5)}));
    become_leader();
  }

  void propose(std::uint64_t count) { ASSERT_TRUE(raft_->propose(now_, count).has_value()); }

  void heartbeat_interval() {
    elapse(options_.heartbeat_interval);
    take();
  }
};

TEST_F(ReplicationTest, ANewLeaderProbesBehindItsLogWithItsNoOp) {
  lead_long_log();

  EXPECT_EQ(ready_.replicate, (std::vector<Replicate>{{.to = ServerId(2),
                                                       .term = Term(3),
                                                       .prev = pos(2, 6),
                                                       .through = Index(7),
                                                       .commit = Index(0),
                                                       .round = Round(0),
                                                       .probe = true},
                                                      {.to = ServerId(3),
                                                       .term = Term(3),
                                                       .prev = pos(2, 6),
                                                       .through = Index(7),
                                                       .commit = Index(0),
                                                       .round = Round(0),
                                                       .probe = true}}));
}

TEST_F(ReplicationTest, APermissionThatWasNotUsedIsGivenAgain) {
  lead_long_log();
  const std::vector<Replicate> before = ready_.replicate;

  take();

  EXPECT_EQ(ready_.replicate, before);
}

TEST_F(ReplicationTest, AProbeIsSentOnce) {
  lead_long_log();

  sent(2, 7);
  take();

  EXPECT_EQ(permission_for(2), nullptr);
  EXPECT_NE(permission_for(3), nullptr);
}

TEST_F(ReplicationTest, AnAcceptedProbeStartsThePipeline) {
  lead_long_log();
  propose(1);

  replicate_to(2, 7);
  take();

  EXPECT_EQ(progress_of(2).state, ProgressState::kReplicate);
  EXPECT_EQ(permission(2), (Replicate{.to = ServerId(2),
                                      .term = Term(3),
                                      .prev = pos(3, 7),
                                      .through = Index(8),
                                      .commit = Index(7),
                                      .round = Round(0),
                                      .probe = false}));
}

TEST_F(ReplicationTest, AProbeThatIsTakenButNotDurableStartsThePipelineToo) {
  lead_long_log();
  propose(1);
  sent(2, 7);

  deliver(2, accepted(3, 4));

  EXPECT_EQ(progress_of(2).match, Index(4));
  EXPECT_EQ(progress_of(2).next, Index(8));
  EXPECT_EQ(progress_of(2).state, ProgressState::kReplicate);
}

TEST_F(ReplicationTest, EntriesArePipelined) {
  lead();
  propose(3);
  take();
  sent(2, 5);

  propose(2);
  take();

  EXPECT_EQ(permission(2).prev, pos(2, 5));
  EXPECT_EQ(permission(2).through, Index(7));
  EXPECT_FALSE(permission(2).probe);
}

TEST_F(ReplicationTest, WhatWasReportedOfAPermissionIsNotSentAgain) {
  lead();
  propose(5);
  take();

  sent(2, 4);
  take();

  EXPECT_EQ(permission(2).prev, pos(2, 4));
  EXPECT_EQ(permission(2).through, Index(7));
}

TEST_F(ReplicationTest, AReportOfAnEarlierTermIsIgnored) {
  lead();
  propose(5);

  raft_->replicated(now_, ServerId(2), Term(1), Index(7));

  EXPECT_EQ(progress_of(2).next, Index(3));
}

TEST_F(ReplicationTest, AReportAboutAStrangerIsIgnored) {
  lead();

  raft_->replicated(now_, ServerId(9), Term(2), Index(2));
  raft_->replicate_failed(now_, ServerId(9), Term(2), ReplicateFailure::kLost);

  EXPECT_EQ(raft_->progress().size(), 2U);
}

TEST_F(ReplicationTest, TheWindowBoundsWhatIsNotAcknowledged) {
  options_.inflight_entries_max = 4;
  lead();
  propose(10);
  take();
  EXPECT_EQ(permission(2).through, Index(6));

  sent(2, 5);
  take();

  EXPECT_EQ(permission(2).prev, pos(2, 5));
  EXPECT_EQ(permission(2).through, Index(6));
}

TEST_F(ReplicationTest, AFullWindowGetsNothingUntilItIsAcknowledged) {
  options_.inflight_entries_max = 4;
  lead();
  propose(10);
  take();
  sent(2, 6);
  take();
  EXPECT_EQ(permission_for(2), nullptr);

  deliver(2, accepted(2, 3));
  take();

  EXPECT_EQ(permission(2).prev, pos(2, 6));
  EXPECT_EQ(permission(2).through, Index(7));
}

TEST_F(ReplicationTest, TheWindowBoundsAProbeToo) {
  options_.inflight_entries_max = 4;
  lead();
  propose(10);
  raft_->replicate_failed(now_, ServerId(2), Term(2), ReplicateFailure::kLost);

  take();

  EXPECT_EQ(permission(2).through, Index(6));
}

TEST_F(ReplicationTest, AnAcknowledgementRaisesTheMatch) {
  lead();
  propose(3);
  take();
  sent(2, 5);

  deliver(2, accepted(2, 4));

  EXPECT_EQ(progress_of(2).match, Index(4));
  EXPECT_EQ(progress_of(2).next, Index(6));
}

TEST_F(ReplicationTest, ALateAcknowledgementNeverLowersTheMatch) {
  lead();
  propose(3);
  take();
  sent(2, 5);
  deliver(2, accepted(2, 5));

  deliver(2, accepted(2, 3));

  EXPECT_EQ(progress_of(2).match, Index(5));
  EXPECT_EQ(progress_of(2).next, Index(6));
}

TEST_F(ReplicationTest, AnAcknowledgementOfAnEarlierTermIsIgnored) {
  lead();
  propose(3);

  deliver(2, accepted(1, 5));

  EXPECT_EQ(progress_of(2).match, Index(2));
}

TEST_F(ReplicationTest, AStrangersAcknowledgementIsIgnored) {
  lead();

  deliver(9, accepted(2, 2));

  EXPECT_EQ(raft_->progress().size(), 2U);
}

TEST_F(ReplicationTest, AnAcknowledgementOfWhatWasNeverSentIsAFault) {
  lead();

  deliver(2, accepted(2, 3));

  EXPECT_STREQ(raft_->fault_reason(), "a follower acknowledged entries that were never sent");
}

TEST_F(ReplicationTest, ARejectionGoesBackToTheHint) {
  lead_long_log();
  sent(2, 7);

  deliver(2, rejected(3, 6, pos(1, 1)));
  take();

  EXPECT_EQ(permission(2).prev, pos(1, 1));
  EXPECT_EQ(permission(2).through, Index(7));
  EXPECT_TRUE(permission(2).probe);
}

TEST_F(ReplicationTest, AHintOfALongerOldTermGoesBackToWhereOurLogHasNoLaterTerm) {
  restore(tests::stored(voters(3), {run(2, 3), run(4, 4)}));
  become_leader();
  sent(2, 9);

  deliver(2, rejected(5, 8, pos(3, 7)));
  take();

  EXPECT_EQ(permission(2).prev, pos(2, 4));
}

TEST_F(ReplicationTest, ARejectionOfAnEarlierProbeIsIgnored) {
  lead_long_log();
  sent(2, 7);
  deliver(2, rejected(3, 6, pos(2, 4)));
  sent(2, 7);

  deliver(2, rejected(3, 6, pos(2, 4)));
  take();

  EXPECT_EQ(permission_for(2), nullptr);
  EXPECT_EQ(progress_of(2).next, Index(5));
}

TEST_F(ReplicationTest, ARejectionInThePipelineGoesBackToAProbe) {
  lead();
  propose(5);
  take();
  sent(2, 7);

  deliver(2, rejected(2, 4, pos(2, 2)));

  EXPECT_EQ(progress_of(2).state, ProgressState::kProbe);
  EXPECT_EQ(progress_of(2).next, Index(3));
}

TEST_F(ReplicationTest, ARejectionOfWhatMatchesIsIgnored) {
  lead();
  propose(5);
  take();
  sent(2, 7);

  deliver(2, rejected(2, 2, pos(1, 1)));

  EXPECT_EQ(progress_of(2).state, ProgressState::kReplicate);
  EXPECT_EQ(progress_of(2).next, Index(8));
}

TEST_F(ReplicationTest, AFollowerThatForgotWhatItAcknowledgedIsProbedAtThePaceOfHeartbeats) {
  lead();
  raft_->replicate_failed(now_, ServerId(2), Term(2), ReplicateFailure::kLost);
  take();
  sent(2, 2);

  deliver(2, rejected(2, 2, pos(0, 0)));
  take();
  EXPECT_EQ(permission_for(2), nullptr);

  heartbeat_interval();
  deliver(2, heartbeat_reply(2, 1, 0));
  take();
  EXPECT_EQ(permission(2).prev, pos(2, 2));
}

TEST_F(ReplicationTest, AHigherTermInAnAnswerEndsTheLeadership) {
  lead();

  deliver(2, rejected(7, 2, pos(0, 0)));

  EXPECT_EQ(raft_->standing(), tests::standing(Role::kFollower, 7, 0, Cause::kHigherTerm));
}

}  // namespace buoyant::core::replication_test
