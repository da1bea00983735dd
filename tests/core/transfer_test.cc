// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Handing leadership over, at the leader and at the target. Catalogue group T.

#include "core/transfer.h"

#include "tests/support/core_fixture.h"

namespace buoyant::core::transfer_test {

using tests::accepted;
using tests::append;
using tests::envelope;
using tests::heartbeat;
using tests::heartbeat_reply;
using tests::id;
using tests::learner;
using tests::pos;
using tests::request_vote;
using tests::run;
using tests::standing;
using tests::transferred;
using tests::vote;
using tests::voters;

class TransferTest : public tests::CoreFixture {
 protected:
  /// Server 1 leads term 2; 2 and 3 have the log, which ends at index 2, and answered heartbeats.
  void lead(Configuration configuration = voters(3)) {
    restore(tests::stored(std::move(configuration)));
    become_leader();
    take();
    replicate_to(2, 2);
    replicate_to(3, 2);
    take();
  }

  Result<ServerId> transfer(std::uint64_t to) { return raft_->transfer(now_, id(to)); }

  Errc refusal(std::uint64_t to) {
    const Result<ServerId> target = transfer(to);
    EXPECT_FALSE(target.has_value());
    return target ? Errc::kMalformed : target.error().code();
  }

  Result<LogPosition> propose() { return raft_->propose(now_); }

  /// The followers answer the newest round of heartbeats.
  void answer_heartbeat(std::uint64_t from, std::uint64_t round, Preference preference,
                        SpaceState space = SpaceState::kEnough) {
    HeartbeatReply reply =
        heartbeat_reply(raft_->hard_state().term.value(), round, raft_->last().index.value());
    reply.preference = preference;
    reply.space = space;
    deliver(from, reply);
  }

