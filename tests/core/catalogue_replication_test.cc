// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// BUG_CATALOGUE, groups 2 and 8 (P6): bugs in replication of other implementations, and that
/// they are not here. Each test names the line that it stands for; docs/TESTING.md has the table.

#include "tests/support/core_fixture.h"

namespace buoyant::core::catalogue_replication_test {

using tests::accepted;
using tests::append;
using tests::envelope;
using tests::heartbeat;
using tests::heartbeat_reply;
using tests::pos;
using tests::range;
using tests::rejected;
using tests::run;
using tests::standing;
using tests::voters;

class CatalogueReplication : public tests::CoreFixture {
 protected:
  /// Follows server 2 in term 2 with the durable entries 2 to 5 of that term.
  void SetUp() override {
    start(3);
    deliver(2, append(2, pos(1, 1), {run(2, 4)}));
    take_and_write();
    take();
  }

  /// A log that begins behind a snapshot at index 10.
  void restore_compacted() {
    RestoredState stored;
    stored.base = pos(2, 10);
    stored.runs = {run(2, 2)};
    stored.snapshot.id.position = pos(2, 10);
    stored.snapshot.configuration = voters(3);
    stored.snapshot.configuration_index = Index(1);
    stored.hard_state.term = Term(2);
    restore(stored);
  }

  /// Leads term 3; followers 2 and 3 hold everything through the no-op at index 6.
  void lead() {
    become_leader();
    replicate_to(2, 6);
    replicate_to(3, 6);
    take();
  }
};

// L1
TEST_F(CatalogueReplication, ADelayedDuplicateDoesNotTruncateWhatFollowsIt) {
  deliver(2, append(2, pos(1, 1), {run(2, 2)}, 3));

  EXPECT_EQ(raft_->last(), pos(2, 5));
  EXPECT_TRUE(take().write.empty());
}

// L2
TEST_F(CatalogueReplication, TheFirstEntriesAreNotAppendedAgainAfterACompaction) {
  restore_compacted();

  const Received received = deliver(2, append(2, pos(0, 0), {run(1, 1), run(2, 9)}));

  EXPECT_EQ(received.appended, IndexRange());
  EXPECT_EQ(raft_->last(), pos(2, 12));
}

// L3
TEST_F(CatalogueReplication, AConflictDropsNothingBeforeIt) {
  deliver(2, heartbeat(2, 2, 0));

  deliver(3, append(3, pos(2, 4), {run(3, 1)}));

  EXPECT_EQ(take().write.truncate_from, Index(5));
}

// L4
TEST_F(CatalogueReplication, ALeaderWhoseWriteFailedPutsNothingElseInItsPlace) {
  lead();
  ASSERT_TRUE(raft_->propose(now_).has_value());
  take();

  written(4, Written::kNoSpace);

  EXPECT_FALSE(raft_->is_leader());
  EXPECT_FALSE(raft_->propose(now_).has_value());
  take();
  become_leader();
  EXPECT_EQ(raft_->last(), pos(4, 7));
}

// L6
TEST_F(CatalogueReplication, AnAnswerFromBeforeAFollowersRestartDoesNotMatchAgain) {
  lead();
  ASSERT_TRUE(raft_->propose(now_, 2).has_value());
  take();
  sent(2, 8);
  raft_->peer_unreachable(now_, ServerId(2));
  raft_->peer_reachable(now_, ServerId(2));

  deliver(2, heartbeat_reply(3, 0, 8));
  take();

  EXPECT_EQ(progress_of(2).match, Index(6));
}

// L7
TEST_F(CatalogueReplication, AStaleConflictDoesNotSendEverythingAgain) {
  lead();

  deliver(2, rejected(3, 3, pos(1, 1)));

  EXPECT_EQ(progress_of(2).state, ProgressState::kReplicate);
  EXPECT_EQ(progress_of(2).next, Index(7));
}

// L8
TEST_F(CatalogueReplication, AHeartbeatConflictsWithNothing) {
  deliver(3, heartbeat(3, 99, 1));

  EXPECT_EQ(raft_->fault_reason(), nullptr);
  EXPECT_EQ(raft_->last(), pos(2, 5));
  EXPECT_EQ(raft_->commit_index(), Index(0));
}

// L9
TEST_F(CatalogueReplication, APrevThatWasCompactedIsNoConflict) {
  restore_compacted();

  const Received received = deliver(2, append(2, pos(1, 7), {run(1, 1), run(2, 5)}));

  EXPECT_EQ(received.appended, range(13, 13));
}

// L10
TEST_F(CatalogueReplication, EntriesThatCouldNotBeReadAreSentFromWhereTheyMatch) {
  lead();
  ASSERT_TRUE(raft_->propose(now_, 3).has_value());
  take();
  sent(2, 8);

  raft_->replicate_failed(now_, ServerId(2), Term(3), ReplicateFailure::kReadFailed);
  raft_->peer_reachable(now_, ServerId(2));
  take();

  EXPECT_EQ(permission(2).prev, pos(3, 6));
}

// L12
TEST_F(CatalogueReplication, APrevBelowTheCommitIndexIsTaken) {
  deliver(2, heartbeat(2, 4, 0));

  const Received received = deliver(2, append(2, pos(2, 2), {run(2, 5)}));

  EXPECT_EQ(received.appended, range(6, 7));
}

// L12
TEST_F(CatalogueReplication, TheTermsOfEntriesAreChecked) {
  deliver(2, append(2, pos(2, 5), {run(1, 1)}));

  EXPECT_STREQ(raft_->fault_reason(), "terms of entries out of order");
}

// L13
TEST_F(CatalogueReplication, AnEmptyAppendDoesNotCommitAStaleTail) {
  deliver(3, append(3, pos(2, 3), {}, 5));

  EXPECT_EQ(raft_->commit_index(), Index(3));
}

// L13
TEST_F(CatalogueReplication, AHeartbeatDoesNotCommitAStaleTail) {
  deliver(3, append(3, pos(2, 3), {}));

  deliver(3, heartbeat(3, 5, 1));

  EXPECT_EQ(raft_->commit_index(), Index(3));
}

// L14
TEST_F(CatalogueReplication, TheCommitIndexNeverGoesBack) {
  deliver(2, heartbeat(2, 4, 0));

  deliver(2, append(2, pos(2, 5), {}, 2));
  deliver(2, heartbeat(2, 3, 0));

  EXPECT_EQ(raft_->commit_index(), Index(4));
}

// L15
TEST_F(CatalogueReplication, AnAppendThatIsOlderThanTheLogIsAcknowledged) {
  restore_compacted();

  deliver(2, append(2, pos(1, 3), {run(1, 2)}, 4));

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(2, accepted(2, 10))}));
  EXPECT_EQ(raft_->commit_index(), Index(10));
}

