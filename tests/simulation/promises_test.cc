// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/promises.h"

#include "tests/simulation/promises_fixture.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <vector>

namespace buoyant::simulation::promises_test {

using disks::append;
using disks::command;
using disks::noop;
using disks::truncation;
using disks::vote;
using promises_fixture::PromisesFixture;

class HardStatePromisesTest : public PromisesFixture {};

TEST_F(HardStatePromisesTest, EachTermMayHaveItsVote) {
  write(1, vote(1, 2));
  write(1, vote(2, 0));
  write(1, vote(2, 3));
  write(1, vote(3, 1));

  EXPECT_EQ(violated(), "");
}

TEST_F(HardStatePromisesTest, ATermThatGoesBackIsFound) {
  write(1, vote(2, 0));

  write(1, vote(1, 0));

  EXPECT_EQ(violated(), "term_monotone");
}

TEST_F(HardStatePromisesTest, ASecondVoteInATermIsFound) {
  write(1, vote(1, 2));

  write(1, vote(1, 3));

  EXPECT_EQ(violated(), "one_vote");
}

TEST_F(HardStatePromisesTest, AForgottenVoteIsFound) {
  write(1, vote(1, 2));

  write(1, vote(1, 0));

  EXPECT_EQ(violated(), "one_vote");
}

TEST_F(HardStatePromisesTest, ServersMayVoteForDifferentOnes) {
  write(1, vote(1, 1));
  write(2, vote(1, 2));

  EXPECT_EQ(violated(), "");
}

class LogPromisesTest : public PromisesFixture {};

TEST_F(LogPromisesTest, EqualLogsMatch) {
  write_to_all(append(1, {noop(1), command(1, "a"), noop(3)}));

  EXPECT_EQ(violated(), "");
}

TEST_F(LogPromisesTest, AnotherEntryAtTheSamePositionIsFound) {
  write(1, append(1, {command(1, "a")}));

  write(2, append(1, {command(1, "b")}));

  EXPECT_EQ(violated(), "log_matching");
}

TEST_F(LogPromisesTest, EntriesOfOtherTermsMayStandAtTheSameIndex) {
  write(1, append(1, {command(1, "a")}));

  write(2, append(1, {command(2, "b")}));

  EXPECT_EQ(violated(), "");
}

TEST_F(LogPromisesTest, AnotherEntryBeforeAnEqualOneIsFound) {
  write(1, append(1, {noop(1), noop(3)}));

  write(2, append(1, {noop(2), noop(3)}));

  EXPECT_EQ(violated(), "log_matching");
}

TEST_F(LogPromisesTest, ATermThatDecreasesIsFound) {
  write(1, append(1, {noop(2), noop(1)}));

  EXPECT_EQ(violated(), "log_matching");
}

TEST_F(LogPromisesTest, AnotherEntryInPlaceOfATruncatedOneOfItsTermIsFound) {
  write(1, append(1, {command(1, "a")}));
  write(1, truncation(1));

  write(1, append(1, {command(1, "b")}));

  EXPECT_EQ(violated(), "log_matching");
}

TEST_F(LogPromisesTest, ATruncatedEntryMayComeBack) {
  write(1, append(1, {command(1, "a")}));
  write(1, truncation(1));

  write(1, append(1, {command(1, "a")}));

  EXPECT_EQ(violated(), "");
}

TEST_F(LogPromisesTest, TruncatingACommittedEntryIsFound) {
  write_to_all(append(1, {noop(1), noop(1)}));
  ledger.commit(rack.of(1), Index(2));

  write(3, truncation(2));

  EXPECT_EQ(violated(), "committed_truncated");
}

class LeaderPromisesTest : public PromisesFixture {};

TEST_F(LeaderPromisesTest, EachTermMayHaveItsLeader) {
  lead(1, 1);
  lead(2, 2);
  lead(1, 3);

  EXPECT_EQ(violated(), "");
  EXPECT_EQ(context.totals.elections, 3U);
}

TEST_F(LeaderPromisesTest, TwoLeadersOfOneTermAreFound) {
  lead(1, 1);

  lead(2, 1);

  EXPECT_EQ(violated(), "election_safety");
}

TEST_F(LeaderPromisesTest, ALeaderWithoutACommittedEntryIsFound) {
  write(1, append(1, {noop(1)}));
  write(2, append(1, {noop(1)}));
  ledger.commit(rack.of(1), Index(1));

  lead(3, 2);

  EXPECT_EQ(violated(), "leader_completeness");
}

TEST_F(LeaderPromisesTest, WhoeverSpeaksAsALeaderWithoutACommittedEntryIsFound) {
  write_to_all(vote(2, 0));
  write(1, append(1, {noop(1)}));
  write(2, append(1, {noop(1)}));
  ledger.commit(rack.of(1), Index(1));

  say(3, 1, Heartbeat{.term = Term(2), .commit = {}, .round = {}});

  EXPECT_EQ(violated(), "leader_completeness");
}

TEST_F(LeaderPromisesTest, WhoeverSpeaksAsTheLeaderOfAnothersTermIsFound) {
  write_to_all(vote(1, 0));
  lead(2, 1);

  say(Heartbeat{.term = Term(1), .commit = {}, .round = {}});

  EXPECT_EQ(violated(), "election_safety");
}

TEST_F(LeaderPromisesTest, TwoWhoSpeakAsTheLeaderOfOneTermAreFound) {
  write_to_all(vote(1, 0));
  say(1, 2, Heartbeat{.term = Term(1), .commit = {}, .round = {}});

  say(2, 1, AppendEntries{.term = Term(1)});

  EXPECT_EQ(violated(), "election_safety");
}

TEST_F(LeaderPromisesTest, ALeaderMaySpeakAndThenSayThatItLeads) {
  write_to_all(vote(1, 0));
  say(Heartbeat{.term = Term(1), .commit = {}, .round = {}});

  lead(1, 1);

  EXPECT_EQ(violated(), "");
}

}  // namespace buoyant::simulation::promises_test
