// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/send_snapshot.h"

#include "tests/support/core_fixture.h"

namespace buoyant::core::send_snapshot_test {

using std::chrono_literals::operator""ms;
using tests::accepted;
using tests::heartbeat_reply;
using tests::id;
using tests::pos;
using tests::rejected;
using tests::run;
using tests::snapshot_at;
using tests::snapshot_reply;
using tests::stored;
using tests::voters;

/// The leader of term 3, whose log was compacted as a whole: base and snapshot at 10, the no-op
/// at 11 (S5). Follower 2 has everything; follower 3 has not answered.
class SendSnapshotTest : public tests::CoreFixture {
 protected:
  void SetUp() override {
    RestoredState state;
    state.hard_state.term = Term(2);
    state.snapshot = snapshot_;
    state.base = pos(2, 10);
    restore(state);
    become_leader();
    replicate_to(2, 11);
    take();
    ASSERT_EQ(raft_->commit_index(), Index(11));
  }

  /// Follower 3 has nothing but the first entry, and says so.
  void need_snapshot() {
    sent(3, 11);
    deliver(3, rejected(3, 10, pos(1, 1)));
  }

  void answer(InstallProgress progress) {
    raft_->snapshot_answered(now_, id(3), snapshot_reply(3, snapshot_, progress));
  }

