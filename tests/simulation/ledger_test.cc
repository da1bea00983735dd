// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/ledger.h"

#include "tests/simulation/ledger_fixture.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string_view>

namespace buoyant::simulation::ledger_test {

using disks::append;
using disks::command;
using disks::noop;
using disks::truncation;

class LedgerTest : public ledger_fixture::LedgerFixture {
 protected:
  void acknowledge(std::uint64_t index, std::uint64_t term, std::string_view text) {
    ledger.check_acknowledged({.term = Term(term), .index = Index(index)}, Bytes::copy_of(text));
  }
};

TEST_F(LedgerTest, WhatIsDurableOnAMajorityIsCommitted) {
  write_to_majority(append(1, {noop(1), command(1, "a")}));

  commit(1, 2);

  EXPECT_EQ(violated(), "");
  EXPECT_EQ(ledger.last(), Index(2));
  EXPECT_EQ(ledger.commands(), 1U);
}

TEST_F(LedgerTest, WhoIsAMemberCountsAndNobodyElse) {
  ledger.on_configuration(
      {.term = Term(1), .index = Index(1)},
      {.members = {{.id = ServerId(3), .address = "a"}},
       .outgoing = {{.id = ServerId(1), .address = "a"}, {.id = ServerId(2), .address = "a"}}});
  write_to_majority(append(1, {command(1, "a")}));

  commit(1, 1);

  EXPECT_EQ(violated(), "commit_durable");
}

TEST_F(LedgerTest, OneServerMayBeAMajority) {
  ledger.on_configuration({.term = Term(1), .index = Index(1)},
                          {.members = {{.id = ServerId(3), .address = "a"}}, .outgoing = {}});
  write(3, append(1, {command(1, "a")}));

  commit(3, 1);

  EXPECT_EQ(violated(), "");
}

TEST_F(LedgerTest, ApplyingWithoutAMajorityIsFound) {
  write(1, append(1, {command(1, "a")}));

  commit(1, 1);

  EXPECT_EQ(violated(), "commit_durable");
}

TEST_F(LedgerTest, OtherEntriesAtTheSamePlaceMakeNoMajority) {
  write(1, append(1, {command(1, "a")}));
  write(2, append(1, {command(1, "b")}));
  write(3, append(1, {command(2, "a")}));

  commit(1, 1);

  EXPECT_EQ(violated(), "commit_durable");
}

TEST_F(LedgerTest, HalfOfTheServersAreNoMajority) {
  disks::Rack four(4, deaf);
  Ledger ledger_of_four(context, four.list);
  four.write(1, append(1, {command(1, "a")}));
  four.write(2, append(1, {command(1, "a")}));

  ledger_of_four.commit(four.of(1), Index(1));

  EXPECT_EQ(violated(), "commit_durable");
}

TEST_F(LedgerTest, ApplyingWhatIsNotDurableThereIsFound) {
  write_to_majority(append(1, {command(1, "a")}));

  commit(3, 1);

  EXPECT_EQ(violated(), "applied_durable");
}

TEST_F(LedgerTest, ApplyingAgainAddsNothing) {
  write_to_majority(append(1, {command(1, "a")}));
  commit(1, 1);

  commit(2, 1);

  EXPECT_EQ(violated(), "");
  EXPECT_EQ(ledger.last(), Index(1));
}

TEST_F(LedgerTest, ACommandThatIsCommittedTwiceIsFound) {
  write_to_majority(append(1, {command(1, "a"), noop(2), command(2, "a")}));

  commit(1, 3);

  EXPECT_EQ(violated(), "command_twice");
}

TEST_F(LedgerTest, ACommandOfASessionMayBeCommittedTwice) {
  ledger.allow_again(Bytes::copy_of("a"));
  write_to_majority(append(1, {command(1, "a"), noop(2), command(2, "a")}));

  commit(1, 3);

  EXPECT_EQ(violated(), "");
}

TEST_F(LedgerTest, ARefusedCommandThatIsSentAgainMayBeCommitted) {
  ledger.refuse(Bytes::copy_of("a"));
  ledger.allow_again(Bytes::copy_of("a"));
  write_to_majority(append(1, {command(1, "a")}));

  commit(1, 1);

  EXPECT_EQ(violated(), "");
}

TEST_F(LedgerTest, ACommandOfASessionThatWasRefusedAndIsCommittedIsFound) {
  ledger.allow_again(Bytes::copy_of("a"));
  ledger.refuse(Bytes::copy_of("a"));
  write_to_majority(append(1, {command(1, "a")}));

  commit(1, 1);

  EXPECT_EQ(violated(), "refused_committed");
}

TEST_F(LedgerTest, SeveralNoopsAreNoCommandTwice) {
  write_to_majority(append(1, {noop(1), noop(2), noop(3)}));

  commit(1, 3);

  EXPECT_EQ(violated(), "");
}

TEST_F(LedgerTest, ACommandThatWasRefusedAndIsCommittedIsFound) {
  ledger.refuse(Bytes::copy_of("a"));
  write_to_majority(append(1, {command(1, "a")}));

  commit(1, 1);

  EXPECT_EQ(violated(), "refused_committed");
}

TEST_F(LedgerTest, ACommandThatIsRefusedWhenItIsCommittedIsFound) {
  write_to_majority(append(1, {command(1, "a")}));
  commit(1, 1);

  ledger.refuse(Bytes::copy_of("a"));

  EXPECT_EQ(violated(), "refused_committed");
}

TEST_F(LedgerTest, ACommandThatWasRefusedMayLieInALog) {
  ledger.refuse(Bytes::copy_of("b"));
  write_to_majority(append(1, {command(1, "a"), command(1, "b")}));

  commit(1, 1);

  EXPECT_EQ(violated(), "");
}

TEST_F(LedgerTest, ALeaderMayHaveEverything) {
  write_to_majority(append(1, {noop(1), command(1, "a")}));
  commit(1, 2);

  ledger.check_leader(rack.of(2), Term(2));

  EXPECT_EQ(violated(), "");
}

TEST_F(LedgerTest, ALeaderWithoutACommittedEntryIsFound) {
  write_to_majority(append(1, {noop(1), command(1, "a")}));
  write(3, append(1, {noop(1)}));
  commit(1, 2);

  ledger.check_leader(rack.of(3), Term(2));

  EXPECT_EQ(violated(), "leader_completeness");
}

TEST_F(LedgerTest, ALeaderWithAnotherEntryInPlaceOfACommittedOneIsFound) {
  write_to_majority(append(1, {noop(1), command(1, "a")}));
  write(3, append(1, {noop(1), command(1, "b")}));
  commit(1, 2);

  ledger.check_leader(rack.of(3), Term(2));

  EXPECT_EQ(violated(), "leader_completeness");
}

TEST_F(LedgerTest, ALeaderNeedsOnlyWhatWasCommittedInEarlierTerms) {
  write_to_majority(append(1, {noop(1), noop(3)}));
  write(3, append(1, {noop(1)}));
  commit(1, 2);

  // It led term 2 before, and tells of it late.
  ledger.check_leader(rack.of(3), Term(2));
  ledger.check_leader(rack.of(3), Term(3));
  EXPECT_EQ(violated(), "");

  ledger.check_leader(rack.of(3), Term(4));
  EXPECT_EQ(violated(), "leader_completeness");
}

TEST_F(LedgerTest, ALateWinnerOfAnOldElectionNeedsNotWhatANewerLeaderCommitted) {
  write_to_majority(append(1, {noop(1), command(3, "a"), noop(5)}));
  write(3, append(1, {noop(1)}));
  ledger.check_leader(rack.of(1), Term(5));
  commit(1, 3);

  ledger.check_leader(rack.of(3), Term(4));

  EXPECT_EQ(violated(), "");
}

TEST_F(LedgerTest, TheFirstLeaderNeedsNothing) {
  ledger.check_leader(rack.of(3), Term(1));

  EXPECT_EQ(violated(), "");
}

TEST_F(LedgerTest, AnAcknowledgedCommandStandsInTheLedger) {
  write_to_majority(append(1, {noop(1), command(1, "a")}));
  commit(1, 2);

  acknowledge(2, 1, "a");

  EXPECT_EQ(violated(), "");
}

TEST_F(LedgerTest, AnAcknowledgedCommandThatStandsNowhereIsFound) {
  acknowledge(1, 1, "a");

  EXPECT_EQ(violated(), "acknowledged_committed");
}

TEST_F(LedgerTest, AnAcknowledgementWithoutAPlaceIsFound) {
  acknowledge(0, 0, "a");

  EXPECT_EQ(violated(), "acknowledged_committed");
}

TEST_F(LedgerTest, AnAcknowledgedCommandWithAnotherInItsPlaceIsFound) {
  write_to_majority(append(1, {command(1, "a")}));
  commit(1, 1);

  acknowledge(1, 1, "b");

  EXPECT_EQ(violated(), "acknowledged_committed");
}

TEST_F(LedgerTest, AnAcknowledgedCommandOfAnotherTermIsFound) {
  write_to_majority(append(1, {command(2, "a")}));
  commit(1, 1);

  acknowledge(1, 1, "a");

  EXPECT_EQ(violated(), "acknowledged_committed");
}

TEST_F(LedgerTest, AMajorityIsAskedForAtOnePlace) {
  write_to_majority(append(1, {noop(1), noop(1)}));
  write(1, append(3, {noop(1)}));
  write(2, append(3, {noop(2)}));

  EXPECT_TRUE(ledger.is_on_majority(Index(2)));
  EXPECT_FALSE(ledger.is_on_majority(Index(3)));
  EXPECT_FALSE(ledger.is_on_majority(Index(4)));
}

TEST_F(LedgerTest, AMajorityMayLackTheLeader) {
  write(2, append(1, {noop(1)}));
  write(3, append(1, {noop(1)}));

  EXPECT_TRUE(ledger.is_on_majority(Index(1)));
  rack.write(2, truncation(1));
  EXPECT_FALSE(ledger.is_on_majority(Index(1)));
}

TEST_F(LedgerTest, WhatIsNewEnoughIsFresh) {
  write_to_majority(append(1, {noop(1), noop(1)}));
  commit(1, 1);
  run_for(std::chrono::milliseconds(10));
  commit(1, 2);

  ledger.check_fresh("read_fresh", ServerId(1), Index(1), context.now());
  ledger.check_fresh("read_fresh", ServerId(1), Index(2), Instant::never());

  EXPECT_EQ(violated(), "");
}

TEST_F(LedgerTest, AReadThatMissesWhatWasCommittedBeforeIsFound) {
  write_to_majority(append(1, {noop(1), noop(1)}));
  commit(1, 2);
  context.timeline.post(std::chrono::milliseconds(10), [] {});
  run_for(std::chrono::milliseconds(10));

  ledger.check_fresh("read_fresh", ServerId(1), Index(1), context.now());

  EXPECT_EQ(violated(), "read_fresh");
}

}  // namespace buoyant::simulation::ledger_test
