// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Heartbeats of a leader, and how their answers show what was lost on the way.

#include "core/replication.h"
#include "tests/support/core_fixture.h"

namespace buoyant::core::heartbeat_test {

using tests::accepted;
using tests::envelope;
using tests::heartbeat;
using tests::heartbeat_reply;
using tests::pos;

class HeartbeatTest : public tests::CoreFixture {
 protected:
  /// Leads term 2 of three servers; both followers have the no-op at index 2, committed.
  void SetUp() override {
    start(3);
    become_leader();
    replicate_to(2, 2);
    replicate_to(3, 2);
    take();
  }

  void propose(std::uint64_t count) { ASSERT_TRUE(raft_->propose(now_, count).has_value()); }

  /// The next round of heartbeats.
  void beat() {
    elapse(options_.heartbeat_interval);
    take();
  }
};

TEST_F(HeartbeatTest, EachRoundGoesToEveryFollower) {
  beat();

  EXPECT_EQ(ready_.messages, (std::vector<Envelope>{envelope(2, heartbeat(2, 2, 1)),
                                                    envelope(3, heartbeat(2, 2, 1))}));
}

TEST_F(HeartbeatTest, RoundsAreNumbered) {
  beat();
  beat();

  EXPECT_EQ(messages_to(2), (std::vector<Envelope>{envelope(2, heartbeat(2, 2, 2))}));
}

TEST_F(HeartbeatTest, SaysOnlyWhatTheFollowerIsKnownToHold) {
  propose(3);
  take_and_write();
  sent(2, 5);
  sent(3, 5);
  deliver(3, accepted(2, 5));
  ASSERT_EQ(raft_->commit_index(), Index(5));

  beat();

  EXPECT_EQ(messages_to(2), (std::vector<Envelope>{envelope(2, heartbeat(2, 2, 1))}));
}

TEST_F(HeartbeatTest, ACommittedEntryIsAnnouncedToThoseWhoHoldIt) {
  propose(1);
  take_and_write();
  sent(2, 3);
  sent(3, 3);
  deliver(2, accepted(2, 3));

  take();

  EXPECT_EQ(ready_.messages, (std::vector<Envelope>{envelope(2, heartbeat(2, 3, 0))}));
}

TEST_F(HeartbeatTest, AHeldAnnouncementIsMadeByTheNextReady) {
  propose(1);
  take_and_write();
  sent(2, 3);
  sent(3, 3);
  deliver(2, accepted(2, 3));

  const Ready held = raft_->take_ready(CommitNotices::kHold);
  take();

  EXPECT_TRUE(held.holds_commit_notices);
  EXPECT_EQ(held.messages, std::vector<Envelope>{});
  EXPECT_EQ(ready_.messages, (std::vector<Envelope>{envelope(2, heartbeat(2, 3, 0))}));
}

TEST_F(HeartbeatTest, AHeldAnnouncementTravelsWithAnEntryThatIsProposedMeanwhile) {
  propose(1);
  take_and_write();
  sent(2, 3);
  sent(3, 3);
  deliver(2, accepted(2, 3));

  ASSERT_TRUE(raft_->take_ready(CommitNotices::kHold).holds_commit_notices);
  propose(1);
  take();

  EXPECT_EQ(permission(2).commit, Index(3));
  EXPECT_EQ(messages_to(2), std::vector<Envelope>{});
}

TEST_F(HeartbeatTest, NothingIsHeldWhereThereIsNothingToAnnounce) {
  propose(1);

  EXPECT_FALSE(raft_->take_ready(CommitNotices::kHold).holds_commit_notices);
}

TEST_F(HeartbeatTest, ACommitIndexIsAnnouncedOnce) {
  propose(1);
  take_and_write();
  sent(2, 3);
  deliver(2, accepted(2, 3));
  take();

  take();

  EXPECT_EQ(messages_to(2), std::vector<Envelope>{});
}

TEST_F(HeartbeatTest, ACommitIndexThatTravelsWithEntriesIsNotAnnounced) {
  propose(1);
  take_and_write();
  sent(2, 3);
  sent(3, 3);
  deliver(2, accepted(2, 3));
  propose(1);
  take();
  ASSERT_EQ(permission(2).commit, Index(3));

  sent(2, 4);
  take();

  EXPECT_EQ(messages_to(2), std::vector<Envelope>{});
}

TEST_F(HeartbeatTest, NothingIsAnnouncedToAnUnreachableFollower) {
  propose(1);
  take_and_write();
  sent(2, 3);
  deliver(2, accepted(2, 3));
  raft_->peer_unreachable(now_, ServerId(2));

  take();

  EXPECT_EQ(messages_to(2), std::vector<Envelope>{});
}

TEST_F(HeartbeatTest, AnAnswerIsASignOfLife) {
  beat();

  deliver(2, heartbeat_reply(2, 1, 2));

  EXPECT_EQ(progress_of(2).last_contact, now_);
  EXPECT_LT(progress_of(3).last_contact, now_);
}

TEST_F(HeartbeatTest, AnAnswerThatHasEverythingChangesNothing) {
  propose(3);
  take();
  sent(2, 5);
  beat();

  deliver(2, heartbeat_reply(2, 1, 5));

  EXPECT_EQ(progress_of(2).state, ProgressState::kReplicate);
  EXPECT_EQ(progress_of(2).next, Index(6));
}

TEST_F(HeartbeatTest, AnAnswerShowsThatEntriesWereLost) {
  propose(3);
  take();
  sent(2, 5);
  beat();

  deliver(2, heartbeat_reply(2, 1, 4));
  take();

  EXPECT_EQ(permission(2).prev, pos(2, 4));
  EXPECT_EQ(permission(2).through, Index(5));
}

TEST_F(HeartbeatTest, EntriesThatWereSentAfterTheHeartbeatAreNotMissed) {
  beat();
  propose(3);
  take();
  sent(2, 5);

  deliver(2, heartbeat_reply(2, 1, 2));

  EXPECT_EQ(progress_of(2).state, ProgressState::kReplicate);
  EXPECT_EQ(progress_of(2).next, Index(6));
}

TEST_F(HeartbeatTest, LostEntriesAreNoticedOnALinkThatIsSlowerThanTheHeartbeats) {
  propose(3);
  take();
  sent(2, 5);
  beat();
  beat();
  beat();

  deliver(2, heartbeat_reply(2, 1, 2));
  take();

  EXPECT_EQ(permission(2).prev, pos(2, 2));
}

TEST_F(HeartbeatTest, LostEntriesAreNoticedWhenTheFirstAnswerIsLostToo) {
  propose(3);
  take();
  sent(2, 5);
  beat();
  beat();

  deliver(2, heartbeat_reply(2, 2, 2));
  take();

  EXPECT_EQ(permission(2).prev, pos(2, 2));
}

TEST_F(HeartbeatTest, ALostProbeIsSentAgainOnALinkThatIsSlowerThanTheHeartbeats) {
  propose(3);
  raft_->replicate_failed(now_, ServerId(2), Term(2), ReplicateFailure::kReadFailed);
  beat();
  beat();

  deliver(2, heartbeat_reply(2, 1, 0));
  take();

  EXPECT_NE(permission_for(2), nullptr);
}

TEST_F(HeartbeatTest, TheAnswerToAnEarlierHeartbeatSaysNothingAboutAProbe) {
  beat();
  propose(3);
  raft_->replicate_failed(now_, ServerId(2), Term(2), ReplicateFailure::kLost);
  take();
  sent(2, 5);

  deliver(2, heartbeat_reply(2, 1, 0));
  take();

  EXPECT_EQ(permission_for(2), nullptr);
}

TEST_F(HeartbeatTest, AnAnswerThatHoldsWhatIsBeforeTheProbeIsAsGoodAsItsAnswer) {
  propose(3);
  raft_->replicate_failed(now_, ServerId(2), Term(2), ReplicateFailure::kReadFailed);
  beat();

  deliver(2, heartbeat_reply(2, 1, 4));
  take();

  EXPECT_EQ(progress_of(2).state, ProgressState::kReplicate);
  EXPECT_EQ(permission(2).prev, pos(2, 4));
}

TEST_F(HeartbeatTest, AFollowerThatHasVerifiedLessThanItHoldsIsProbedSoThatItCanCommit) {
  beat();

  deliver(2, heartbeat_reply(2, 1, 0));
  take();

  EXPECT_EQ(permission(2).prev, pos(2, 2));
  EXPECT_EQ(permission(2).commit, Index(2));
  EXPECT_TRUE(permission(2).probe);
}

TEST_F(HeartbeatTest, AnAnswerOfAnEarlierTermIsIgnored) {
  propose(3);
  take();
  sent(2, 5);
  beat();

  deliver(2, heartbeat_reply(1, 1, 2));

  EXPECT_EQ(progress_of(2).state, ProgressState::kReplicate);
}

TEST_F(HeartbeatTest, AStrangersAnswerIsIgnored) {
  deliver(9, heartbeat_reply(2, 1, 2));

  EXPECT_EQ(raft_->fault_reason(), nullptr);
}

TEST_F(HeartbeatTest, AnAnswerWithALaterTermEndsTheLeadership) {
  deliver(2, heartbeat_reply(7, 0, 0));

  EXPECT_EQ(raft_->standing(), tests::standing(Role::kFollower, 7, 0, Cause::kHigherTerm));
}

TEST_F(HeartbeatTest, AnAnswerThatHoldsWhatWasNeverSentIsAFault) {
  beat();

  deliver(2, heartbeat_reply(2, 1, 3));

  EXPECT_STREQ(raft_->fault_reason(), "a follower received entries that were never sent");
}

/// Server 2 says that it has little space; entries 3 to 5 were sent, and are lost there.
class HeartbeatToAFullDiskTest : public HeartbeatTest {
 protected:
  void SetUp() override {
    HeartbeatTest::SetUp();
    propose(3);
    take_and_write();
    sent(2, 5);
    beat();
    answer(1, 2);
    take();
  }

