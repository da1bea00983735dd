// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/catch_up.h"

#include "tests/support/core_fixture.h"

namespace buoyant::core::catch_up_test {

using std::chrono::milliseconds;
using tests::heartbeat_reply;
using tests::id;
using tests::learner;
using tests::voter;
using tests::voters;

/// Server 1 leads server 2, which has everything, and server 3 is to be added.
class CatchUpTest : public tests::CoreFixture {
 protected:
  void SetUp() override {
    start(2);
    become_leader();
    replicate_to(2, 2);
    take_and_write();
    ASSERT_TRUE(add_server());
    take_and_write();
    replicate_to(2, 3);
    take_and_write();
  }

  Result<std::uint64_t> add_server() {
    return raft_->change_membership(now_, {voter(1), voter(2), voter(3)},
                                    raft_->configuration().index);
  }

  /// `count` commands that servers 1 and 2 have.
  void write_commands(std::uint64_t count) {
    ASSERT_TRUE(raft_->propose(now_, count));
    take_and_write();
    replicate_to(2, raft_->last().index.value());
    take_and_write();
  }

  /// Server 3 has everything through `match`.
  void catch_up(std::uint64_t match) {
    replicate_to(3, match);
    take_and_write();
  }

  /// Time passes in which server 2 is heard of.
  void wait(Duration duration) {
    for (const Instant until = now_ + duration; now_ < until;) {
      elapse(std::min(options_.heartbeat_interval, until - now_));
      deliver(2, heartbeat_reply(2, 1, 2));
      take_and_write();
    }
  }

  [[nodiscard]] const Configuration& configuration() const {
    return raft_->configuration().configuration;
  }
};

TEST_F(CatchUpTest, ANewVoterIsALearnerFirst) {
  EXPECT_EQ(configuration(),
            (Configuration{.members = {voter(1), voter(2), learner(3)}, .outgoing = {}}));
  EXPECT_EQ(progress_of(3).catch_up_round, 1U);
  EXPECT_EQ(progress_of(3).catch_up_goal, Index(3));
}

TEST_F(CatchUpTest, AShortRoundEndsIt) {
  catch_up(3);

  EXPECT_EQ(configuration(), (Configuration{.members = {voter(1), voter(2), voter(3)},
                                            .outgoing = {voter(1), voter(2), learner(3)}}));
}

TEST_F(CatchUpTest, ALearnerThatVotesNowWasToldBefore) {
  catch_up(3);
  replicate_to(3, 4);
  take_and_write();
  EXPECT_EQ(raft_->commit_index(), Index(3)) << "the old majority, of two, is both";

  replicate_to(2, 4);
  take_and_write();
  EXPECT_EQ(raft_->commit_index(), Index(4));
  EXPECT_EQ(configuration(), voters(3));
}

TEST_F(CatchUpTest, ALongRoundIsFollowedByAnother) {
  write_commands(4);
  wait(options_.election_timeout);
  catch_up(3);

  EXPECT_EQ(progress_of(3).catch_up_round, 2U);
  EXPECT_EQ(progress_of(3).catch_up_goal, Index(7));
  catch_up(7);
  EXPECT_TRUE(configuration().is_joint());
}

TEST_F(CatchUpTest, ItIsNotDoneBeforeTheLearnerIsCommitted) {
  start(2);
  become_leader();
  replicate_to(2, 2);
  take_and_write();
  ASSERT_TRUE(add_server());
  take_and_write();
  catch_up(3);

  EXPECT_FALSE(configuration().is_joint());
  replicate_to(2, 3);
  take_and_write();
  EXPECT_TRUE(configuration().is_joint());
}

TEST_F(CatchUpTest, AServerThatNeverCatchesUpIsGivenUp) {
  wait(options_.catch_up_timeout);

  EXPECT_EQ(
      ready_.changes,
      (std::vector<ChangeOutcome>{{.number = 1, .index = {}, .refusal = Errc::kNotCaughtUp}}));
  EXPECT_EQ(configuration(),
            (Configuration{.members = {voter(1), voter(2), learner(3)}, .outgoing = {}}));
  EXPECT_EQ(progress_of(3).catch_up_round, 0U);
  EXPECT_TRUE(add_server()) << "and does not keep others from being changed";
}

TEST_F(CatchUpTest, ALearnerThatIsNeverCommittedIsGivenUp) {
  start(2);
  become_leader();
  replicate_to(2, 2);
  take_and_write();
  ASSERT_TRUE(add_server());
  take_and_write();
  catch_up(3);

  for (const Instant until = now_ + options_.catch_up_timeout; now_ < until;) {
    elapse(std::min(options_.heartbeat_interval, until - now_));
    deliver(2, heartbeat_reply(2, 1, 2));
    deliver(3, heartbeat_reply(2, 1, 3));
    take_and_write();
  }

  EXPECT_EQ(
      ready_.changes,
      (std::vector<ChangeOutcome>{{.number = 1, .index = {}, .refusal = Errc::kNotCaughtUp}}));
  EXPECT_GT(ready_.deadline, now_) << "nothing is left to be done at once";
}

TEST_F(CatchUpTest, TenSlowRoundsAreEnough) {
  for (std::uint64_t round = 1; round <= kCatchUpRoundsMax; ++round) {
    const std::uint64_t goal = progress_of(3).catch_up_goal.value();
    ASSERT_EQ(progress_of(3).catch_up_round, round);
    write_commands(1);
    wait(options_.election_timeout - milliseconds(1));
    ASSERT_TRUE(ready_.changes.empty());
    wait(milliseconds(1));
    if (round < kCatchUpRoundsMax) {
      catch_up(goal);
    }
  }

  EXPECT_EQ(ready_.changes.size(), 1U);
}

TEST_F(CatchUpTest, AServerThatIsGoneAgainDoesNotVote) {
  write_commands(1);
  raft_->peer_reachable(now_, id(3));
  sent(3, 3);
  deliver(3, tests::accepted(2, 3));
  raft_->peer_unreachable(now_, id(3));
  take_and_write();

  EXPECT_FALSE(configuration().is_joint());
}

TEST_F(CatchUpTest, AnotherChangeWithoutTheNewServerEndsIt) {
  const auto number =
      raft_->change_membership(now_, {voter(1), voter(2)}, raft_->configuration().index);
  ASSERT_TRUE(number);
  take_and_write();

  EXPECT_EQ(
      ready_.changes,
      (std::vector<ChangeOutcome>{{.number = 1, .index = {}, .refusal = Errc::kNotCaughtUp}}));
  EXPECT_EQ(configuration(), voters(2));
}

TEST_F(CatchUpTest, AnotherChangeThatLeavesItALearnerWaits) {
  // It may be about somebody else, by one who does not know that this one is to vote.
  const auto number = raft_->change_membership(now_, {voter(1), learner(2), learner(3)},
                                               raft_->configuration().index);

  ASSERT_FALSE(number);
  EXPECT_EQ(number.error(), Error(Errc::kChangeInProgress));
}

TEST_F(CatchUpTest, AnotherChangeWithTheNewServerWaits) {
  EXPECT_EQ(add_server().error(), Error(Errc::kChangeInProgress));
}

}  // namespace buoyant::core::catch_up_test
