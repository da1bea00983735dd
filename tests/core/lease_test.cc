// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Leases (§6.4.1): when a leader answers reads at once, and what followers promise for that.

#include "core/lease.h"

#include "core/outbox.h"
#include "core/replication.h"
#include "core/role.h"
#include "tests/support/core_fixture.h"

namespace buoyant::core::lease_test {

using std::chrono::milliseconds;
using tests::append;
using tests::heartbeat;
using tests::heartbeat_reply;
using tests::id;
using tests::learner;
using tests::pos;
using tests::request_pre_vote;
using tests::request_vote;
using tests::stored;
using tests::transferred;
using tests::voters;

using Grants = std::vector<ReadGrant>;

/// The leader's side. Leads term 2 of three servers with promises of 1000 ms and a drift of 100 ms;
/// no promise was heard of yet.
class LeaseTest : public tests::CoreFixture {
 protected:
  void SetUp() override {
    options_.lease_reads = true;
    lead(voters(3));
  }

  void lead(Configuration configuration) {
    restore(stored(std::move(configuration)));
    become_leader();
    replicate_to(2, 2);
    replicate_to(3, 2);
    take();
  }

  /// The heartbeats of the next round leave.
  void beat() {
    elapse(options_.heartbeat_interval);
    take();
  }

  void answer(std::uint64_t from, std::uint64_t round, std::uint32_t promise_ms = 1000) {
    HeartbeatReply reply = heartbeat_reply(2, round, 2);
    reply.lease_promise_ms = promise_ms;
    deliver(from, reply);
  }

  /// Time passes for the loop, not for the deadlines.
  void wait(Duration by) { now_ = now_ + by; }

  /// True: a read is granted without asking anybody.
  bool reads_at_once() {
    EXPECT_TRUE(raft_->read(now_, true).has_value());
    take();
    return !ready_.reads.empty();
  }
};

TEST_F(LeaseTest, WithoutPromisesThereIsNoLease) {
  EXPECT_FALSE(reads_at_once());
}

TEST_F(LeaseTest, AMajoritysPromiseAnswersReadsAtOnce) {
  beat();
  answer(2, 1);

  ASSERT_TRUE(raft_->read(now_, true).has_value());

  EXPECT_EQ(take().reads, (Grants{{.first = 1, .last = 1, .index = Index(2)}}));
  EXPECT_EQ(ready_.messages, std::vector<Envelope>{});
}

TEST_F(LeaseTest, AReadThatDoesNotWantItAsksAQuorum) {
  beat();
  answer(2, 1);

  ASSERT_TRUE(raft_->read(now_).has_value());

  EXPECT_EQ(take().reads, Grants{});
}

TEST_F(LeaseTest, WithoutALeaseAQuorumIsAsked) {
  EXPECT_FALSE(reads_at_once());
  EXPECT_EQ(ready_.messages.size(), 2U);

  answer(3, 1);

  EXPECT_EQ(take().reads, (Grants{{.first = 1, .last = 1, .index = Index(2)}}));
}

TEST_F(LeaseTest, APromiseEndsTheDriftBeforeItIsOver) {
  beat();
  answer(2, 1);

  wait(milliseconds(899));
  EXPECT_TRUE(reads_at_once());

  wait(milliseconds(1));
  EXPECT_FALSE(reads_at_once());
}

TEST_F(LeaseTest, APromiseCountsFromWhenItsRoundWasSent) {
  beat();
  wait(milliseconds(500));
  answer(2, 1);

  wait(milliseconds(399));
  EXPECT_TRUE(reads_at_once());

  wait(milliseconds(1));
  EXPECT_FALSE(reads_at_once());
}

TEST_F(LeaseTest, RoundsInQuickSuccessionCountFromTheFirst) {
  beat();
  wait(milliseconds(20));
  ASSERT_TRUE(raft_->read(now_).has_value());
  take();
  answer(2, 2);

  wait(milliseconds(879));
  EXPECT_TRUE(reads_at_once());

  wait(milliseconds(1));
  EXPECT_FALSE(reads_at_once());
}

TEST_F(LeaseTest, ALaterRoundExtendsIt) {
  beat();
  answer(2, 1);
  beat();
  answer(2, 2);

  wait(milliseconds(899));
  EXPECT_TRUE(reads_at_once());
}

TEST_F(LeaseTest, AShorterPromiseIsAShorterLease) {
  beat();
  answer(2, 1, 500);

  wait(milliseconds(400));
  EXPECT_FALSE(reads_at_once());
}

TEST_F(LeaseTest, AServerThatPromisesNothingDoesNotCount) {
  beat();
  answer(2, 1, 0);

  EXPECT_FALSE(reads_at_once());
}

TEST_F(LeaseTest, ALearnersPromiseDoesNotCount) {
  Configuration configuration = voters(3);
  configuration.members.push_back(learner(4));
  lead(std::move(configuration));
  beat();

  answer(4, 1);

  EXPECT_FALSE(reads_at_once());
}

TEST_F(LeaseTest, WithoutTheOptionThereIsNoLease) {
  options_.lease_reads = false;
  lead(voters(3));
  beat();

  answer(2, 1);

  EXPECT_FALSE(reads_at_once());
}

// R1
TEST_F(LeaseTest, ALeaseWaitsForAnEntryOfTheTerm) {
  start(3);
  become_leader();
  take();
  beat();
  answer(2, 1);

  EXPECT_FALSE(reads_at_once());
}

// R3
TEST_F(LeaseTest, AfterAPauseOnlyNewRoundsCount) {
  beat();
  answer(2, 1);

  raft_->resumed(now_);
  EXPECT_FALSE(reads_at_once());
  answer(3, 1);
  EXPECT_FALSE(reads_at_once());

  answer(3, 2);
  EXPECT_TRUE(reads_at_once());
}

// R6: the campaign that it calls for overrides all promises, and may be late.
TEST_F(LeaseTest, ATimeoutNowEndsItForTheTerm) {
  State state(options_, stored(voters(3)), now_);
  core::become_candidate(state, Cause::kElectionTimeout);
  core::become_leader(state);
  broadcast_heartbeat(state);
  for (Progress& follower : state.leading.followers) {
    promised(state, follower, Round(1), 1000);
  }
  ASSERT_TRUE(has_lease(state));

  send(state, id(2), {}, TimeoutNow{.term = state.hard_state.term});
  EXPECT_FALSE(has_lease(state));

  broadcast_heartbeat(state);
  promised(state, state.leading.followers.front(), Round(2), 1000);
  EXPECT_FALSE(has_lease(state));
}

/// The follower's side: server 1 hears of leader 2 of term 2.
class LeasePromiseTest : public tests::CoreFixture {
 protected:
  void SetUp() override {
    options_.lease_reads = true;
    start(3);
    now_ = now_ + milliseconds(2000);
    deliver(2, append(2, pos(1, 1), {}, 1, 1));
    take_and_write();
  }