  const Envelope kTold2 = envelope(2, TimeoutNow{.term = Term(2)});
};

// The leader.

TEST_F(TransferTest, ATargetWithTheWholeLogIsToldAtOnce) {
  lead();

  EXPECT_EQ(transfer(2), id(2));

  EXPECT_EQ(take().messages, std::vector{kTold2});
  EXPECT_EQ(raft_->transfer_target(), id(2));
}

TEST_F(TransferTest, ATargetThatIsBehindIsToldWhenItHasTheWholeLog) {
  lead();
  ASSERT_TRUE(propose());
  take_and_write();
  sent(2, 3);

  EXPECT_EQ(transfer(2), id(2));
  EXPECT_EQ(take().messages, std::vector<Envelope>{});
  deliver(2, accepted(2, 3));

  EXPECT_EQ(messages_to(2), std::vector<Envelope>{});
  take();
  EXPECT_EQ(messages_to(2).front(), kTold2);
}

TEST_F(TransferTest, ProposalsAreRefusedMeanwhile) {
  lead();
  ASSERT_TRUE(transfer(2));

  EXPECT_EQ(propose(), Result<LogPosition>(fail(Errc::kBusy)));
  EXPECT_EQ(raft_->last(), pos(2, 2));
}

TEST_F(TransferTest, TheTargetIsToldAgainWithEachRoundOfHeartbeats) {
  lead();
  ASSERT_TRUE(transfer(2));
  take();

  reach_deadline();

  const std::vector<Envelope> sent = (take(), messages_to(2));
  ASSERT_EQ(sent.size(), 2U);
  EXPECT_EQ(sent[1], kTold2);
}

TEST_F(TransferTest, AnAnswerAloneDoesNotTellItAgain) {
  lead();
  ASSERT_TRUE(transfer(2));
  take();

  deliver(2, accepted(2, 2));

  EXPECT_EQ(take().messages, std::vector<Envelope>{});
}

// T6.
TEST_F(TransferTest, AfterAnElectionTimeoutLeadershipGoesOn) {
  lead();
  ASSERT_TRUE(transfer(2));
  options_.heartbeat_interval = options_.election_timeout;

  now_ = now_ + options_.election_timeout;
  deliver(2, accepted(2, 2));
  deliver(3, accepted(2, 2));
  raft_->advance_time(now_);

  EXPECT_EQ(raft_->standing().role, Role::kLeader);
  EXPECT_EQ(raft_->transfer_target(), ServerId());
  EXPECT_EQ(propose(), pos(2, 3));
}

TEST_F(TransferTest, TheDeadlineOfATransferIsADeadline) {
  lead();
  elapse(options_.heartbeat_interval / 2);
  ASSERT_TRUE(transfer(2));
  const Instant end = now_ + options_.election_timeout;
  deliver(2, accepted(2, 2));
  deliver(3, accepted(2, 2));
  elapse(options_.election_timeout - options_.heartbeat_interval / 4);

  EXPECT_EQ(take().deadline, end);
}

// T1.
TEST_F(TransferTest, ATransferEndsWithTheLeadership) {
  lead();
  ASSERT_TRUE(transfer(2));
  deliver(3, heartbeat_reply(9, 0, 0));
  ASSERT_EQ(raft_->standing().role, Role::kFollower);
  take_and_write();

  become_leader();

  EXPECT_EQ(raft_->transfer_target(), ServerId());
  EXPECT_TRUE(propose());
  replicate_to(3, raft_->last().index.value());
  EXPECT_EQ(transfer(3), id(3));
}

// T1.
TEST_F(TransferTest, ALeaderThatLosesItsQuorumHandsNothingOverLater) {
  lead();
  ASSERT_TRUE(transfer(2));

  elapse(3 * options_.election_timeout);

  EXPECT_EQ(raft_->standing().role, Role::kFollower);
  EXPECT_EQ(raft_->transfer_target(), ServerId());
}

TEST_F(TransferTest, TheTargetsVoteIsGrantedThoughThereIsALeader) {
  lead();
  ASSERT_TRUE(transfer(2));
  take();

  deliver(2, transferred(request_vote(3, pos(2, 2))));

  EXPECT_EQ(take().messages, std::vector{envelope(2, vote(3, true), 3)});
  EXPECT_EQ(raft_->standing(), standing(Role::kFollower, 3, 0, Cause::kHigherTerm));
}

TEST_F(TransferTest, ToItselfNothingIsToBeDone) {
  lead();

  EXPECT_EQ(transfer(1), id(1));

  EXPECT_EQ(raft_->transfer_target(), ServerId());
  EXPECT_TRUE(propose());
}

// T2.
TEST_F(TransferTest, ACandidateHandsNothingOver) {
  start(3);
  become_candidate();

  EXPECT_EQ(refusal(2), Errc::kNotLeader);
}

TEST_F(TransferTest, AFaultedServerHandsNothingOver) {
  lead();
  raft_->fault(now_, "test");

  EXPECT_EQ(refusal(2), Errc::kFaulted);
}

// T7.
TEST_F(TransferTest, ALearnerIsNoTarget) {
  Configuration configuration = voters(3);
  configuration.members.push_back(learner(4));
  lead(configuration);

  EXPECT_EQ(refusal(4), Errc::kInvalidConfiguration);
  EXPECT_EQ(raft_->transfer_target(), ServerId());
  EXPECT_TRUE(propose());
}

TEST_F(TransferTest, AServerThatIsNoMemberIsNoTarget) {
  lead();

  EXPECT_EQ(refusal(9), Errc::kInvalidConfiguration);
}

TEST_F(TransferTest, AVoterThatGoesIsNoTarget) {
  Configuration configuration = voters(3);
  configuration.outgoing = configuration.members;
  configuration.members.pop_back();
  lead(configuration);

  EXPECT_EQ(refusal(3), Errc::kInvalidConfiguration);
}

TEST_F(TransferTest, AServerThatIsNotConnectedIsNoTarget) {
  lead();
  raft_->peer_unreachable(now_, id(2));

  EXPECT_EQ(refusal(2), Errc::kNotReady);
  EXPECT_TRUE(propose());
}

TEST_F(TransferTest, ThereIsOneTransferAtATime) {
  lead();
  ASSERT_TRUE(transfer(2));
  take();

  EXPECT_EQ(refusal(3), Errc::kBusy);
  EXPECT_EQ(transfer(2), id(2));
  EXPECT_EQ(transfer(0), id(2));
  EXPECT_EQ(take().messages, std::vector<Envelope>{});
}

TEST_F(TransferTest, ToAnybodyTakesTheLongestLog) {
  lead();
  ASSERT_TRUE(propose());
  take_and_write();
  replicate_to(3, 3);

  EXPECT_EQ(transfer(0), id(3));
}

TEST_F(TransferTest, ToAnybodyTakesNoServerThatIsAway) {
  lead();
  raft_->peer_unreachable(now_, id(2));

  EXPECT_EQ(transfer(0), id(3));
}

TEST_F(TransferTest, ToAnybodyTakesThePreferredOfThoseThatAreUpToDate) {
  lead();
  answer_heartbeat(3, 1, Preference::kPrefer);

  EXPECT_EQ(transfer(0), id(3));
}

TEST_F(TransferTest, ToAnybodyTakesAServerWithSpace) {
  lead();
  answer_heartbeat(2, 1, Preference::kPrefer, SpaceState::kLow);

  EXPECT_EQ(transfer(0), id(3));
}

TEST_F(TransferTest, ToAnybodyIsRefusedWhenNobodyIsThere) {
  lead();
  raft_->peer_unreachable(now_, id(2));
  raft_->peer_unreachable(now_, id(3));

  EXPECT_EQ(refusal(0), Errc::kNotReady);
}

TEST_F(TransferTest, TheOnlyVoterHandsNothingOver) {
  start(1);
  reach_deadline();
  take_and_write();
  ASSERT_EQ((take_and_write(), raft_->standing().role), Role::kLeader);

  EXPECT_EQ(refusal(0), Errc::kNotReady);
  EXPECT_EQ(transfer(1), id(1));
}

// The target.

// T5.
TEST_F(TransferTest, TheTargetAsksForVotesWithoutAPreVote) {
  start(3);
  deliver(2, heartbeat(1, 0, 1));
  take_and_write();

  deliver(2, TimeoutNow{.term = Term(1)});
  take_and_write();

  EXPECT_EQ(take().messages.front(), envelope(2, transferred(request_vote(2, pos(1, 1)))));
}

// T3, T6.
TEST_F(TransferTest, TheTargetAsksNobodyBeforeItsLogIsDurable) {
  start(3);
  deliver(2, append(1, pos(1, 1), {run(1, 2)}));
  take();
  deliver(2, TimeoutNow{.term = Term(1)});
  take();
  EXPECT_EQ(messages_to(3), std::vector<Envelope>{});

  written(1);
  EXPECT_EQ((take(), messages_to(3)), std::vector<Envelope>{});
  written(2);

  EXPECT_EQ((take(), messages_to(3)).front().message,
            Message(transferred(request_vote(2, pos(1, 3)))));
}

// T3.
TEST_F(TransferTest, APromotionThatIsNotDurableIsNotActedUpon) {
  Configuration before = voters(2);
  before.members.front().role = MemberRole::kLearner;
  before.members.push_back(tests::voter(3));
  restore(tests::stored(before));
  AppendEntries promotion = append(1, pos(1, 1), {run(1, 1)});
  promotion.configurations = {{.index = Index(2), .configuration = voters(3)}};
  deliver(2, promotion);
  take();

  deliver(2, TimeoutNow{.term = Term(1)});
  take();
  EXPECT_FALSE(asked_.has_value());
  written(2);
  take();

  EXPECT_EQ(asked_, transferred(request_vote(2, pos(1, 2))));
}

// T7.
TEST_F(TransferTest, ALearnerThatIsToldDoesNotCampaign) {
  Configuration configuration = voters(3);
  configuration.members.front().role = MemberRole::kLearner;
  restore(tests::stored(configuration));
  deliver(2, heartbeat(1, 0, 1));

  deliver(2, TimeoutNow{.term = Term(1)});

  EXPECT_EQ(raft_->standing().role, Role::kFollower);
}

// T4.
TEST_F(TransferTest, ATargetWithNothingButASnapshotCampaigns) {
  RestoredState state;
  state.hard_state.term = Term(4);
  state.snapshot.id.position = pos(4, 9);
  state.snapshot.configuration_index = Index(1);
  state.snapshot.configuration = voters(3);
  state.base = pos(4, 9);
  restore(std::move(state));
  deliver(2, heartbeat(4, 9, 1));

  deliver(2, TimeoutNow{.term = Term(4)});
  take_and_write();
  take();

  EXPECT_EQ(asked_, transferred(request_vote(5, pos(4, 9))));
}

TEST_F(TransferTest, ATimeoutNowOfAnEarlierTermIsIgnored) {
  start(3);
  deliver(2, heartbeat(4, 0, 1));

  deliver(2, TimeoutNow{.term = Term(3)});

  EXPECT_EQ(raft_->standing(), standing(Role::kFollower, 4, 2, Cause::kHigherTerm));
}

}  // namespace buoyant::core::transfer_test
