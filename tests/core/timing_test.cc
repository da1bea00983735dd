// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Deadlines. After advance_time() the next one always lies in the future.

#include "core/timing.h"

#include "tests/support/core_fixture.h"

namespace buoyant::core::timing_test {

using std::chrono::hours;
using std::chrono::milliseconds;
using tests::accepted;
using tests::append;
using tests::envelope;
using tests::heartbeat;
using tests::heartbeat_reply;
using tests::pos;
using tests::run;
using tests::standing;
using tests::voters;

class TimingTest : public tests::CoreFixture {
 protected:
  void lead() {
    start(3);
    become_leader();
    replicate_to(2, 2);
    replicate_to(3, 2);
    take();
  }
};

TEST_F(TimingTest, AFollowerWaitsForOneToTwoElectionTimeouts) {
  start(3);

  EXPECT_GE(ready_.deadline, now_ + options_.election_timeout);
  EXPECT_LT(ready_.deadline, now_ + 2 * options_.election_timeout);
}

TEST_F(TimingTest, ServersWithDifferentSeedsWaitDifferently) {
  start(3);
  const Instant before = ready_.deadline;
  options_.seed = 2;
  start(3);

  EXPECT_NE(ready_.deadline, before);
}

TEST_F(TimingTest, EachRoundWaitsAnew) {
  start(3);
  const Duration first = ready_.deadline - now_;
  become_pre_candidate();

  EXPECT_NE(ready_.deadline - now_, first);
}

TEST_F(TimingTest, NothingHappensBeforeTheDeadline) {
  start(3);

  elapse(ready_.deadline - now_ - Duration(1));

  EXPECT_EQ(raft_->standing().role, Role::kFollower);
}

TEST_F(TimingTest, OnlyTheCallThatAdvancesTimeFiresADeadline) {
  start(3);
  now_ = ready_.deadline + hours(1);

  deliver(2, tests::pre_vote(1, false));

  EXPECT_EQ(raft_->standing().role, Role::kFollower);
  EXPECT_EQ(take().messages, std::vector<Envelope>{});
}

TEST_F(TimingTest, TimeDoesNotGoBack) {
  start(3);
  become_pre_candidate();
  const Instant deadline = ready_.deadline;

  now_ = Instant();
  elapse(Duration(0));

  EXPECT_EQ(take().deadline, deadline);
}

TEST_F(TimingTest, AHeartbeatPutsTheElectionOff) {
  start(3);
  now_ = ready_.deadline - Duration(1);

  deliver(2, heartbeat(1, 0, 1));

  EXPECT_GE(take().deadline, now_ + options_.election_timeout);
}

TEST_F(TimingTest, AnEntryOfTheLeaderPutsTheElectionOff) {
  start(3);
  now_ = ready_.deadline - Duration(1);

  deliver(2, append(1, pos(1, 1), {}));

  EXPECT_GE(take().deadline, now_ + options_.election_timeout);
}

TEST_F(TimingTest, AServerWithoutAConfigurationWaitsForOne) {
  restore({});

  EXPECT_EQ(ready_.deadline, Instant::never());
}

TEST_F(TimingTest, AServerThatBecomesAVoterBeginsToWait) {
  restore({});
  AppendEntries message = append(1, pos(0, 0), {run(1, 1)});
  message.configurations = {{.index = Index(1), .configuration = voters(3)}};

  deliver(2, message);

  EXPECT_GE(take().deadline, now_ + options_.election_timeout);
  EXPECT_NE(ready_.deadline, Instant::never());
}

TEST_F(TimingTest, ANewLeaderSendsHeartbeatsAtOnce) {
  start(3);
  become_leader();
  EXPECT_EQ(ready_.deadline, now_);

  reach_deadline();

  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(2, heartbeat(2, 0, 1)),
                                                    envelope(3, heartbeat(2, 0, 1))}));
  EXPECT_EQ(ready_.deadline, now_ + options_.heartbeat_interval);
}

TEST_F(TimingTest, LateHeartbeatsKeepTheirSchedule) {
  lead();
  const Instant first = ready_.deadline;

  elapse(2 * options_.heartbeat_interval + milliseconds(30));

  EXPECT_EQ(take().deadline, first + 3 * options_.heartbeat_interval);
  EXPECT_EQ(messages_to(2), (std::vector<Envelope>{envelope(2, heartbeat(2, 2, 1))}));
}

TEST_F(TimingTest, ALeaderThatHearsOfNobodyStepsDown) {
  lead();

  elapse(options_.election_timeout);

  EXPECT_EQ(take().standing, standing(Role::kFollower, 2, 0, Cause::kQuorumLost));
}

TEST_F(TimingTest, ALeaderThatHearsOfAMajorityStays) {
  lead();
  elapse(options_.election_timeout / 2);
  deliver(2, heartbeat_reply(2, 1, 2));

  elapse(options_.election_timeout / 2);

  EXPECT_TRUE(raft_->is_leader());
}

TEST_F(TimingTest, HalfOfAnEvenClusterKeepsNoLeader) {
  start(4);
  become_pre_candidate();
  grant(2);
  grant(3);
  take_and_write();
  take();
  grant(2);
  grant(3);
  take_and_write();
  elapse(options_.election_timeout / 2);
  deliver(2, accepted(2, 2));

  elapse(options_.election_timeout / 2);

  EXPECT_EQ(take().standing, standing(Role::kFollower, 2, 0, Cause::kQuorumLost));
}

TEST_F(TimingTest, WithoutCheckQuorumALeaderStaysAlone) {
  options_.check_quorum = false;
  lead();

  elapse(hours(1));

  EXPECT_TRUE(raft_->is_leader());
  EXPECT_GT(take().deadline, now_);
}

