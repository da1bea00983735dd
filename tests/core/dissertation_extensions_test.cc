// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The rules of Ongaro's dissertation beyond chapter 3's core, one suite per section; see
/// dissertation_test.cc.

#include "tests/support/core_fixture.h"

namespace buoyant::core::dissertation_extensions_test {

using tests::accepted;
using tests::append;
using tests::envelope;
using tests::heartbeat;
using tests::heartbeat_reply;
using tests::pos;
using tests::pre_vote;
using tests::request_pre_vote;
using tests::request_vote;
using tests::run;
using tests::standing;
using tests::transferred;
using tests::vote;
using tests::voters;

class Section310Transfer : public tests::CoreFixture {
 protected:
  /// Follows server 2 in term 2.
  void SetUp() override {
    start(3);
    deliver(2, heartbeat(2, 0, 0));
    take_and_write();
    take();
  }
};

TEST_F(Section310Transfer, TimeoutNowStartsAnElectionAtOnce) {
  deliver(2, TimeoutNow{.term = Term(2)});

  EXPECT_EQ(take().standing, standing(Role::kCandidate, 3, 0, Cause::kToldToCampaign));
}

TEST_F(Section310Transfer, TheTargetsRequestSaysThatTheLeaderAgreed) {
  deliver(2, TimeoutNow{.term = Term(2)});
  take_and_write();

  EXPECT_EQ(take().messages[0], envelope(2, transferred(request_vote(3, pos(1, 1)))));
}

TEST_F(Section310Transfer, AServerWithALeaderVotesForItsTarget) {
  deliver(3, transferred(request_vote(3, pos(1, 1))));

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(3, vote(3, true), 2)}));
}

/// Membership takes effect when it is in the log, not when it is committed.
class Section41Configuration : public tests::CoreFixture {
 protected:
  void SetUp() override { start(3); }

  void receive_configuration(Configuration configuration) {
    AppendEntries message = append(2, pos(1, 1), {run(2, 1)});
    message.configurations = {{.index = Index(2), .configuration = std::move(configuration)}};
    deliver(2, message);
    take_and_write();
    take();
  }
};

TEST_F(Section41Configuration, AServerUsesTheLatestConfigurationInItsLog) {
  receive_configuration(voters(4));

  become_pre_candidate();

  EXPECT_EQ(ready_.messages.size(), 3U);
}

TEST_F(Section41Configuration, AServerMayHaveToFallBackToThePreviousOne) {
  receive_configuration(voters(4));

  deliver(3, append(3, pos(1, 1), {run(3, 1)}));

  EXPECT_EQ(raft_->configuration(),
            (ConfigurationAt{.index = Index(1), .configuration = voters(3)}));
}

TEST_F(Section41Configuration, AServerTakesEntriesFromALeaderThatIsNoMember) {
  deliver(9, append(2, pos(1, 1), {run(2, 1)}));

  EXPECT_EQ(raft_->last(), pos(2, 2));
}

TEST_F(Section41Configuration, AServerVotesForACandidateThatIsNoMember) {
  deliver(9, request_vote(2, pos(1, 1)));

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(9, vote(2, true), 1)}));
}

class Section421CatchingUp : public tests::CoreFixture {
 protected:
  void SetUp() override {
    Configuration configuration = voters(2);
    configuration.members.push_back(tests::learner(3));
    restore(tests::stored(configuration));
    become_leader();
  }
};

TEST_F(Section421CatchingUp, ANonVotingServerGetsEntries) {
  EXPECT_EQ(permission(3).through, Index(2));
}

TEST_F(Section421CatchingUp, ANonVotingServerIsNotCounted) {
  deliver(3, accepted(2, 2));
  EXPECT_EQ(raft_->commit_index(), Index(0));

  deliver(2, accepted(2, 2));

  EXPECT_EQ(raft_->commit_index(), Index(2));
}

class Section423Disruption : public tests::CoreFixture {
 protected:
  void SetUp() override {
    start(3);
    deliver(2, heartbeat(2, 0, 0));
    take_and_write();
    take();
  }
};

TEST_F(Section423Disruption, ARequestWithinTheMinimumElectionTimeoutChangesNothing) {
  now_ = now_ + options_.election_timeout - Duration(1);

  deliver(9, request_vote(50, pos(9, 9)));

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(9, vote(2, false))}));
  EXPECT_EQ(raft_->hard_state().term, Term(2));
}

