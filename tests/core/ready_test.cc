// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/core/ready.h"

#include <gtest/gtest.h>

namespace buoyant::core::ready_test {

TEST(ReadyTest, AnEmptyReadyAsksForNothing) {
  const Ready ready;

  EXPECT_TRUE(ready.write.empty());
  EXPECT_TRUE(ready.messages.empty());
  EXPECT_TRUE(ready.replicate.empty());
  EXPECT_EQ(ready.standing, std::nullopt);
  EXPECT_EQ(ready.deadline, Instant::never());
}

TEST(ReadyTest, AWriteWithANumberIsNotEmpty) {
  Write write;
  write.id = WriteId(1);

  EXPECT_FALSE(write.empty());
}

TEST(ReadyTest, EveryRoleHasAName) {
  EXPECT_STREQ(role_name(Role::kFollower), "follower");
  EXPECT_STREQ(role_name(Role::kPreCandidate), "pre-candidate");
  EXPECT_STREQ(role_name(Role::kCandidate), "candidate");
  EXPECT_STREQ(role_name(Role::kLeader), "leader");
  EXPECT_STREQ(role_name(Role{99}), "?");
}

TEST(ReadyTest, EveryCauseReadsAsAClaim) {
  EXPECT_STREQ(cause_name(Cause::kStarted), "started");
  EXPECT_STREQ(cause_name(Cause::kElectionTimeout), "no leader was heard of in time");
  EXPECT_STREQ(cause_name(Cause::kToldToCampaign), "the leader handed over");
  EXPECT_STREQ(cause_name(Cause::kPreVoteWon), "a quorum would vote for it");
  EXPECT_STREQ(cause_name(Cause::kElectionWon), "a quorum voted for it");
  EXPECT_STREQ(cause_name(Cause::kHigherTerm), "a later term came up");
  EXPECT_STREQ(cause_name(Cause::kLeaderFound), "the leader of the term made itself known");
  EXPECT_STREQ(cause_name(Cause::kQuorumLost), "no majority was heard of");
  EXPECT_STREQ(cause_name(Cause::kDiskStalled), "the disk is stalled");
  EXPECT_STREQ(cause_name(Cause::kNoSpace), "the disk is full");
  EXPECT_STREQ(cause_name(Cause::kMajorityFull), "the disks of a majority are full");
  EXPECT_STREQ(cause_name(Cause::kFaulted), "the node is faulted");
  EXPECT_STREQ(cause_name(Cause{99}), "?");
}

TEST(ReadyTest, EveryStepHasAName) {
  EXPECT_STREQ(step_name(StepKind::kBecameFollower), "became follower");
  EXPECT_STREQ(step_name(StepKind::kBecamePreCandidate), "became pre-candidate");
  EXPECT_STREQ(step_name(StepKind::kBecameCandidate), "became candidate");
  EXPECT_STREQ(step_name(StepKind::kBecameLeader), "became leader");
  EXPECT_STREQ(step_name(StepKind::kGrantedVote), "granted vote");
  EXPECT_STREQ(step_name(StepKind::kGrantedPreVote), "granted pre-vote");
  EXPECT_STREQ(step_name(StepKind::kRefusedVote), "refused vote");
  EXPECT_STREQ(step_name(StepKind::kIgnored), "ignored");
  EXPECT_STREQ(step_name(StepKind::kRejectedAppend), "rejected append");
  EXPECT_STREQ(step_name(StepKind::kTruncated), "truncated");
  EXPECT_STREQ(step_name(StepKind::kProbe), "probing");
  EXPECT_STREQ(step_name(StepKind::kReplicating), "replicating");
  EXPECT_STREQ(step_name(StepKind::kNoSpace), "no space");
  EXPECT_STREQ(step_name(StepKind::kFaulted), "faulted");
  EXPECT_STREQ(step_name(StepKind{99}), "?");
}

}  // namespace buoyant::core::ready_test