  void answer(std::uint64_t round, std::uint64_t received) {
    HeartbeatReply reply = heartbeat_reply(2, round, received);
    reply.space = SpaceState::kLow;
    deliver(2, reply);
  }
};

TEST_F(HeartbeatToAFullDiskTest, ItIsProbedWithOneEntry) {
  EXPECT_TRUE(permission(2).probe);
  EXPECT_EQ(permission(2).prev, pos(2, 2));
  EXPECT_EQ(permission(2).through, Index(3));
}

TEST_F(HeartbeatToAFullDiskTest, OncePerRoundUntilItTakesOne) {
  sent(2, 3);
  take();
  EXPECT_EQ(permission_for(2), nullptr);

  beat();
  answer(2, 2);
  take();

  EXPECT_TRUE(permission(2).probe);
  EXPECT_EQ(permission(2).through, Index(3));
}

TEST_F(HeartbeatToAFullDiskTest, WhenItAcknowledgesOneTheOthersFollow) {
  sent(2, 3);
  AppendEntriesReply reply = accepted(2, 3);
  reply.space = SpaceState::kLow;

  deliver(2, reply);
  take();

  EXPECT_FALSE(permission(2).probe);
  EXPECT_EQ(permission(2).through, Index(5));
}

TEST_F(HeartbeatToAFullDiskTest, WhatItHoldsAndHasNotWrittenYetIsNotLost) {
  sent(2, 3);
  beat();

  answer(2, 3);

  EXPECT_EQ(progress_of(2).state, ProgressState::kReplicate);
}

}  // namespace buoyant::core::heartbeat_test
