// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/invariants.h"

#include "tests/support/core_values.h"

#include <gtest/gtest.h>

namespace buoyant::core::invariants_test {

using tests::run;
using tests::voters;

/// A state that is right, with six entries of terms 1 and 2, in term 2.
class InvariantsDeathTest : public testing::Test {
 protected:
  static RestoredState stored() { return tests::stored(voters(3), {run(2, 5)}); }

  void lead() {
    state_.hard_state.voted_for = ServerId(1);
    state_.standing = {.role = Role::kLeader, .term = Term(2), .leader = ServerId(1)};
  }

  void check() { invariants::check(state_, before_); }

  static RaftOptions with_id() {
    RaftOptions options;
    options.id = ServerId(1);
    return options;
  }

  State state_{with_id(), stored(), Instant()};
  invariants::Before before_{state_};
};

TEST_F(InvariantsDeathTest, ARestoredStateKeepsThem) {
  check();
}

TEST_F(InvariantsDeathTest, TheCommitIndexIsInTheLog) {
  state_.commit = Index(7);
  EXPECT_DEATH(check(), "state.commit <= trail.last");
}

TEST_F(InvariantsDeathTest, NothingWasSubmittedThatIsNotInTheLog) {
  state_.submitted_last = Index(7);
  EXPECT_DEATH(check(), "submitted_last");
}

TEST_F(InvariantsDeathTest, NoEntryIsOfALaterTermThanTheServer) {
  state_.hard_state.term = Term(1);
  before_.hard_state.term = Term(1);
  EXPECT_DEATH(check(), "trail.last\\(\\).term <=");
}

TEST_F(InvariantsDeathTest, AConfigurationIsInEffect) {
  state_.configurations.clear();
  EXPECT_DEATH(check(), "configurations.empty");
}

TEST_F(InvariantsDeathTest, NoConfigurationIsBeyondTheLog) {
  state_.configurations.push_back({.index = Index(7), .configuration = voters(3)});
  EXPECT_DEATH(check(), "configurations.back");
}

TEST_F(InvariantsDeathTest, TheAnnouncedTermIsTheTerm) {
  state_.standing.term = Term(3);
  EXPECT_DEATH(check(), "standing.term");
}

TEST_F(InvariantsDeathTest, OnlyALeaderIsItsOwnLeader) {
  state_.standing.leader = ServerId(1);
  EXPECT_DEATH(check(), "leads ==");
}

TEST_F(InvariantsDeathTest, ALeaderVotedForItself) {
  lead();
  state_.hard_state.voted_for = ServerId();
  EXPECT_DEATH(check(), "voted_for == state.options.id");
}

TEST_F(InvariantsDeathTest, OnlyALeaderHasFollowers) {
  state_.leading.followers.emplace_back();
  EXPECT_DEATH(check(), "followers.empty");
}

TEST_F(InvariantsDeathTest, OnlyAFollowerOwesAnAcknowledgement) {
  lead();
  state_.following.acknowledgement_owed = true;
  EXPECT_DEATH(check(), "acknowledgement_owed");
}

TEST_F(InvariantsDeathTest, OnlyEntriesOfTheLogAreVerified) {
  state_.following.verified = Index(7);
  EXPECT_DEATH(check(), "following.verified");
}

TEST_F(InvariantsDeathTest, WhatMatchesIsNotSentAgain) {
  lead();
  Progress progress;
  progress.match = Index(4);
  progress.next = Index(4);
  state_.leading.followers.push_back(progress);
  EXPECT_DEATH(check(), "follower.match < follower.next");
}

TEST_F(InvariantsDeathTest, NothingMatchesBeyondTheLog) {
  lead();
  Progress progress;
  progress.match = Index(7);
  progress.next = Index(8);
  state_.leading.followers.push_back(progress);
  EXPECT_DEATH(check(), "follower.match <= ");
}

TEST_F(InvariantsDeathTest, TermsNeverDecrease) {
  before_.hard_state.term = Term(3);
  EXPECT_DEATH(check(), "before.hard_state.term");
}

TEST_F(InvariantsDeathTest, AVoteIsNotTakenBackInItsTerm) {
  before_.hard_state.voted_for = ServerId(2);
  EXPECT_DEATH(check(), "voted_for == before");
}

TEST_F(InvariantsDeathTest, ALeadersLogOnlyGrows) {
  lead();
  before_.role = Role::kLeader;
  before_.hard_state.voted_for = ServerId(1);
  before_.last = Index(7);
  EXPECT_DEATH(check(), "trail.last\\(\\).index >= before.last");
}

TEST_F(InvariantsDeathTest, AFaultedCorePromisesNothing) {
  state_.fault_reason = "a test";
  state_.commit = Index(7);

  check();
}

}  // namespace buoyant::core::invariants_test
