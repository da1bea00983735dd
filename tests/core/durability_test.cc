// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Completions of writes: when they are durable, when the disk was full, when it failed.

#include "core/durability.h"

#include "tests/support/core_fixture.h"

namespace buoyant::core::durability_test {

using tests::accepted;
using tests::append;
using tests::envelope;
using tests::heartbeat;
using tests::heartbeat_reply;
using tests::nothing_after;
using tests::pos;
using tests::range;
using tests::run;
using tests::standing;
using tests::voters;

class DurabilityTest : public tests::CoreFixture {
 protected:
  void SetUp() override { start(3); }
};

TEST_F(DurabilityTest, WhatAWriteHoldsIsDurableWhenItIs) {
  deliver(2, append(2, pos(1, 1), {run(2, 3)}));
  take();
  EXPECT_EQ(raft_->durable_index(), Index(1));

  written();

  EXPECT_EQ(raft_->durable_index(), Index(4));
}

TEST_F(DurabilityTest, ALeaderCommitsWhenItsOwnWriteIsTheLastOfAQuorum) {
  become_leader();
  ASSERT_TRUE(raft_->propose(now_).has_value());
  take();
  sent(2, 3);
  deliver(2, accepted(2, 3));
  EXPECT_EQ(raft_->commit_index(), Index(2));

  written();

  EXPECT_EQ(raft_->commit_index(), Index(3));
}

TEST_F(DurabilityTest, AWriteOfAnEarlierRoleCommitsNothing) {
  become_leader();
  ASSERT_TRUE(raft_->propose(now_).has_value());
  take();
  deliver(3, heartbeat(5, 0, 1));

  written();

  EXPECT_EQ(raft_->commit_index(), Index(0));
}

TEST_F(DurabilityTest, AFailedWriteIsAFault) {
  deliver(2, append(2, pos(1, 1), {run(2, 3)}));
  take();

  written(1, Written::kFailed);

  EXPECT_STREQ(raft_->fault_reason(), "storage failed");
  EXPECT_EQ(take().standing, standing(Role::kFollower, 2, 0, Cause::kFaulted));
}

TEST_F(DurabilityTest, NothingCountsAfterAFailedWrite) {
  deliver(2, append(2, pos(1, 1), {run(2, 3)}));
  take();
  written(1, Written::kFailed);
  take();

  deliver(2, heartbeat(2, 0, 1));
  raft_->written(now_, WriteId(1), Written::kDurable);

  EXPECT_EQ(take().messages, std::vector<Envelope>{});
  EXPECT_EQ(raft_->durable_index(), Index(1));
}

using DurabilityDeathTest = DurabilityTest;

TEST_F(DurabilityDeathTest, OnlyWritesThatWereSubmittedComplete) {
  EXPECT_DEATH(written(1), "through < state.next_write");
}

/// A follower of server 2 in term 2, with a durable log through index 3.
class NoSpaceTest : public tests::CoreFixture {
 protected:
  void SetUp() override {
    start(3);
    deliver(2, append(2, pos(1, 1), {run(2, 2)}));
    take_and_write();
    take();
  }

  void receive(std::uint64_t prev, std::uint64_t count) {
    deliver(2, append(2, pos(2, prev), {run(2, count)}));
  }
};

TEST_F(NoSpaceTest, TheTailThatWasNotWrittenIsDropped) {
  receive(3, 4);
  take();

  written(2, Written::kNoSpace);

  EXPECT_EQ(raft_->last(), pos(2, 3));
  EXPECT_EQ(raft_->durable_index(), Index(3));
}

TEST_F(NoSpaceTest, WhatWasDroppedIsNotAcknowledged) {
  receive(3, 4);
  take();

  written(2, Written::kNoSpace);

  EXPECT_EQ(take().messages, std::vector<Envelope>{});
}

TEST_F(NoSpaceTest, AHeartbeatTellsTheLeaderWhatIsMissing) {
  receive(3, 4);
  take();
  written(2, Written::kNoSpace);

  deliver(2, heartbeat(2, 3, 1));

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(2, heartbeat_reply(2, 1, 3))}));
}

