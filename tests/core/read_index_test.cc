// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Reads of a leader (§6.4) that ask a quorum.

#include "core/read_index.h"

#include "tests/support/core_fixture.h"

namespace buoyant::core::read_index_test {

using tests::accepted;
using tests::envelope;
using tests::heartbeat;
using tests::heartbeat_reply;
using tests::learner;
using tests::request_vote;
using tests::stored;
using tests::transferred;
using tests::voter;
using tests::voters;

using Grants = std::vector<ReadGrant>;

class ReadIndexTest : public tests::CoreFixture {
 protected:
  /// Leads term 2 of three servers; the no-op at index 2 is committed.
  void SetUp() override {
    start(3);
    become_leader();
    replicate_to(2, 2);
    replicate_to(3, 2);
    take();
  }

  std::uint64_t read() {
    const Result<std::uint64_t> number = raft_->read(now_);
    EXPECT_TRUE(number.has_value());
    return number.value_or(0);
  }

  void answer(std::uint64_t from, std::uint64_t round) {
    deliver(from, heartbeat_reply(2, round, 2));
  }
};

TEST_F(ReadIndexTest, AFollowerTakesNoRead) {
  start(3);

  EXPECT_EQ(raft_->read(now_).error().code(), Errc::kNotLeader);
}

TEST_F(ReadIndexTest, AFaultedServerTakesNoRead) {
  raft_->fault(now_, "the test says so");

  EXPECT_EQ(raft_->read(now_).error().code(), Errc::kFaulted);
}

TEST_F(ReadIndexTest, ReadsAreNumbered) {
  EXPECT_EQ(read(), 1U);
  EXPECT_EQ(read(), 2U);
}

TEST_F(ReadIndexTest, AReadStartsARoundOfHeartbeats) {
  read();

  take();

  EXPECT_EQ(ready_.messages, (std::vector<Envelope>{envelope(2, heartbeat(2, 2, 1)),
                                                    envelope(3, heartbeat(2, 2, 1))}));
  EXPECT_EQ(ready_.reads, Grants{});
}

TEST_F(ReadIndexTest, AMajorityGrantsIt) {
  read();
  take();

  answer(3, 1);
  take();

  EXPECT_EQ(ready_.reads, (Grants{{.first = 1, .last = 1, .index = Index(2)}}));
}

TEST_F(ReadIndexTest, AReadCostsNoWrite) {
  read();
  take();
  answer(3, 1);

  EXPECT_TRUE(ready_.write.empty());
  EXPECT_TRUE(take().write.empty());
}

TEST_F(ReadIndexTest, AllReadsOfATurnShareARound) {
  read();
  read();
  read();

  take();
  EXPECT_EQ(messages_to(2).size(), 1U);

  answer(2, 1);
  EXPECT_EQ(take().reads, (Grants{{.first = 1, .last = 3, .index = Index(2)}}));
}

TEST_F(ReadIndexTest, AReadThatIsGrantedIsNotGrantedAgain) {
  read();
  take();
  answer(2, 1);
  take();

  answer(3, 1);

  EXPECT_EQ(take().reads, Grants{});
}

// R2
TEST_F(ReadIndexTest, AnAnswerToARoundFromBeforeTheReadDoesNotGrantIt) {
  read();
  take();
  read();
  take();

  answer(2, 1);

  EXPECT_EQ(take().reads, (Grants{{.first = 1, .last = 1, .index = Index(2)}}));
}

// R2
TEST_F(ReadIndexTest, AHeartbeatOfTheSameTurnIsNotItsRound) {
  elapse(options_.heartbeat_interval);
  read();
  take();

  answer(2, 1);
  EXPECT_EQ(take().reads, Grants{});

  answer(2, 2);
  EXPECT_EQ(take().reads, (Grants{{.first = 1, .last = 1, .index = Index(2)}}));
}

TEST_F(ReadIndexTest, ALaterRoundGrantsEarlierReads) {
  read();
  take();
  elapse(options_.heartbeat_interval);
  take();

  answer(2, 2);

  EXPECT_EQ(take().reads, (Grants{{.first = 1, .last = 1, .index = Index(2)}}));
}

TEST_F(ReadIndexTest, AnAcknowledgementOfEntriesAnswersTheRoundItNames) {
  read();
  take();

  deliver(2, accepted(2, 2, 1));

  EXPECT_EQ(take().reads, (Grants{{.first = 1, .last = 1, .index = Index(2)}}));
}

TEST_F(ReadIndexTest, AnAnswerToARoundThatWasNeverSentCountsForNothing) {
  answer(2, 7);
  read();
  take();

  EXPECT_EQ(take().reads, Grants{});
}

TEST_F(ReadIndexTest, AnAnswerOfAnEarlierTermCountsForNothing) {
  read();
  take();

  deliver(2, heartbeat_reply(1, 1, 2));

  EXPECT_EQ(take().reads, Grants{});
}

TEST_F(ReadIndexTest, TheIndexIsWhatWasCommittedWhenTheRoundStarted) {
  read();
  take();
  ASSERT_TRUE(raft_->propose(now_).has_value());
  take_and_write();
  replicate_to(2, 3);
  ASSERT_EQ(raft_->commit_index(), Index(3));

  answer(3, 1);

  EXPECT_EQ(take().reads, (Grants{{.first = 1, .last = 1, .index = Index(2)}}));
}

// R1, R4
TEST_F(ReadIndexTest, AReadWaitsUntilAnEntryOfTheTermIsCommitted) {
  start(3);
  become_leader();
  take();
  read();
  take();
  EXPECT_EQ(ready_.messages, std::vector<Envelope>{});
  elapse(options_.heartbeat_interval);
  take();
  answer(2, 1);
  EXPECT_EQ(take().reads, Grants{});

  replicate_to(2, 2);
  take();
  EXPECT_EQ(ready_.reads, Grants{});

  answer(2, 2);
  EXPECT_EQ(take().reads, (Grants{{.first = 1, .last = 1, .index = Index(2)}}));
}

TEST_F(ReadIndexTest, ASingleServerIsItsOwnQuorum) {
  start(1);
  reach_deadline();
  take_and_write();
  take_and_write();
  take_and_write();
  ASSERT_EQ(raft_->commit_index(), Index(2));

  read();

  EXPECT_EQ(take().reads, (Grants{{.first = 1, .last = 1, .index = Index(2)}}));
}

TEST_F(ReadIndexTest, ASingleServerWaitsForItsNoOp) {
  start(1);
  reach_deadline();
  take_and_write();
  take();
  ASSERT_TRUE(raft_->is_leader());
  read();
  EXPECT_EQ(take().reads, Grants{});

  written();

  EXPECT_EQ(take().reads, (Grants{{.first = 1, .last = 1, .index = Index(2)}}));
}

TEST_F(ReadIndexTest, OpenReadsEndWithTheLeadership) {
  read();
  take();
  read();

  deliver(2, heartbeat_reply(3, 0, 0));
  take();

  EXPECT_EQ(ready_.reads_ended_through, 2U);
  EXPECT_EQ(ready_.reads, Grants{});
}

TEST_F(ReadIndexTest, TheirEndIsToldOnce) {
  read();
  deliver(2, heartbeat_reply(3, 0, 0));
  take();

  EXPECT_EQ(take().reads_ended_through, 0U);
}

TEST_F(ReadIndexTest, GrantedReadsDoNotEnd) {
  read();
  take();
  answer(2, 1);
  take();

  deliver(2, heartbeat_reply(3, 0, 0));

  EXPECT_EQ(take().reads_ended_through, 0U);
}

TEST_F(ReadIndexTest, OpenReadsEndWithAFault) {
  read();
  take();

  raft_->fault(now_, "the test says so");

  EXPECT_EQ(take().reads_ended_through, 1U);
}

TEST_F(ReadIndexTest, NumbersGoOnInALaterTerm) {
  read();
  deliver(2, heartbeat_reply(3, 0, 0));
  take_and_write();
  become_leader();

  EXPECT_EQ(read(), 2U);
}

TEST_F(ReadIndexTest, ALearnersAnswerCountsForNothing) {
  Configuration configuration = voters(3);
  configuration.members.push_back(learner(4));
  restore(stored(configuration));
  become_leader();
  replicate_to(2, 2);
  read();
  take();

  answer(4, 1);
  EXPECT_EQ(take().reads, Grants{});

  answer(2, 1);
  EXPECT_EQ(take().reads.size(), 1U);
}

TEST_F(ReadIndexTest, AJointConfigurationNeedsBothHalves) {
  Configuration joint{.members = {voter(1), voter(4), voter(5)},
                      .outgoing = {voter(1), voter(2), voter(3)}};
  restore(stored(joint));
  become_pre_candidate();
  grant(2);
  grant(4);
  take_and_write();
  take();
  grant(2);
  grant(4);
  take_and_write();
  ASSERT_TRUE(raft_->is_leader());
  replicate_to(2, 2);
  replicate_to(4, 2);
  read();
  take();

  answer(2, 1);
  answer(3, 1);
  EXPECT_EQ(take().reads, Grants{});

  answer(5, 1);
  EXPECT_EQ(take().reads.size(), 1U);
}

}  // namespace buoyant::core::read_index_test
