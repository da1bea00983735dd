// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/membership.h"
#include "tests/support/membership_fixture.h"

namespace buoyant::core::membership_removal_test {

using tests::accepted;
using tests::append;
using tests::envelope;
using tests::heartbeat;
using tests::heartbeat_reply;
using tests::joint;
using tests::learner;
using tests::MembershipTest;
using tests::pos;
using tests::request_vote;
using tests::run;
using tests::simple;
using tests::stored;
using tests::voter;
using tests::voters;

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

TEST_F(MembershipRemovalTest, WhoIsLeftOutCampaignsUntilThatIsCommitted) {
  start(3);
  Message target = append(2, pos(1, 1), {run(2, 2)}, 2);
  std::get<AppendEntries>(target).configurations = {
      {.index = Index(2), .configuration = joint({voter(2), voter(3)}, voters(3).members)},
      {.index = Index(3), .configuration = simple({voter(2), voter(3)})}};
  deliver(2, target);
  take_and_write();
  EXPECT_NE(ready_.deadline, Instant::never());
  EXPECT_FALSE(raft_->is_removed());

  deliver(2, heartbeat(2, 3, 1));
  take();

  EXPECT_EQ(ready_.deadline, Instant::never());
  EXPECT_TRUE(raft_->is_removed());
}

TEST_F(MembershipRemovalTest, WhoIsLeftOutDoesNotCountItself) {
  core::RestoredState state = stored(joint({voter(2), voter(3)}, voters(3).members), {run(1, 1)});
  state.configurations.push_back(
      {.index = Index(2), .configuration = simple({voter(2), voter(3)})});
  restore(state);
  become_pre_candidate();

  grant(2);
  EXPECT_EQ(raft_->standing().role, Role::kPreCandidate) << "itself and one of two voters";
  grant(3);

  EXPECT_EQ(raft_->standing().role, Role::kCandidate);
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

// A restart forgets how far the commit index was; what was committed before may be older than
// the server's own addition.
TEST_F(MembershipRemovalTest, AServerThatDoesNotKnowItsAdditionCommittedIsNotRemoved) {
  core::RestoredState state = stored(simple({voter(2)}), {run(1, 3)});
  state.configurations.push_back(
      {.index = Index(2), .configuration = simple({voter(1), voter(2)})});
  state.applied = Index(1);

  restore(state);
  take();

  ASSERT_EQ(raft_->committed_configuration().index, Index(1));
  EXPECT_FALSE(raft_->is_removed());
  EXPECT_NE(ready_.deadline, Instant::never());
}

TEST_F(MembershipRemovalTest, AServerThatKnowsOfNothingCommittedIsNotRemoved) {
  core::RestoredState state = stored(voters(3), {run(1, 3)});
  state.configurations.push_back(
      {.index = Index(2), .configuration = simple({voter(2), voter(3)})});

  restore(state);

  ASSERT_TRUE(raft_->committed_configuration().configuration.empty());
  EXPECT_FALSE(raft_->is_removed());
}

TEST_F(MembershipRemovalTest, AServerThatReadsOfTimesBeforeItsAdditionIsNotRemoved) {
  restore({});
  Message first = append(2, pos(0, 0), {run(1, 1), run(2, 2)}, 3);
  std::get<AppendEntries>(first).configurations = {
      {.index = Index(1), .configuration = simple({voter(2)})},
      {.index = Index(3), .configuration = simple({voter(2), voter(3)})}};

  deliver(2, first);
  take_and_write();

  ASSERT_EQ(raft_->committed_configuration().index, Index(3));
  EXPECT_FALSE(raft_->is_removed());
}

TEST_F(MembershipRemovalTest, AServerThatWasAddedAndLeftInOneMessageIsRemoved) {
  restore({});
  Message first = append(2, pos(0, 0), {run(1, 1), run(2, 2)}, 3);
  std::get<AppendEntries>(first).configurations = {
      {.index = Index(1), .configuration = voters(2)},
      {.index = Index(3), .configuration = simple({voter(2), voter(3)})}};

  deliver(2, first);
  take_and_write();

  EXPECT_TRUE(raft_->is_removed());
}

TEST_F(MembershipRemovalTest, ARemovedServerStaysSoWhenItsLogIsCompacted) {
  core::RestoredState state = stored(voters(3), {run(1, 3)});
  state.configurations.push_back(
      {.index = Index(2), .configuration = simple({voter(2), voter(3)})});
  state.applied = Index(3);
  restore(state);
  ASSERT_TRUE(raft_->is_removed());

  ASSERT_TRUE(raft_->snapshot_taken(now_,
                                    {.id = {.position = pos(1, 3)},
                                     .configuration = simple({voter(2), voter(3)}),
                                     .configuration_index = Index(2)},
                                    Index(3)));
  take();

  ASSERT_EQ(raft_->configurations().size(), 1U);
  EXPECT_TRUE(raft_->is_removed());
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

}  // namespace buoyant::core::membership_removal_test