  /// True: the newest answer to `to` is a granted vote.
  bool granted(std::uint64_t to) {
    take_and_write();
    const std::vector<Envelope> answers = messages_to(to);
    const auto* reply =
        answers.empty() ? nullptr : std::get_if<RequestVoteReply>(&answers.back().message);
    return reply != nullptr && reply->granted;
  }

  /// The leader is forgotten: a later term came up.
  void forget_leader() {
    deliver(3, tests::vote(3, false));
    take_and_write();
    ASSERT_FALSE(raft_->standing().leader.is_set());
  }
};

TEST_F(LeasePromiseTest, AnAnswerPromisesAnElectionTimeout) {
  deliver(2, heartbeat(2, 1, 2));

  HeartbeatReply expected = heartbeat_reply(2, 2, 1);
  expected.lease_promise_ms = 1000;
  EXPECT_EQ(take().messages.back(), tests::envelope(2, expected));
}

TEST_F(LeasePromiseTest, WithoutTheOptionItPromisesNothing) {
  options_.lease_reads = false;
  start(3);
  deliver(2, append(2, pos(1, 1), {}, 1, 1));
  take_and_write();
  deliver(2, heartbeat(2, 1, 2));

  EXPECT_EQ(take().messages.back(), tests::envelope(2, heartbeat_reply(2, 2, 1)));
}

TEST_F(LeasePromiseTest, ItHoldsWhenTheLeaderIsForgotten) {
  forget_leader();

  now_ = now_ + milliseconds(999);
  deliver(3, request_vote(4, pos(1, 1)));
  EXPECT_FALSE(granted(3));

  now_ = now_ + milliseconds(1);
  deliver(3, request_vote(4, pos(1, 1)));
  EXPECT_TRUE(granted(3));
}

TEST_F(LeasePromiseTest, ItHoldsForPreVotes) {
  forget_leader();

  deliver(3, request_pre_vote(4, pos(1, 1)));

  EXPECT_FALSE(granted(3));
}

TEST_F(LeasePromiseTest, TheLeaderItselfMayHaveTheVote) {
  forget_leader();

  deliver(2, request_vote(4, pos(1, 1)));

  EXPECT_TRUE(granted(2));
}

TEST_F(LeasePromiseTest, ATransferIsWhatTheLeaderWants) {
  deliver(3, transferred(request_vote(3, pos(1, 1))));

  EXPECT_TRUE(granted(3));
}

TEST_F(LeasePromiseTest, ARestartedServerKeepsWhatItMayHavePromised) {
  restore(stored(voters(3)));

  now_ = now_ + milliseconds(999);
  deliver(3, request_vote(4, pos(1, 1)));
  EXPECT_FALSE(granted(3));

  now_ = now_ + milliseconds(1);
  deliver(3, request_vote(4, pos(1, 1)));
  EXPECT_TRUE(granted(3));
}

TEST_F(LeasePromiseTest, ARestartedServerWithoutLeasesVotesAtOnce) {
  options_.lease_reads = false;
  restore(stored(voters(3)));

  deliver(3, request_vote(4, pos(1, 1)));

  EXPECT_TRUE(granted(3));
}

TEST_F(LeasePromiseTest, AServerThatNeverHeardOfALeaderPromisedNothing) {
  RestoredState fresh;
  fresh.configurations.push_back({.index = Index(0), .configuration = voters(3)});
  fresh.snapshot.configuration = voters(3);
  restore(std::move(fresh));

  deliver(3, request_vote(4, pos(1, 1)));

  EXPECT_TRUE(granted(3));
}

}  // namespace buoyant::core::lease_test
