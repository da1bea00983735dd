// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/membership.h"

#include "tests/support/membership_fixture.h"

namespace buoyant::core::membership_test {

using tests::append;
using tests::heartbeat;
using tests::joint;
using tests::learner;
using tests::MembershipTest;
using tests::pos;
using tests::run;
using tests::simple;
using tests::stored;
using tests::voter;
using tests::voter_at;
using tests::voters;

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

TEST_F(MembershipChangeTest, AMajorityOfTheTargetMustBeThere) {
  lead(3);
  raft_->peer_unreachable(now_, tests::id(3));
  const auto number = change({voter(1), voter(3)});
  take_and_write();
  EXPECT_FALSE(configuration().is_joint());

  raft_->peer_reachable(now_, tests::id(3));
  take_and_write();

  ASSERT_TRUE(number);
  EXPECT_TRUE(configuration().is_joint());
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

}  // namespace buoyant::core::membership_test
