// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Of a follower: what it takes from a leader, and how it answers.

#include "core/receive_append.h"

#include "tests/support/core_fixture.h"

namespace buoyant::core::receive_append_test {

using tests::accepted;
using tests::append;
using tests::envelope;
using tests::heartbeat;
using tests::heartbeat_reply;
using tests::nothing_after;
using tests::pos;
using tests::range;
using tests::rejected;
using tests::run;
using tests::standing;
using tests::voters;

class ReceiveAppendTest : public tests::CoreFixture {
 protected:
  /// Follows server 2 in term 3, with entries of terms 1 2 2 2 at indexes 1 to 4.
  void SetUp() override {
    restore(tests::stored(voters(3), {run(2, 3)}));
    deliver(2, append(3, pos(2, 4), {}));
    take_and_write();
    take();
  }
};

TEST_F(ReceiveAppendTest, EntriesThatFollowOurLogAreAppended) {
  const Received received = deliver(2, append(3, pos(2, 4), {run(3, 2)}));

  EXPECT_EQ(received.appended, range(5, 6));
  EXPECT_EQ(take().write, (Write{.id = WriteId(2),
                                 .hard_state = {},
                                 .truncate_from = {},
                                 .append = range(5, 6),
                                 .runs = {run(3, 2)},
                                 .created = {}}));
}

TEST_F(ReceiveAppendTest, ManyMessagesOfATurnAreOneWriteAndOneAnswer) {
  deliver(2, append(3, pos(2, 4), {run(3, 2)}));
  deliver(2, append(3, pos(3, 6), {run(3, 3)}));
  EXPECT_EQ(take_and_write().write.append, range(5, 9));

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(2, accepted(3, 9))}));
}

TEST_F(ReceiveAppendTest, NothingIsAcknowledgedBeforeItIsDurable) {
  deliver(2, append(3, pos(2, 4), {run(3, 2)}));
  EXPECT_EQ(take().messages, std::vector<Envelope>{});

  written();

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(2, accepted(3, 6))}));
}

TEST_F(ReceiveAppendTest, WhatIsDurableIsAcknowledgedBeforeTheRestIs) {
  deliver(2, append(3, pos(2, 4), {run(3, 2)}));
  take();
  deliver(2, append(3, pos(3, 6), {run(3, 2)}));
  take();

  written(2);
  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(2, accepted(3, 6))}));
  written(3);
  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(2, accepted(3, 8))}));
}

TEST_F(ReceiveAppendTest, AnEmptyProbeIsAcknowledged) {
  deliver(2, append(3, pos(2, 3), {}, 0, 7));

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(2, accepted(3, 4, 7))}));
}

TEST_F(ReceiveAppendTest, ADuplicateIsAcknowledgedAgain) {
  deliver(2, append(3, pos(2, 4), {run(3, 2)}));
  take_and_write();
  take();

  EXPECT_EQ(deliver(2, append(3, pos(2, 4), {run(3, 2)})).appended, IndexRange());

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(2, accepted(3, 6))}));
}

TEST_F(ReceiveAppendTest, OfAnOverlapOnlyTheNewEntriesAreAppended) {
  const Received received = deliver(2, append(3, pos(1, 1), {run(2, 3), run(3, 2)}));

  EXPECT_EQ(received.appended, range(5, 6));
}

TEST_F(ReceiveAppendTest, AMessageWithOneTermInTwoRunsMeansTheSame) {
  const Received received = deliver(2, append(3, pos(1, 1), {run(2, 1), run(2, 2), run(3, 2)}));

  EXPECT_EQ(received.appended, range(5, 6));
}

TEST_F(ReceiveAppendTest, AnOldMessageWhoseEntriesAreAllHereTruncatesNothing) {
  deliver(2, append(3, pos(2, 4), {run(3, 5)}));

  deliver(2, append(3, pos(2, 4), {run(3, 1)}));

  EXPECT_EQ(raft_->last(), pos(3, 9));
  EXPECT_EQ(take().write.truncate_from, std::nullopt);
}