  SnapshotMetadata snapshot_ = snapshot_at(pos(2, 10), voters(3), 1);
};

TEST_F(SendSnapshotTest, ALogThatWasCompactedAsAWholeIsProbedFromItsBase) {
  EXPECT_EQ(permission(3).prev, pos(2, 10));
  EXPECT_TRUE(permission(3).probe);
}

TEST_F(SendSnapshotTest, AFollowerBehindTheBaseNeedsTheSnapshot) {
  need_snapshot();

  EXPECT_EQ(take().snapshots, std::vector<ServerId>{id(3)});
  EXPECT_EQ(progress_of(3).state, ProgressState::kSnapshot);
}

TEST_F(SendSnapshotTest, ItIsAskedForOnce) {
  need_snapshot();
  take();

  deliver(3, rejected(3, 10, pos(1, 1)));
  elapse(options_.heartbeat_interval);

  EXPECT_EQ(take().snapshots, std::vector<ServerId>());
}

TEST_F(SendSnapshotTest, WhatItNeedsNextIsWantedUntilItHasCaughtUp) {
  EXPECT_EQ(raft_->wanted_behind_snapshots(), std::nullopt);
  need_snapshot();
  take();
  EXPECT_EQ(raft_->wanted_behind_snapshots(), std::nullopt) << "it is being sent";

  answer(InstallProgress::kComplete);
  EXPECT_EQ(raft_->wanted_behind_snapshots(), Index(10));
  deliver(3, accepted(3, 10));
  take();
  EXPECT_EQ(raft_->wanted_behind_snapshots(), Index(10));

  replicate_to(3, 11);
  EXPECT_EQ(raft_->wanted_behind_snapshots(), std::nullopt);
}

TEST_F(SendSnapshotTest, WhoIsNotReachableWantsNothing) {
  need_snapshot();
  answer(InstallProgress::kComplete);
  ASSERT_EQ(raft_->wanted_behind_snapshots(), Index(10));

  raft_->peer_unreachable(now_, id(3));

  EXPECT_EQ(raft_->wanted_behind_snapshots(), std::nullopt);
}

TEST_F(SendSnapshotTest, WhoLeadsNoMoreAsksForNone) {
  need_snapshot();

  deliver(2, tests::heartbeat_reply(4, 1, 0));

  EXPECT_EQ(take().snapshots, std::vector<ServerId>());
}

TEST_F(SendSnapshotTest, WhoAcknowledgesItsPositionInTheSameTurnNeedsNone) {
  need_snapshot();

  deliver(3, accepted(3, 10));

  EXPECT_EQ(take().snapshots, std::vector<ServerId>());
}

TEST_F(SendSnapshotTest, HeartbeatsGoOnMeanwhile) {
  need_snapshot();
  take();

  elapse(options_.heartbeat_interval);
  take();

  ASSERT_EQ(messages_to(3).size(), 1U);
  EXPECT_TRUE(std::holds_alternative<Heartbeat>(messages_to(3)[0].message));
  EXPECT_EQ(permission_for(3), nullptr);
}

TEST_F(SendSnapshotTest, NeitherProposalsNorAnswersToHeartbeatsEndIt) {
  need_snapshot();
  take();

  (void)raft_->propose(now_);
  elapse(options_.heartbeat_interval);
  take();
  deliver(3, heartbeat_reply(3, 2, 0));
  take();

  EXPECT_EQ(permission_for(3), nullptr);
  EXPECT_EQ(progress_of(3).state, ProgressState::kSnapshot);
}

TEST_F(SendSnapshotTest, WhenItArrivedTheLogIsProbedBehindIt) {
  need_snapshot();
  take();

  answer(InstallProgress::kComplete);
  take();

  EXPECT_EQ(permission(3).prev, pos(2, 10));
  EXPECT_TRUE(permission(3).probe);
  EXPECT_EQ(ready_.snapshots, std::vector<ServerId>());
}

TEST_F(SendSnapshotTest, ArrivingIsNotYetAMatch) {
  need_snapshot();

  answer(InstallProgress::kComplete);

  EXPECT_EQ(progress_of(3).match, Index(0));
}

TEST_F(SendSnapshotTest, TheAcknowledgementOfItsPositionEndsIt) {
  need_snapshot();
  take();

  deliver(3, accepted(3, 10));
  take();

  EXPECT_EQ(progress_of(3).state, ProgressState::kReplicate);
  EXPECT_EQ(permission(3).prev, pos(2, 10));
}

TEST_F(SendSnapshotTest, AnAcknowledgementFromBeforeItDoesNotEndIt) {
  need_snapshot();
  take();

  deliver(3, accepted(3, 1));

  EXPECT_EQ(take().snapshots, std::vector<ServerId>());
  EXPECT_EQ(progress_of(3).state, ProgressState::kSnapshot);
}

TEST_F(SendSnapshotTest, AnAcknowledgementBeyondWhatWasSentLastStillCounts) {
  (void)raft_->propose(now_);
  take_and_write();
  replicate_to(2, 12);
  take();
  sent(3, 12);
  ASSERT_TRUE(raft_->snapshot_taken(now_, snapshot_at(pos(3, 12), voters(3), 1), Index(12)));
  deliver(3, rejected(3, 10, pos(1, 1)));
  take();

  deliver(3, accepted(3, 11));

  EXPECT_EQ(progress_of(3).state, ProgressState::kSnapshot);
  EXPECT_EQ(progress_of(3).match, Index(11));
  EXPECT_EQ(progress_of(3).next, Index(12));
}

TEST_F(SendSnapshotTest, AnAcknowledgementOfWhatWasSentBeforeFramesWereDroppedIsKept) {
  sent(3, 11);
  raft_->replicate_failed(now_, id(3), Term(3), ReplicateFailure::kLost);
  ASSERT_EQ(take().snapshots, std::vector<ServerId>{id(3)});

  deliver(3, accepted(3, 5));

  EXPECT_EQ(progress_of(3).state, ProgressState::kSnapshot);
  EXPECT_EQ(progress_of(3).match, Index(5));
  EXPECT_EQ(progress_of(3).next, Index(6));
}

TEST_F(SendSnapshotTest, AnswersToPartsAreSignsOfLife) {
  need_snapshot();
  elapse(500ms);

  answer(InstallProgress::kWanted);

  EXPECT_EQ(progress_of(3).last_contact, now_);
  EXPECT_EQ(progress_of(3).state, ProgressState::kSnapshot);
}

TEST_F(SendSnapshotTest, ARefusalWaitsForTheNextHeartbeatsAnswer) {
  need_snapshot();
  take();

  answer(InstallProgress::kRefused);
  take();
  EXPECT_EQ(permission_for(3), nullptr);
  EXPECT_EQ(ready_.snapshots, std::vector<ServerId>());

  elapse(options_.heartbeat_interval);
  take();
  deliver(3, heartbeat_reply(3, 2, 0));
  EXPECT_EQ(take().snapshots, std::vector<ServerId>{id(3)});
}

TEST_F(SendSnapshotTest, AFailureIsTriedAgainInTheSameWay) {
  need_snapshot();
  take();

  raft_->snapshot_failed(now_, id(3), Term(3));
  EXPECT_EQ(take().snapshots, std::vector<ServerId>());

  elapse(options_.heartbeat_interval);
  take();
  deliver(3, heartbeat_reply(3, 2, 0));
  EXPECT_EQ(take().snapshots, std::vector<ServerId>{id(3)});
}

TEST_F(SendSnapshotTest, AnUnreachableFollowerIsNotFed) {
  need_snapshot();
  take();

  raft_->peer_unreachable(now_, id(3));
  elapse(options_.heartbeat_interval);
  EXPECT_EQ(take().snapshots, std::vector<ServerId>());

  raft_->peer_reachable(now_, id(3));
  EXPECT_EQ(take().snapshots, std::vector<ServerId>{id(3)});
}

TEST_F(SendSnapshotTest, AnAnswerOfALaterTermEndsOurs) {
  raft_->snapshot_answered(now_, id(3), snapshot_reply(7, snapshot_, InstallProgress::kRefused));

  EXPECT_EQ(raft_->standing().role, Role::kFollower);
  EXPECT_EQ(raft_->hard_state().term, Term(7));
}

TEST_F(SendSnapshotTest, AnAnswerThatComesWhenItIsOverTakesNothingBack) {
  need_snapshot();
  deliver(3, accepted(3, 11));
  (void)raft_->propose(now_);

  answer(InstallProgress::kComplete);
  answer(InstallProgress::kRefused);

  EXPECT_EQ(progress_of(3).state, ProgressState::kReplicate);
  EXPECT_EQ(progress_of(3).match, Index(11));
}

TEST_F(SendSnapshotTest, OneThatTheLogHasLeftBehindIsFollowedByTheNext) {
  need_snapshot();
  take();
  (void)raft_->propose(now_);
  take_and_write();
  replicate_to(2, 12);
  take();
  ASSERT_TRUE(raft_->snapshot_taken(now_, snapshot_at(pos(3, 12), voters(3), 1), Index(12)));

  answer(InstallProgress::kComplete);
  EXPECT_EQ(take().snapshots, std::vector<ServerId>());
  elapse(options_.heartbeat_interval);
  take();
  deliver(3, heartbeat_reply(3, 2, 10));

  EXPECT_EQ(take().snapshots, std::vector<ServerId>{id(3)});
}

}  // namespace buoyant::core::send_snapshot_test