// L16
TEST_F(CatalogueReplication, AConflictOfManyTermsIsFoundInARoundTripPerTerm) {
  restore(tests::stored(voters(3), {run(2, 100), run(3, 100), run(4, 100)}));

  deliver(2, append(7, pos(2, 301), {}));

  EXPECT_EQ(take().messages,
            (std::vector<Envelope>{envelope(2, rejected(7, 301, pos(2, 101)), 1)}));
}

// L16
TEST_F(CatalogueReplication, ALeaderDoesNotProbeEntriesThatCannotAgree) {
  restore(tests::stored(voters(3), {run(2, 10), run(5, 100)}));
  become_leader();
  sent(2, 112);

  deliver(2, rejected(6, 111, pos(4, 90)));
  take();

  EXPECT_EQ(permission(2).prev, pos(2, 11));
}

// L17
TEST_F(CatalogueReplication, AnswersOutOfOrderNeverLowerTheMatch) {
  lead();
  ASSERT_TRUE(raft_->propose(now_, 4).has_value());
  take();
  sent(2, 10);

  deliver(2, accepted(3, 9));
  deliver(2, accepted(3, 7));

  EXPECT_EQ(progress_of(2).match, Index(9));
}

// L17
TEST_F(CatalogueReplication, MessagesOutOfOrderEraseNothing) {
  deliver(2, append(2, pos(2, 7), {run(2, 2)}));
  deliver(2, append(2, pos(2, 5), {run(2, 2)}));
  deliver(2, append(2, pos(2, 7), {run(2, 2)}));
  deliver(2, append(2, pos(2, 5), {run(2, 2)}));

  EXPECT_EQ(raft_->last(), pos(2, 9));
  EXPECT_EQ(take().write.append, range(6, 9));
}

// L19
TEST_F(CatalogueReplication, AFormerLeaderDoesNotReportItself) {
  lead();
  ASSERT_TRUE(raft_->propose(now_).has_value());
  take();

  deliver(2, accepted(9, 0));

  EXPECT_EQ(take().standing, standing(Role::kFollower, 9, 0, Cause::kHigherTerm));
  EXPECT_EQ(raft_->propose(now_).error().code(), Errc::kNotLeader);
}

// L20
TEST_F(CatalogueReplication, AFormerLeaderNamesTheEndOfItsLogAndNotOfWhatItProposed) {
  lead();
  ASSERT_TRUE(raft_->propose(now_, 3).has_value());
  take_and_write();
  deliver(2, append(4, pos(3, 6), {run(4, 1)}));
  take_and_write();
  take();

  become_pre_candidate();

  EXPECT_EQ(ready_.messages[0].message, Message(tests::request_pre_vote(5, pos(4, 7), 3)));
}

// P6
TEST_F(CatalogueReplication, AWriteOfAnEarlierLeadersEntriesAcknowledgesNothingToTheNext) {
  deliver(2, append(2, pos(2, 5), {run(2, 3)}));
  take();
  deliver(3, append(3, pos(2, 5), {run(3, 1)}));
  take();
  written(2);
  EXPECT_TRUE(take().messages.empty());

  written(3);

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(3, accepted(3, 6))}));
}

// P6
TEST_F(CatalogueReplication, AWriteOfAFormerLeaderCommitsNothingInItsNextTerm) {
  lead();
  ASSERT_TRUE(raft_->propose(now_, 3).has_value());
  take();
  deliver(2, append(4, pos(3, 6), {run(4, 3)}));
  take();

  written(4);

  EXPECT_EQ(raft_->durable_index(), Index(6));
  EXPECT_EQ(raft_->commit_index(), Index(6));
}

}  // namespace buoyant::core::catalogue_replication_test