TEST_F(ReceiveAppendTest, AConflictReplacesTheTail) {
  const Received received = deliver(3, append(4, pos(2, 2), {run(4, 1)}));

  EXPECT_EQ(received.appended, range(3, 3));
  EXPECT_EQ(raft_->last(), pos(4, 3));
  EXPECT_EQ(take().write, (Write{.id = WriteId(2),
                                 .hard_state = HardState{.term = Term(4), .voted_for = ServerId()},
                                 .truncate_from = Index(3),
                                 .append = range(3, 3),
                                 .runs = {run(4, 1)},
                                 .created = {}}));
}

TEST_F(ReceiveAppendTest, AConflictBehindAgreeingEntriesReplacesOnlyWhatConflicts) {
  const Received received = deliver(3, append(4, pos(1, 1), {run(2, 1), run(4, 3)}));

  EXPECT_EQ(received.appended, range(3, 5));
  EXPECT_EQ(take().write.truncate_from, Index(3));
}

TEST_F(ReceiveAppendTest, EntriesBeyondWhatTheLeaderSentStay) {
  deliver(3, append(4, pos(2, 2), {}));

  EXPECT_EQ(raft_->last(), pos(2, 4));
}

TEST_F(ReceiveAppendTest, EntriesBeyondWhatTheLeaderSentAreNotAcknowledged) {
  deliver(3, append(4, pos(2, 2), {}));
  take_and_write();

  EXPECT_EQ(ready_.messages, (std::vector<Envelope>{envelope(3, accepted(4, 2), 2)}));
}

TEST_F(ReceiveAppendTest, AGapIsRejectedWithOurEnd) {
  deliver(2, append(3, pos(3, 9), {run(3, 1)}, 0, 7));

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(2, rejected(3, 9, pos(2, 4), 7))}));
}

TEST_F(ReceiveAppendTest, AnotherTermIsRejectedWithTheLastEntryThatTheLeaderMayHave) {
  restore(tests::stored(voters(3), {run(1, 2), run(4, 5)}));
  deliver(2, append(5, pos(3, 6), {run(5, 1)}));

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(2, rejected(5, 6, pos(1, 3)), 1)}));
}

TEST_F(ReceiveAppendTest, AnEarlierTermIsAnsweredWithOurs) {
  deliver(3, append(2, pos(2, 4), {run(2, 1)}));

  EXPECT_EQ(raft_->last(), pos(2, 4));
  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(3, rejected(3, 4, pos(0, 0)))}));
}

TEST_F(ReceiveAppendTest, ALaterTermIsFollowed) {
  deliver(3, append(4, pos(2, 4), {}));

  EXPECT_EQ(take().standing, standing(Role::kFollower, 4, 3, Cause::kHigherTerm));
}

TEST_F(ReceiveAppendTest, AnswersOfANewTermWaitForItsHardState) {
  deliver(3, append(4, pos(2, 4), {}));
  deliver(3, heartbeat(4, 0, 1));

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(3, heartbeat_reply(4, 1, 4), 2),
                                                    envelope(3, accepted(4, 4, 1), 2)}));
}

TEST_F(ReceiveAppendTest, CommitsWhatTheMessageVouchesFor) {
  deliver(2, append(3, pos(2, 4), {run(3, 2)}, 5));

  EXPECT_EQ(raft_->commit_index(), Index(5));
}

TEST_F(ReceiveAppendTest, CommitsNothingBeyondWhatTheMessageVouchesFor) {
  deliver(3, append(4, pos(2, 2), {}, 4));

  EXPECT_EQ(raft_->commit_index(), Index(2));
}

TEST_F(ReceiveAppendTest, TheCommitIndexNeverGoesBack) {
  deliver(2, append(3, pos(2, 4), {}, 4));
  deliver(2, append(3, pos(2, 4), {}, 2));

  EXPECT_EQ(raft_->commit_index(), Index(4));
}

