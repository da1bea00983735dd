// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/membership.h"

#include "tests/support/core_fixture.h"

namespace buoyant::core::membership_test {

using std::chrono::milliseconds;
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
using tests::stored;
using tests::voter;
using tests::voters;

Configuration simple(std::vector<Member> members) {
  return {.members = std::move(members), .outgoing = {}};
}

Configuration joint(std::vector<Member> members, std::vector<Member> outgoing) {
  return {.members = std::move(members), .outgoing = std::move(outgoing)};
}

Member voter_at(std::uint64_t server, const char* address) {
  return {.id = id(server), .address = address, .role = MemberRole::kVoter};
}

class MembershipTest : public tests::CoreFixture {
 protected:
  /// Leads term 2 with the votes of these.
  void win_with(std::initializer_list<std::uint64_t> servers) {
    become_pre_candidate();
    for (int ballot = 0; ballot < 2; ++ballot) {
      for (const std::uint64_t server : servers) {
        grant(server);
      }
      take_and_write();
      take_and_write();
    }
    ASSERT_TRUE(raft_->is_leader());
  }

  /// Leads term 2; its no-op, at 2, is committed, and the others have it.
  void lead(std::uint64_t count) {
    start(count);
    if (count > 3) {
      win_with({2, 3});
    } else {
      become_leader();
    }
    for (std::uint64_t server = 2; server <= count; ++server) {
      replicate_to(server, 2);
    }
    take_and_write();
  }

  Result<std::uint64_t> change(std::vector<Member> members) {
    return raft_->change_membership(now_, std::move(members), raft_->configuration().index);
  }

  /// These acknowledge the whole log, which is durable here.
  void acknowledge(std::initializer_list<std::uint64_t> servers) {
    take_and_write();
    for (const std::uint64_t server : servers) {
      replicate_to(server, raft_->last().index.value());
    }
    take_and_write();
  }