TEST_F(Section423Disruption, AfterTheMinimumElectionTimeoutItIsAnsweredAsUsual) {
  now_ = now_ + options_.election_timeout;

  deliver(9, request_vote(50, pos(9, 9)));

  EXPECT_EQ(raft_->hard_state(), (HardState{.term = Term(50), .voted_for = ServerId(9)}));
}

class Section62CheckQuorum : public tests::CoreFixture {
 protected:
  void SetUp() override {
    start(3);
    become_leader();
  }
};

TEST_F(Section62CheckQuorum, ALeaderStepsDownWhenAnElectionTimeoutPassesWithoutAMajority) {
  elapse(options_.election_timeout);

  EXPECT_EQ(raft_->standing(), standing(Role::kFollower, 2, 0, Cause::kQuorumLost));
}

TEST_F(Section62CheckQuorum, OneFollowerOfTwoIsEnough) {
  elapse(options_.election_timeout - Duration(1));
  deliver(3, heartbeat_reply(2, 1, 0));

  elapse(Duration(1));

  EXPECT_TRUE(raft_->is_leader());
}

TEST_F(Section62CheckQuorum, TheDeadlineMovesWithTheMajority) {
  elapse(options_.election_timeout - Duration(1));
  deliver(3, heartbeat_reply(2, 1, 0));

  elapse(options_.election_timeout - Duration(1));
  EXPECT_TRUE(raft_->is_leader());
  elapse(Duration(1));

  EXPECT_FALSE(raft_->is_leader());
}

class Section96PreVote : public tests::CoreFixture {
 protected:
  void SetUp() override { restore(tests::stored(voters(3), {run(2, 1)})); }
};

TEST_F(Section96PreVote, ACandidateIncrementsItsTermOnlyIfAMajorityWouldVoteForIt) {
  become_pre_candidate();
  EXPECT_EQ(raft_->hard_state().term, Term(2));

  grant(3);

  EXPECT_EQ(raft_->hard_state().term, Term(3));
}

TEST_F(Section96PreVote, APartitionedServerKeepsItsTerm) {
  become_pre_candidate();
  reach_deadline();
  take();
  reach_deadline();
  take();

  EXPECT_EQ(raft_->hard_state().term, Term(2));
}

TEST_F(Section96PreVote, AServerWouldVoteOnlyForAnUpToDateLog) {
  deliver(2, request_pre_vote(3, pos(1, 1)));
  deliver(3, request_pre_vote(3, pos(2, 2)));

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(2, pre_vote(2, false)),
                                                    envelope(3, pre_vote(3, true))}));
}

TEST_F(Section96PreVote, AServerWouldNotVoteWhileItHearsOfALeader) {
  deliver(2, heartbeat(2, 0, 0));

  deliver(3, request_pre_vote(3, pos(2, 2)));

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(3, pre_vote(2, false))}));
}

class Section1021ParallelWrite : public tests::CoreFixture {
 protected:
  /// Leads term 2, with a proposal at index 3 that is not durable here.
  void SetUp() override {
    start(3);
    become_leader();
    replicate_to(2, 2);
    replicate_to(3, 2);
    ASSERT_TRUE(raft_->propose(now_).has_value());
    take();
  }
};

TEST_F(Section1021ParallelWrite, ALeaderSendsEntriesWhileItWritesThem) {
  EXPECT_EQ(ready_.write.append, tests::range(3, 3));
  EXPECT_EQ(permission(2).through, Index(3));
}

TEST_F(Section1021ParallelWrite, AnEntryMayBeCommittedBeforeTheLeaderHasWrittenIt) {
  deliver(2, accepted(2, 3));
  EXPECT_EQ(raft_->commit_index(), Index(2));

  deliver(3, accepted(2, 3));

  EXPECT_EQ(raft_->commit_index(), Index(3));
}

TEST_F(Section1021ParallelWrite, TheLeaderCountsItselfOnceItsWriteIsDurable) {
  deliver(2, accepted(2, 3));

  written();

  EXPECT_EQ(raft_->commit_index(), Index(3));
}

}  // namespace buoyant::core::dissertation_extensions_test