TEST_F(TimingTest, LearnersAreNoMajority) {
  Configuration configuration = voters(2);
  configuration.members.push_back(tests::learner(3));
  restore(tests::stored(configuration));
  become_leader();
  elapse(options_.election_timeout / 2);
  deliver(3, accepted(2, 2));

  elapse(options_.election_timeout / 2);

  EXPECT_FALSE(raft_->is_leader());
}

TEST_F(TimingTest, AServerThatWasHeldCountsSilenceFromThenOn) {
  lead();
  now_ = now_ + hours(1);

  raft_->resumed(now_);
  elapse(Duration(0));

  EXPECT_TRUE(raft_->is_leader());
  EXPECT_GT(take().deadline, now_);
}

TEST_F(TimingTest, AServerAloneHasNothingToWaitFor) {
  start(1);
  reach_deadline();
  take_and_write();
  take();

  EXPECT_TRUE(raft_->is_leader());
  EXPECT_EQ(ready_.deadline, Instant::never());
}

class DiskStallTest : public TimingTest {
 protected:
  /// A leader whose followers answer, and whose write is under way.
  void lead_with_a_write() {
    lead();
    ASSERT_TRUE(raft_->propose(now_).has_value());
    take();
  }

  /// To the disk-stall limit, with followers that answer.
  void stall() {
    now_ = now_ + options_.disk_stall_limit - Duration(1);
    deliver(2, accepted(2, 2));
    deliver(3, accepted(2, 2));
    elapse(Duration(1));
  }
};

TEST_F(DiskStallTest, ALeaderGivesWayToTheBestFollower) {
  lead_with_a_write();
  sent(3, 3);
  deliver(3, accepted(2, 3));

  stall();

  EXPECT_EQ(take().standing, standing(Role::kFollower, 2, 0, Cause::kDiskStalled));
  EXPECT_EQ(ready_.messages.back(), envelope(3, TimeoutNow{.term = Term(2)}));
}

TEST_F(DiskStallTest, ALeaderDoesNotGiveWayToAnUnreachableFollower) {
  lead_with_a_write();
  sent(3, 3);
  deliver(3, accepted(2, 3));
  raft_->peer_unreachable(now_, ServerId(3));

  stall();

  EXPECT_EQ(take().messages.back(), envelope(2, TimeoutNow{.term = Term(2)}));
}

TEST_F(DiskStallTest, ALeaderWithNobodyReachableStepsDownAllTheSame) {
  lead_with_a_write();
  raft_->peer_unreachable(now_, ServerId(2));
  raft_->peer_unreachable(now_, ServerId(3));

  stall();

  EXPECT_EQ(take().standing, standing(Role::kFollower, 2, 0, Cause::kDiskStalled));
  EXPECT_GT(ready_.deadline, now_);
}

TEST_F(DiskStallTest, AWriteThatComesBackInTimeIsNoStall) {
  lead_with_a_write();
  now_ = now_ + options_.disk_stall_limit - Duration(1);
  written();
  deliver(2, accepted(2, 2));

  elapse(Duration(1));

  EXPECT_TRUE(raft_->is_leader());
}

TEST_F(DiskStallTest, AServerAloneWaitsForItsDisk) {
  start(1);
  reach_deadline();
  take_and_write();
  take();
  ASSERT_TRUE(raft_->propose(now_).has_value());
  take();

  elapse(hours(1));

  EXPECT_TRUE(raft_->is_leader());
  EXPECT_EQ(take().deadline, Instant::never());
}

TEST_F(DiskStallTest, AServerWithLearnersOnlyWaitsForItsDisk) {
  restore(tests::stored({.members = {tests::voter(1), tests::learner(2)}, .outgoing = {}}));
  reach_deadline();
  take_and_write();
  take_and_write();
  ASSERT_TRUE(raft_->propose(now_).has_value());
  take();

  elapse(hours(1));

  EXPECT_TRUE(raft_->is_leader());
  EXPECT_GT(take().deadline, now_);
}

TEST_F(DiskStallTest, NoCampaignStartsWhileADiskIsStalled) {
  options_.disk_stall_limit = milliseconds(500);
  start(3);
  deliver(2, append(1, pos(1, 1), {run(1, 1)}));
  take();

  reach_deadline();

  EXPECT_EQ(raft_->standing().role, Role::kFollower);
  EXPECT_GT(take().deadline, now_);
}

TEST_F(DiskStallTest, ACampaignStartsOnceTheDiskIsBack) {
  options_.disk_stall_limit = milliseconds(500);
  start(3);
  deliver(2, append(1, pos(1, 1), {run(1, 1)}));
  take();
  reach_deadline();
  take_and_write();

  reach_deadline();

  EXPECT_EQ(raft_->standing().role, Role::kPreCandidate);
}

TEST_F(DiskStallTest, NoCampaignStartsWhileAVoteIsWritten) {
  start(3);
  deliver(2, tests::request_vote(2, pos(1, 1)));
  take();

  reach_deadline();

  EXPECT_EQ(raft_->standing().role, Role::kFollower);
  EXPECT_GT(take().deadline, now_);
}

TEST_F(DiskStallTest, ACandidateWhoseVoteIsWrittenSlowlyStaysInItsTerm) {
  start(3);
  become_pre_candidate();
  grant(2);
  take();

  reach_deadline();
  take();
  reach_deadline();

  EXPECT_EQ(raft_->standing().role, Role::kCandidate);
  EXPECT_EQ(raft_->hard_state().term, Term(2));
}

}  // namespace buoyant::core::timing_test