  [[nodiscard]] const Configuration& configuration() const {
    return raft_->configuration().configuration;
  }
};

using MembershipRefusalTest = MembershipTest;

TEST_F(MembershipRefusalTest, AFollowerDoesNotChangeIt) {
  start(3);

  EXPECT_EQ(change({voter(1)}).error(), Error(Errc::kNotLeader));
}

TEST_F(MembershipRefusalTest, ALeaderWithoutACommittedEntryOfItsTermDoesNotChangeIt) {
  start(3);
  become_leader();

  EXPECT_EQ(change({voter(1), voter(2)}).error(), Error(Errc::kNotReady));
}

TEST_F(MembershipRefusalTest, SomebodyMustVote) {
  lead(3);

  EXPECT_EQ(change({}).error(), Error(Errc::kInvalidConfiguration));
  EXPECT_EQ(change({learner(1), learner(2)}).error(), Error(Errc::kInvalidConfiguration));
}

TEST_F(MembershipRefusalTest, WhoKnowsAnOlderConfigurationDoesNotChangeTheNewOne) {
  lead(3);
  ASSERT_TRUE(change({voter(1), voter(2), voter(3), learner(4)}));
  acknowledge({2, 3});

  EXPECT_EQ(raft_->change_membership(now_, {voter(1)}, Index(1)).error(),
            Error(Errc::kStaleConfiguration));
}

TEST_F(MembershipRefusalTest, OneChangeAtATime) {
  lead(3);
  ASSERT_TRUE(change({voter(1), voter(2)}));
  take_and_write();

  EXPECT_EQ(change({voter(1), voter(3)}).error(), Error(Errc::kChangeInProgress));
}

TEST_F(MembershipRefusalTest, TooManyMembersWhileTheNewOnesCatchUp) {
  std::vector<Member> many;
  for (std::uint64_t server = 1; server <= kMembersMax; ++server) {
    many.push_back(server == 1 ? voter(1) : learner(server));
  }
  restore(stored(simple(many)));
  reach_deadline();
  take_and_write();
  take_and_write();
  take_and_write();
  ASSERT_TRUE(raft_->is_leader());

  EXPECT_EQ(change({voter(1), voter(100)}).error(), Error(Errc::kInvalidConfiguration));
}

using MembershipChangeTest = MembershipTest;

TEST_F(MembershipChangeTest, ALearnerNeedsOneEntry) {
  lead(3);

  const auto number = change({voter(1), voter(2), voter(3), learner(4)});
  acknowledge({2, 3});

  EXPECT_EQ(configuration(), simple({voter(1), voter(2), voter(3), learner(4)}));
  EXPECT_EQ(raft_->last().index, Index(3));
  EXPECT_EQ(ready_.changes, (std::vector<ChangeOutcome>{{.number = *number, .index = Index(3)}}));
}

TEST_F(MembershipChangeTest, NothingToChangeIsDoneWithoutAnEntry) {
  lead(3);

  const auto number = change({voter(3), voter(2), voter(1)});
  take();

  EXPECT_EQ(raft_->last().index, Index(2));
  EXPECT_EQ(ready_.changes, (std::vector<ChangeOutcome>{{.number = *number, .index = Index(1)}}));
}

TEST_F(MembershipChangeTest, AnAddressNeedsOneEntryAndKeepsTheRole) {
  restore(stored(simple({voter(1), voter(2), learner(3)})));
  become_leader();
  replicate_to(2, 2);
  take_and_write();

  ASSERT_TRUE(change({voter(1), voter_at(2, "elsewhere"), learner(3)}));
  acknowledge({2});

  EXPECT_EQ(configuration(), simple({voter(1), voter_at(2, "elsewhere"), learner(3)}));
  EXPECT_EQ(ready_.changes.size(), 1U);
}

TEST_F(MembershipChangeTest, AConfigurationIsInEffectBeforeItIsCommitted) {
  lead(3);

  ASSERT_TRUE(change({voter(1), voter(2)}));
  take();

  EXPECT_EQ(configuration(), joint({voter(1), voter(2)}, {voter(1), voter(2), voter(3)}));
  EXPECT_EQ(raft_->commit_index(), Index(2));
}

TEST_F(MembershipChangeTest, TheTargetFollowsWhenTheJointOneIsCommitted) {
  lead(3);
  const auto number = change({voter(1), voter(2)});
  acknowledge({2});

  EXPECT_EQ(raft_->commit_index(), Index(3));
  EXPECT_EQ(configuration(), simple({voter(1), voter(2)}));
  EXPECT_TRUE(ready_.changes.empty());

  acknowledge({2});

  EXPECT_EQ(raft_->commit_index(), Index(4));
  EXPECT_EQ(ready_.changes, (std::vector<ChangeOutcome>{{.number = *number, .index = Index(4)}}));
}

TEST_F(MembershipChangeTest, AJointConfigurationNeedsBothMajorities) {
  restore(stored(joint({voter(1), voter(4), voter(5)}, {voter(1), voter(2), voter(3)})));
  become_pre_candidate();
  grant(2);
  take_and_write();
  EXPECT_EQ(raft_->standing().role, Role::kPreCandidate) << "one majority of two";

  grant(4);
  take_and_write();
  take();
  grant(4);
  EXPECT_EQ(raft_->standing().role, Role::kCandidate) << "one majority of two";
  grant(2);
  take_and_write();
  ASSERT_TRUE(raft_->is_leader());
  replicate_to(4, 2);
  replicate_to(5, 2);

  EXPECT_EQ(raft_->commit_index(), Index());
  replicate_to(3, 2);
  EXPECT_EQ(raft_->commit_index(), Index(2));
}

TEST_F(MembershipChangeTest, ANewLeaderCompletesAJointConfigurationOnce) {
  restore(stored(joint({voter(1), voter(2)}, {voter(1), voter(2), voter(3)})));
  become_leader();
  replicate_to(2, 2);
  acknowledge({2});
  acknowledge({2});
  acknowledge({2});

  EXPECT_EQ(raft_->last().index, Index(3));
  EXPECT_EQ(configuration(), simple({voter(1), voter(2)}));
  EXPECT_TRUE(ready_.changes.empty());
}

TEST_F(MembershipChangeTest, AllOthersCanBeReplacedAtOnce) {
  restore(stored(simple({voter(1), voter(2), voter(3), learner(4), learner(5)})));
  become_leader();
  for (const std::uint64_t server : {2U, 3U, 4U, 5U}) {
    replicate_to(server, 2);
  }
  take_and_write();

  const auto number = change({voter(4), voter(5)});
  take();
  EXPECT_EQ(configuration(),
            joint({voter(4), voter(5)}, {voter(1), voter(2), voter(3), learner(4), learner(5)}));
  acknowledge({2, 4, 5});
  acknowledge({4, 5});

  EXPECT_EQ(ready_.changes, (std::vector<ChangeOutcome>{{.number = *number, .index = Index(4)}}));
}

TEST_F(MembershipChangeTest, DemotionIsAChangeOfVoters) {
  lead(3);

  ASSERT_TRUE(change({voter(1), voter(2), learner(3)}));
  take();
  EXPECT_TRUE(configuration().is_joint());
  acknowledge({2});
  acknowledge({2});

  EXPECT_EQ(configuration(), simple({voter(1), voter(2), learner(3)}));
  EXPECT_FALSE(progress_of(3).leaving);
}

TEST_F(MembershipChangeTest, SteppingDownLeavesTheOutcomeOpen) {
  lead(3);
  const auto number = change({voter(1), voter(2)});
  take_and_write();

  deliver(2, heartbeat(3, 2, 1));
  take();

  EXPECT_EQ(ready_.changes,
            (std::vector<ChangeOutcome>{
                {.number = *number, .index = {}, .refusal = Errc::kOutcomeUnknown}}));
  take();
  EXPECT_TRUE(ready_.changes.empty());
}

TEST_F(MembershipChangeTest, ATruncationTakesAConfigurationBack) {
  lead(3);
  ASSERT_TRUE(change({voter(1), voter(2)}));
  take_and_write();

  deliver(2, append(3, pos(2, 2), {run(3, 1)}, 2));
  take();

  EXPECT_EQ(configuration(), voters(3));
  EXPECT_EQ(ready_.configuration, (ConfigurationAt{.index = Index(1), .configuration = voters(3)}));
}

using MembershipRemovalTest = MembershipTest;

TEST_F(MembershipRemovalTest, ARemovedServerIsFollowedOnUntilItKnows) {
  lead(3);
  ASSERT_TRUE(change({voter(1), voter(2)}));
  acknowledge({2, 3});
  acknowledge({2, 3});
  ASSERT_EQ(raft_->commit_index(), Index(4));
  EXPECT_TRUE(progress_of(3).leaving);

  elapse(options_.heartbeat_interval);
  take();
  const auto told = messages_to(3);
  ASSERT_FALSE(told.empty());
  const auto beat = std::get<Heartbeat>(told.back().message);
  EXPECT_EQ(beat.commit, Index(4));
  deliver(3, heartbeat_reply(2, beat.round.value(), 4));
  take();

  EXPECT_EQ(raft_->progress().size(), 1U);
}

TEST_F(MembershipRemovalTest, ARemovedServerThatIsGoneIsNotFollowedForEver) {
  lead(3);
  ASSERT_TRUE(change({voter(1), voter(2)}));
  acknowledge({2});
  acknowledge({2});
  ASSERT_EQ(raft_->commit_index(), Index(4));

  elapse(options_.election_timeout / 2);
  deliver(2, heartbeat_reply(2, 1, 4));
  take();
  EXPECT_EQ(raft_->progress().size(), 2U);
  elapse(options_.election_timeout / 2);
  take();

  EXPECT_EQ(raft_->progress().size(), 1U);
}

TEST_F(MembershipRemovalTest, ARemovedServerGetsNothingBeyondItsRemoval) {
  lead(3);
  ASSERT_TRUE(change({voter(1), voter(2)}));
  acknowledge({2, 3});
  ASSERT_TRUE(raft_->propose(now_));
  take_and_write();

  EXPECT_EQ(permission(3).through, Index(4));
  EXPECT_EQ(permission(2).through, Index(5));
}

TEST_F(MembershipRemovalTest, ALeaderThatIsRemovedDoesNotCountItself) {
  lead(3);
  ASSERT_TRUE(change({voter(2), voter(3)}));
  acknowledge({2});
  EXPECT_EQ(raft_->commit_index(), Index(2)) << "one of two new voters";

  acknowledge({3});
  EXPECT_EQ(raft_->commit_index(), Index(3));
  acknowledge({2});
  EXPECT_EQ(raft_->commit_index(), Index(3)) << "itself and one of two voters";
  EXPECT_TRUE(raft_->is_leader());
}

TEST_F(MembershipRemovalTest, ALeaderThatIsRemovedTellsTheOthersAndHandsOver) {
  lead(3);
  const auto number = change({voter(2), voter(3)});
  acknowledge({2, 3});
  ASSERT_TRUE(raft_->is_leader());
  sent(2, 4);
  sent(3, 4);
  deliver(2, accepted(2, 4));
  deliver(3, accepted(2, 4));
  take();

  EXPECT_EQ(ready_.changes, (std::vector<ChangeOutcome>{{.number = *number, .index = Index(4)}}));
  EXPECT_EQ(ready_.standing, tests::standing(Role::kFollower, 2, 0, Cause::kRemoved));
  EXPECT_EQ(messages_to(2), (std::vector<Envelope>{envelope(2, heartbeat(2, 4, 0)),
                                                   envelope(2, TimeoutNow{.term = Term(2)})}));
  EXPECT_EQ(messages_to(3), (std::vector<Envelope>{envelope(3, heartbeat(2, 4, 0))}));
  EXPECT_TRUE(raft_->is_removed());
  EXPECT_EQ(ready_.deadline, Instant::never());
}

TEST_F(MembershipRemovalTest, AnOutgoingLeaderWaitsForWhoIsRemovedWithIt) {
  lead(5);
  ASSERT_TRUE(change({voter(2), voter(3), voter(4)}));
  acknowledge({2, 3, 4, 5});
  acknowledge({2, 3, 4});
  ASSERT_EQ(raft_->commit_index(), Index(4));
  EXPECT_TRUE(raft_->is_leader()) << "server 5 does not know";
  EXPECT_EQ(raft_->propose(now_).error(), Error(Errc::kBusy));

  elapse(options_.election_timeout);
  take();

  EXPECT_FALSE(raft_->is_leader());
}

TEST_F(MembershipRemovalTest, ALearnerOfTheTargetDoesNotGoOnLeading) {
  lead(3);
  ASSERT_TRUE(change({learner(1), voter(2), voter(3)}));
  acknowledge({2, 3});
  acknowledge({2, 3});

  EXPECT_FALSE(raft_->is_leader());
  EXPECT_FALSE(raft_->is_removed());
}

TEST_F(MembershipRemovalTest, ARemovedServerDoesNotCampaign) {
  start(3);

  raft_->told_removed(now_);
  take();

  EXPECT_EQ(ready_.deadline, Instant::never());
  EXPECT_TRUE(raft_->is_removed());
}

TEST_F(MembershipRemovalTest, ACandidateThatIsToldGivesUp) {
  start(3);
  become_candidate();

  raft_->told_removed(now_);
  take();

  EXPECT_EQ(ready_.standing, tests::standing(Role::kFollower, 2, 0, Cause::kRemoved));
}

TEST_F(MembershipRemovalTest, WhoHearsOfALeaderAgainTakesPartAgain) {
  start(3);
  raft_->told_removed(now_);
  take();

  deliver(2, heartbeat(2, 0, 1));
  take();

  EXPECT_FALSE(raft_->is_removed());
  EXPECT_NE(ready_.deadline, Instant::never());
}

TEST_F(MembershipRemovalTest, WhoIsNoVoterInItsOwnViewVotesWhenAsked) {
  restore(stored(simple({voter(2), voter(3)})));

  deliver(2, request_vote(2, pos(1, 1)));
  take();

  EXPECT_EQ(messages_to(2),
            (std::vector<Envelope>{envelope(2, tests::vote(2, true), ready_.write.id.value())}));
}

TEST_F(MembershipRemovalTest, AnEmptyServerWaitsToBeAdded) {
  restore({});

  EXPECT_EQ(ready_.deadline, Instant::never());
  EXPECT_FALSE(raft_->is_removed());
  Message first = append(2, pos(0, 0), {run(1, 1), run(2, 2)}, 2);
  std::get<AppendEntries>(first).configurations = {
      {.index = Index(1), .configuration = voters(2)},
      {.index = Index(3), .configuration = simple({voter(1), voter(2), voter(3)})}};
  deliver(2, first);
  take();

  EXPECT_EQ(configuration(), voters(3));
  EXPECT_NE(ready_.deadline, Instant::never());
  EXPECT_EQ(raft_->committed_configuration().index, Index(1));
}

}  // namespace buoyant::core::membership_test