TEST_F(ReceiveAppendTest, AppliesOnlyWhatIsDurableHere) {
  deliver(2, append(3, pos(2, 4), {run(3, 2)}, 6));
  EXPECT_EQ(take_and_write().apply_through, Index(4));

  EXPECT_EQ(take().apply_through, Index(6));
}

TEST_F(ReceiveAppendTest, AHeartbeatIsAnsweredAtOnceThoughTheDiskIsBusy) {
  deliver(2, append(3, pos(2, 4), {run(3, 2)}));
  take();

  deliver(2, heartbeat(3, 0, 1));

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(2, heartbeat_reply(3, 1, 6)),
                                                    envelope(2, accepted(3, 4, 1))}));
}

TEST_F(ReceiveAppendTest, AHeartbeatOfRoundZeroAsksForNoAnswer) {
  deliver(2, heartbeat(3, 4, 0));

  EXPECT_EQ(take().messages, std::vector<Envelope>{});
  EXPECT_EQ(raft_->commit_index(), Index(4));
}

TEST_F(ReceiveAppendTest, AHeartbeatCommitsOnlyWhatWasVerifiedInItsTerm) {
  deliver(3, append(4, pos(2, 2), {}));

  deliver(3, heartbeat(4, 4, 1));

  EXPECT_EQ(raft_->commit_index(), Index(2));
}

TEST_F(ReceiveAppendTest, AHeartbeatOfAnEarlierTermIsAnsweredWithOurTerm) {
  deliver(3, heartbeat(2, 0, 5));

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(3, heartbeat_reply(3, 0, 0))}));
}

TEST_F(ReceiveAppendTest, AnUnansweredHeartbeatOfAnEarlierTermStaysUnanswered) {
  deliver(3, heartbeat(2, 0, 0));

  EXPECT_EQ(take().messages, std::vector<Envelope>{});
}

TEST_F(ReceiveAppendTest, AHeartbeatThatKnowsLessThanIsHereIsToldAgain) {
  deliver(2, append(3, pos(2, 4), {run(3, 2)}));
  take_and_write();
  take();

  deliver(2, heartbeat(3, 4, 1));

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(2, heartbeat_reply(3, 1, 6)),
                                                    envelope(2, accepted(3, 6, 1))}));
}

TEST_F(ReceiveAppendTest, AConfigurationIsInEffectAsSoonAsItIsInTheLog) {
  AppendEntries message = append(3, pos(2, 4), {run(3, 2)});
  message.configurations = {{.index = Index(6), .configuration = voters(5)}};

  deliver(2, message);

  EXPECT_EQ(take().configuration, (ConfigurationAt{.index = Index(6), .configuration = voters(5)}));
}

TEST_F(ReceiveAppendTest, ADuplicateConfigurationIsNotCountedTwice) {
  AppendEntries message = append(3, pos(2, 4), {run(3, 2)});
  message.configurations = {{.index = Index(6), .configuration = voters(5)}};
  deliver(2, message);
  take();

  deliver(2, message);

  EXPECT_EQ(take().configuration, std::nullopt);
}

class ReceiveAppendFaultTest : public ReceiveAppendTest {};

TEST_F(ReceiveAppendFaultTest, TwoLeadersOfATermAreAFault) {
  deliver(3, append(3, pos(2, 4), {}));

  EXPECT_STREQ(raft_->fault_reason(), "two servers lead one term");
}

TEST_F(ReceiveAppendFaultTest, AnotherLeaderOfOurTermIsAFault) {
  start(3);
  become_leader();

  deliver(3, heartbeat(2, 0, 1));

  EXPECT_STREQ(raft_->fault_reason(), "another server leads our term");
}

TEST_F(ReceiveAppendFaultTest, AConflictWithACommittedEntryIsAFault) {
  deliver(2, append(3, pos(2, 4), {}, 4));

  deliver(3, append(4, pos(2, 2), {run(4, 1)}));

  EXPECT_STREQ(raft_->fault_reason(), "the leader's log conflicts with a committed entry");
  EXPECT_EQ(raft_->last(), pos(2, 4));
}

