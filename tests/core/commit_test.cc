// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/commit.h"

#include "tests/support/core_fixture.h"

namespace buoyant::core::commit_test {

using tests::accepted;
using tests::pos;
using tests::run;
using tests::voters;

class CommitTest : public tests::CoreFixture {
 protected:
  /// Leads term 3 of `count` servers after two entries of term 2, with `proposed` own ones
  /// behind the no-op at index 4, all durable here and sent.
  void lead(std::uint64_t count, std::uint64_t proposed) {
    restore(tests::stored(voters(count), {run(2, 2)}));
    become_pre_candidate();
    grant_by_others(count);
    take_and_write();
    take();
    grant_by_others(count);
    take_and_write();
    ASSERT_TRUE(raft_->is_leader());
    if (proposed > 0) {
      ASSERT_TRUE(raft_->propose(now_, proposed).has_value());
    }
    take_and_write();
  }

  void grant_by_others(std::uint64_t count) {
    for (std::uint64_t from = 2; from <= count; ++from) {
      grant(from);
    }
  }
};

TEST_F(CommitTest, NothingIsCommittedByTheLeaderAlone) {
  lead(3, 1);

  EXPECT_EQ(raft_->commit_index(), Index(0));
}

TEST_F(CommitTest, AnEntryOnAMajorityIsCommitted) {
  lead(3, 1);

  deliver(2, accepted(3, 5));

  EXPECT_EQ(raft_->commit_index(), Index(5));
}

TEST_F(CommitTest, AnEntryOfAnEarlierTermIsNotCommittedByCounting) {
  lead(3, 1);

  deliver(2, accepted(3, 3));

  EXPECT_EQ(raft_->commit_index(), Index(0));
}

TEST_F(CommitTest, AnEntryOfAnEarlierTermIsCommittedWithOneOfTheTerm) {
  lead(3, 1);

  deliver(2, accepted(3, 4));

  EXPECT_EQ(raft_->commit_index(), Index(4));
}

TEST_F(CommitTest, OfFourServersThreeCommit) {
  lead(4, 1);
  deliver(2, accepted(3, 5));
  EXPECT_EQ(raft_->commit_index(), Index(0));

  deliver(3, accepted(3, 4));

  EXPECT_EQ(raft_->commit_index(), Index(4));
}

TEST_F(CommitTest, OfFiveServersTheThirdBestCommits) {
  lead(5, 6);
  deliver(2, accepted(3, 5));
  deliver(3, accepted(3, 9));
  deliver(4, accepted(3, 7));

  EXPECT_EQ(raft_->commit_index(), Index(9 - 2));
}

TEST_F(CommitTest, OnlyVotersCommit) {
  Configuration configuration = voters(2);
  configuration.members.push_back(tests::learner(3));
  restore(tests::stored(configuration));
  become_leader();

  deliver(3, accepted(2, 2));

  EXPECT_EQ(raft_->commit_index(), Index(0));
}

TEST_F(CommitTest, BothHalvesOfAJointConfigurationCommit) {
  restore(tests::stored({.members = {tests::voter(1), tests::voter(4), tests::voter(5)},
                         .outgoing = {tests::voter(1), tests::voter(2), tests::voter(3)}}));
  become_pre_candidate();
  grant(2);
  grant(4);
  take_and_write();
  take();
  grant(2);
  grant(4);
  take_and_write();
  deliver(4, accepted(2, 2));
  deliver(5, accepted(2, 2));
  EXPECT_EQ(raft_->commit_index(), Index(0));

  deliver(3, accepted(2, 2));

  EXPECT_EQ(raft_->commit_index(), Index(2));
}

TEST_F(CommitTest, AServerAloneCommitsWhatIsDurable) {
  start(1);
  reach_deadline();
  take_and_write();
  take();
  EXPECT_EQ(raft_->commit_index(), Index(0));

  written();

  EXPECT_EQ(raft_->commit_index(), Index(2));
}

TEST_F(CommitTest, AFollowersMajorityCommitsWhatIsNotDurableHere) {
  lead(3, 0);
  ASSERT_TRUE(raft_->propose(now_).has_value());
  take();
  deliver(2, accepted(3, 5));
  EXPECT_EQ(raft_->commit_index(), Index(4));

  deliver(3, accepted(3, 5));

  EXPECT_EQ(raft_->commit_index(), Index(5));
  EXPECT_EQ(take().apply_through, Index(4));
}

TEST_F(CommitTest, WhatOthersHaveIsReplicatedAlthoughItIsNotDurableHere) {
  lead(3, 0);
  ASSERT_TRUE(raft_->propose(now_, 2).has_value());
  take();
  EXPECT_EQ(raft_->replicated_index(), Index(0));

  deliver(2, accepted(3, 6));

  EXPECT_EQ(raft_->durable_index(), Index(4));
  EXPECT_EQ(raft_->replicated_index(), Index(6));
  EXPECT_EQ(raft_->commit_index(), Index(4)) << "not without the leader, or the third";
}

TEST_F(CommitTest, AServerAloneNeedsNobodyAndAFollowerKnowsNothing) {
  start(3);
  EXPECT_EQ(raft_->replicated_index(), Index(0));

  start(1);
  reach_deadline();
  take_and_write();
  take();
  ASSERT_TRUE(raft_->is_leader());
  EXPECT_EQ(raft_->replicated_index(), raft_->last().index);
}

}  // namespace buoyant::core::commit_test