TEST_F(NoSpaceTest, NothingIsWrittenBecauseOfIt) {
  receive(3, 4);
  take();

  written(2, Written::kNoSpace);

  EXPECT_TRUE(take().write.empty());
}

TEST_F(NoSpaceTest, TheNextWriteSaysThatItKnows) {
  receive(3, 4);
  take();
  written(2, Written::kNoSpace);

  receive(3, 1);

  EXPECT_EQ(take().write, (Write{.id = WriteId(3),
                                 .hard_state = {},
                                 .truncate_from = {},
                                 .append = range(4, 4),
                                 .runs = {run(2, 1)},
                                 .created = {},
                                 .after_no_space = true}));
}

TEST_F(NoSpaceTest, OnlyTheNextWriteSaysSo) {
  receive(3, 4);
  take();
  written(2, Written::kNoSpace);
  receive(3, 1);
  take_and_write();

  receive(4, 1);

  EXPECT_FALSE(take().write.after_no_space);
}

TEST_F(NoSpaceTest, WithSpaceAgainEverythingIsAcknowledged) {
  receive(3, 4);
  take();
  written(2, Written::kNoSpace);
  receive(3, 4);
  take_and_write();

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(2, accepted(2, 7))}));
}

TEST_F(NoSpaceTest, ALaterWriteOfTheSameLossTakesNothingBackThatCameSince) {
  receive(3, 4);
  take();
  receive(7, 2);
  take();
  written(2, Written::kNoSpace);
  receive(3, 2);
  ASSERT_EQ(take().write.append, range(4, 5));

  written(3, Written::kNoSpace);
  EXPECT_EQ(raft_->last(), pos(2, 5));
  EXPECT_EQ(raft_->durable_index(), Index(3));
  written(4);

  EXPECT_EQ(raft_->durable_index(), Index(5));
}

TEST_F(NoSpaceTest, ALaterWriteOfTheSameLossTakesNothingBackThatWaitsToBeWritten) {
  receive(3, 4);
  take();
  receive(7, 2);
  take();
  written(2, Written::kNoSpace);
  receive(3, 2);

  written(3, Written::kNoSpace);

  EXPECT_EQ(take().write.append, range(4, 5));
  EXPECT_TRUE(ready_.write.after_no_space);
}

TEST_F(NoSpaceTest, ALaterLossIsALossAgain) {
  receive(3, 4);
  take();
  written(2, Written::kNoSpace);
  receive(3, 2);
  take();

  written(3, Written::kNoSpace);

  EXPECT_EQ(raft_->last(), pos(2, 3));
  receive(3, 1);
  EXPECT_TRUE(take().write.after_no_space);
}

TEST_F(NoSpaceTest, TheTermOfTheWriteIsDurableAllTheSame) {
  deliver(3, append(5, pos(2, 3), {run(5, 1)}));
  take();
  written(2, Written::kNoSpace);

  deliver(3, heartbeat(5, 3, 1));

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(3, heartbeat_reply(5, 1, 3))}));
}

TEST_F(NoSpaceTest, VotesGoOn) {
  deliver(3, append(5, pos(2, 3), {run(5, 1)}));
  take();
  written(2, Written::kNoSpace);
  elapse(options_.election_timeout);
  take();

  deliver(2, tests::request_vote(9, pos(5, 9)));

  EXPECT_EQ(take().write.hard_state, (HardState{.term = Term(9), .voted_for = ServerId(2)}));
}

TEST_F(NoSpaceTest, WhatOthersCommittedBeyondOurDiskIsForgotten) {
  deliver(2, append(2, pos(2, 3), {run(2, 4)}, 6));
  take();
  ASSERT_EQ(raft_->commit_index(), Index(6));

  written(2, Written::kNoSpace);

  EXPECT_EQ(raft_->commit_index(), Index(3));
  EXPECT_EQ(take().apply_through, Index(3));
}