TEST_F(ReceiveAppendFaultTest, APrevThatConflictsWithACommittedEntryIsAFault) {
  deliver(2, append(3, pos(2, 4), {}, 4));

  deliver(3, append(4, pos(3, 3), {run(4, 1)}));

  EXPECT_STREQ(raft_->fault_reason(), "the leader's log conflicts with a committed entry");
}

TEST_F(ReceiveAppendFaultTest, ALeaderThatTakesBackItsEntriesIsAFault) {
  deliver(2, append(3, pos(2, 4), {run(3, 4)}));

  deliver(2, append(3, pos(2, 2), {run(3, 1)}));

  EXPECT_STREQ(raft_->fault_reason(), "the leader took back an entry of its log");
}

TEST_F(ReceiveAppendFaultTest, TermsThatDecreaseInAMessageAreAFault) {
  deliver(2, append(3, pos(2, 4), {run(3, 1), run(2, 1)}));

  EXPECT_STREQ(raft_->fault_reason(), "terms of entries out of order");
}

TEST_F(ReceiveAppendFaultTest, AnEntryOfALaterTermThanItsLeaderIsAFault) {
  deliver(2, append(3, pos(2, 4), {run(4, 1)}));

  EXPECT_STREQ(raft_->fault_reason(), "terms of entries out of order");
}

TEST_F(ReceiveAppendFaultTest, NothingOfAnImpossibleMessageIsAnswered) {
  deliver(3, append(3, pos(2, 4), {}));

  EXPECT_EQ(take().messages, std::vector<Envelope>{});
  EXPECT_EQ(deliver(2, append(3, pos(2, 4), {run(3, 1)})).appended, IndexRange());
}

/// A log whose entries up to 10 were compacted away, with two more of term 2.
class CompactedLogTest : public tests::CoreFixture {
 protected:
  void SetUp() override {
    RestoredState stored;
    stored.base = pos(2, 10);
    stored.runs = {run(2, 2)};
    stored.snapshot.id.position = pos(2, 10);
    stored.snapshot.configuration = voters(3);
    stored.snapshot.configuration_index = Index(1);
    stored.hard_state.term = Term(3);
    restore(stored);
  }
};

TEST_F(CompactedLogTest, EntriesBelowTheBaseAreSkipped) {
  const Received received = deliver(2, append(3, pos(1, 4), {run(1, 2), run(2, 6), run(3, 3)}));

  EXPECT_EQ(received.appended, range(13, 15));
  EXPECT_EQ(take().write.append, range(13, 15));
}

TEST_F(CompactedLogTest, AMessageThatEndsBelowTheBaseIsAcknowledgedThroughTheBase) {
  EXPECT_EQ(deliver(2, append(3, pos(1, 4), {run(1, 2)})).appended, IndexRange());

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(2, accepted(3, 10))}));
}

TEST_F(CompactedLogTest, AMessageThatEndsAtTheBaseTruncatesNothing) {
  deliver(2, append(3, pos(0, 0), {run(1, 2), run(2, 8)}));

  EXPECT_EQ(raft_->last(), pos(2, 12));
}

TEST_F(CompactedLogTest, AProbeAtTheBaseIsAccepted) {
  deliver(2, append(3, pos(2, 10), {}));

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(2, accepted(3, 10))}));
}

TEST_F(CompactedLogTest, AnotherTermAtTheBaseIsAFault) {
  deliver(2, append(3, pos(1, 10), {}));

  EXPECT_STREQ(raft_->fault_reason(), "the leader's log conflicts with a committed entry");
}

TEST_F(CompactedLogTest, ARejectionDoesNotPointBelowTheBase) {
  deliver(2, append(3, pos(1, 11), {run(3, 1)}));

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(2, rejected(3, 11, pos(2, 10)))}));
}

TEST_F(CompactedLogTest, NothingOfTheSnapshotIsAppliedAgain) {
  EXPECT_EQ(take().apply_through, Index(10));
}

}  // namespace buoyant::core::receive_append_test
