// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Of a leader: entries that cannot be sent or were lost, and connections that end.

#include "core/replication.h"
#include "tests/support/core_fixture.h"

namespace buoyant::core::replication_loss_test {

using tests::envelope;
using tests::heartbeat;
using tests::heartbeat_reply;
using tests::pos;
using tests::rejected;
using tests::run;
using tests::voters;

class ReplicationLossTest : public tests::CoreFixture {
 protected:
  /// Leads term 2 of three servers; both followers have the no-op at index 2, committed.
  void lead() {
    start(3);
    become_leader();
    replicate_to(2, 2);
    replicate_to(3, 2);
    take();
  }

  void propose(std::uint64_t count) { ASSERT_TRUE(raft_->propose(now_, count).has_value()); }

  void heartbeat_interval() {
    elapse(options_.heartbeat_interval);
    take();
  }
};

TEST_F(ReplicationLossTest, AFollowerWhoseEntriesWereCompactedNeedsTheSnapshot) {
  RestoredState stored;
  stored.base = pos(2, 10);
  stored.runs = {run(2, 3)};
  stored.snapshot.id.position = pos(2, 10);
  stored.snapshot.configuration = voters(3);
  stored.snapshot.configuration_index = Index(1);
  stored.hard_state.term = Term(2);
  restore(stored);
  become_leader();
  sent(2, 14);

  deliver(2, rejected(3, 13, pos(1, 4)));
  take();
  EXPECT_EQ(permission(2).prev, pos(2, 10));
  sent(2, 14);
  deliver(2, rejected(3, 10, pos(1, 4)));
  take();

  EXPECT_EQ(ready_.snapshots, std::vector<ServerId>{ServerId(2)});
  EXPECT_EQ(progress_of(2).state, ProgressState::kSnapshot);
  EXPECT_EQ(permission_for(2), nullptr);
}

TEST_F(ReplicationLossTest, EntriesThatCannotBeReadAnyMoreMeanASnapshot) {
  lead();
  propose(1);

  raft_->replicate_failed(now_, ServerId(2), Term(2), ReplicateFailure::kCompacted);

  EXPECT_EQ(take().snapshots, std::vector<ServerId>{ServerId(2)});
}

TEST_F(ReplicationLossTest, EntriesThatCannotBeReadAreTriedAgainAfterAHeartbeat) {
  lead();
  propose(3);
  take();
  raft_->replicate_failed(now_, ServerId(2), Term(2), ReplicateFailure::kReadFailed);
  take();
  EXPECT_EQ(permission_for(2), nullptr);

  heartbeat_interval();
  deliver(2, heartbeat_reply(2, 1, 2));
  take();

  EXPECT_EQ(permission(2).prev, pos(2, 2));
}

TEST_F(ReplicationLossTest, DroppedFramesAreSentAgainAtOnce) {
  lead();
  propose(3);
  take();
  sent(2, 5);

  raft_->replicate_failed(now_, ServerId(2), Term(2), ReplicateFailure::kLost);
  take();

  EXPECT_EQ(permission(2).prev, pos(2, 2));
  EXPECT_TRUE(permission(2).probe);
}

TEST_F(ReplicationLossTest, TheTraceNamesTheEntryThatIsProbedNext) {
  lead();
  heartbeat_interval();

  // The follower restarted: it has everything, and has checked nothing.
  deliver(2, heartbeat_reply(2, 1, 0));

  ASSERT_EQ(take().steps.size(), 1U);
  EXPECT_EQ(ready_.steps[0].kind, StepKind::kProbe);
  EXPECT_EQ(ready_.steps[0].index, Index(3));
}

TEST_F(ReplicationLossTest, AFailureOfAnEarlierTermIsIgnored) {
  lead();

  raft_->replicate_failed(now_, ServerId(2), Term(1), ReplicateFailure::kLost);

  EXPECT_EQ(progress_of(2).state, ProgressState::kReplicate);
}

TEST_F(ReplicationLossTest, AnUnreachableFollowerGetsNoEntries) {
  lead();
  propose(3);

  raft_->peer_unreachable(now_, ServerId(2));
  take();

  EXPECT_EQ(permission_for(2), nullptr);
  EXPECT_FALSE(progress_of(2).reachable);
}

TEST_F(ReplicationLossTest, AFollowerThatIsBackIsGreetedAndProbed) {
  lead();
  heartbeat_interval();
  raft_->peer_unreachable(now_, ServerId(2));
  take();

  raft_->peer_reachable(now_, ServerId(2));
  take();

  EXPECT_EQ(messages_to(2), (std::vector<Envelope>{envelope(2, heartbeat(2, 2, 1))}));
  EXPECT_EQ(permission(2).prev, pos(2, 2));
  EXPECT_EQ(permission(2).through, Index(2));
}

TEST_F(ReplicationLossTest, ANewLeaderKnowsWhoIsUnreachable) {
  start(3);
  raft_->peer_unreachable(now_, ServerId(3));

  become_leader();

  EXPECT_NE(permission_for(2), nullptr);
  EXPECT_EQ(permission_for(3), nullptr);
}

TEST_F(ReplicationLossTest, ANewLeaderKnowsWhoIsBack) {
  start(3);
  raft_->peer_unreachable(now_, ServerId(3));
  raft_->peer_unreachable(now_, ServerId(3));
  raft_->peer_reachable(now_, ServerId(3));

  become_leader();

  EXPECT_NE(permission_for(3), nullptr);
}

}  // namespace buoyant::core::replication_loss_test