TEST_F(NoSpaceTest, ATruncationThatWaitsToBeWrittenStays) {
  receive(3, 4);
  take();
  deliver(3, append(5, pos(2, 2), {run(5, 2)}));

  written(2, Written::kNoSpace);

  EXPECT_EQ(raft_->last(), pos(2, 2));
  EXPECT_EQ(take().write.truncate_from, Index(3));
}

TEST_F(NoSpaceTest, ATruncationOfWhatWasNeverWrittenIsNotNeeded) {
  receive(3, 4);
  take();
  deliver(3, append(5, pos(2, 5), {run(5, 2)}));

  written(2, Written::kNoSpace);

  EXPECT_EQ(raft_->last(), pos(2, 3));
  EXPECT_EQ(take().write.truncate_from, std::nullopt);
}

TEST_F(NoSpaceTest, AConfigurationThatWasDroppedIsNotInEffect) {
  AppendEntries message = append(2, pos(2, 3), {run(2, 1)});
  message.configurations = {{.index = Index(4), .configuration = voters(5)}};
  deliver(2, message);
  take();

  written(2, Written::kNoSpace);

  EXPECT_EQ(take().configuration, (ConfigurationAt{.index = Index(1), .configuration = voters(3)}));
}

class NoSpaceLeaderTest : public tests::CoreFixture {
 protected:
  void SetUp() override {
    start(3);
    become_leader();
    ASSERT_TRUE(raft_->propose(now_, 2).has_value());
    take();
  }
};

TEST_F(NoSpaceLeaderTest, ALeaderStepsDown) {
  written(3, Written::kNoSpace);

  EXPECT_EQ(take().standing, standing(Role::kFollower, 2, 0, Cause::kNoSpace));
  EXPECT_EQ(raft_->last(), pos(2, 2));
}

TEST_F(NoSpaceLeaderTest, ALeaderDoesNotLeadAgainInItsTerm) {
  written(3, Written::kNoSpace);
  take();

  become_leader();

  EXPECT_EQ(raft_->last(), pos(3, 3));
}

TEST_F(NoSpaceLeaderTest, NothingIsProposedAnyMore) {
  written(3, Written::kNoSpace);

  EXPECT_EQ(raft_->propose(now_).error().code(), Errc::kNotLeader);
}

TEST_F(NoSpaceLeaderTest, WhatAQuorumOfOthersHoldsMayHaveBeenCommittedAndIsForgottenHere) {
  sent(2, 4);
  sent(3, 4);
  deliver(2, accepted(2, 4));
  deliver(3, accepted(2, 4));
  ASSERT_EQ(raft_->commit_index(), Index(4));

  written(3, Written::kNoSpace);

  EXPECT_EQ(raft_->commit_index(), Index(2));
}

class NoSpaceCampaignTest : public NoSpaceTest {};

TEST_F(NoSpaceCampaignTest, ACampaignWhoseEntriesWereDroppedEnds) {
  receive(3, 4);
  take();
  elapse(2 * options_.election_timeout);
  ASSERT_EQ(raft_->standing().role, Role::kPreCandidate);

  written(2, Written::kNoSpace);

  EXPECT_EQ(take().standing, standing(Role::kFollower, 2, 0, Cause::kNoSpace));
  EXPECT_EQ(ready_.messages, std::vector<Envelope>{});
}

TEST_F(NoSpaceCampaignTest, ACampaignPromisesOnlyWhatIsLeft) {
  options_.pre_vote = false;
  SetUp();
  receive(3, 4);
  take();
  elapse(2 * options_.election_timeout);
  take();
  ASSERT_EQ(raft_->standing().role, Role::kCandidate);
  written(2, Written::kNoSpace);

  written(3);

  EXPECT_EQ(take().messages,
            (std::vector<Envelope>{envelope(2, tests::request_vote(3, pos(2, 3))),
                                   envelope(3, tests::request_vote(3, pos(2, 3)))}));
}

}  // namespace buoyant::core::durability_test
