// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/ledger.h"
#include "tests/simulation/ledger_fixture.h"

#include <gtest/gtest.h>

namespace buoyant::simulation::ledger_truncation_test {

using disks::append;
using disks::command;
using disks::noop;
using disks::replacement;
using disks::truncation;

class LedgerTruncationTest : public ledger_fixture::LedgerFixture {};

TEST_F(LedgerTruncationTest, TruncatingACommittedEntryIsFound) {
  write_to_majority(append(1, {noop(1), command(1, "a")}));
  commit(1, 2);

  ledger.check_truncation(rack.of(1), Index(2), replacement(2, {noop(2)}));

  EXPECT_EQ(violated(), "committed_truncated");
}

TEST_F(LedgerTruncationTest, TruncatingBehindTheCommittedEntriesIsRight) {
  write_to_majority(append(1, {noop(1), command(1, "a")}));
  commit(1, 1);

  ledger.check_truncation(rack.of(1), Index(2), truncation(2));

  EXPECT_EQ(violated(), "");
}

TEST_F(LedgerTruncationTest, TruncatingWhatStandsInPlaceOfACommittedEntryIsRight) {
  write_to_majority(append(1, {noop(1), noop(2)}));
  write(3, append(1, {noop(1), command(1, "lost")}));
  commit(1, 2);

  ledger.check_truncation(rack.of(3), Index(2), replacement(2, {noop(2)}));

  EXPECT_EQ(violated(), "");
}

// Server three has the entry, hears of the leader of term two late, and of the one of term three,
// who committed it, not at all.
class LedgerOfALateLeaderTest : public LedgerTruncationTest {
 protected:
  LedgerOfALateLeaderTest() {
    write_to_majority(append(1, {noop(1), command(1, "a"), noop(3)}));
    write(3, append(1, {noop(1), command(1, "a")}));
    ledger.check_leader(rack.of(1), Term(3));
    commit(1, 3);
  }
};

TEST_F(LedgerOfALateLeaderTest, ItMayTakeAwayWhatALaterOneCommitted) {
  ledger.check_truncation(rack.of(3), Index(2), replacement(2, {noop(2)}));

  EXPECT_EQ(violated(), "");
}

TEST_F(LedgerOfALateLeaderTest, ItTakesNothingFromWhoHeardOfTheLaterOne) {
  ledger.check_truncation(rack.of(1), Index(2), replacement(2, {noop(2)}));

  EXPECT_EQ(violated(), "committed_truncated");
}

TEST_F(LedgerOfALateLeaderTest, TheLeaderThatCommittedItTakesNothingAway) {
  ledger.check_truncation(rack.of(3), Index(2), replacement(2, {noop(3)}));

  EXPECT_EQ(violated(), "committed_truncated");
}

TEST_F(LedgerOfALateLeaderTest, NothingInItsPlaceIsFound) {
  ledger.check_truncation(rack.of(3), Index(2), truncation(2));

  EXPECT_EQ(violated(), "committed_truncated");
}

TEST_F(LedgerOfALateLeaderTest, WhatGoesInItsPlaceMayFindNoSpace) {
  port::StorageWrite write = truncation(2);
  write.after_no_space = true;

  ledger.check_truncation(rack.of(3), Index(2), write);

  EXPECT_EQ(violated(), "");
}

}  // namespace buoyant::simulation::ledger_truncation_test
