// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// What is promised of snapshots and compaction, and what a server with a snapshot still promises.

#include "tests/simulation/promises_fixture.h"

namespace buoyant::simulation::promises_snapshot_test {

using disks::append;
using disks::command;
using disks::installation;
using disks::noop;
using disks::snapshot;
using disks::vote;

class PromisesSnapshotTest : public promises_fixture::PromisesFixture {
 protected:
  void SetUp() override {
    PromisesFixture::SetUp();
    port::StorageWrite three = append(1, {noop(1), command(1, "a"), command(1, "b")});
    three.hard_state = HardState{.term = Term(1), .voted_for = ServerId(1)};
    write(1, three);
    write(2, three);
    ledger.commit(rack.of(1), Index(2));
  }
};

TEST_F(PromisesSnapshotTest, ASnapshotOfWhatIsCommittedKeepsThem) {
  write(1, snapshot(1, 2, 1));
  write(3, installation(1, 2));

  EXPECT_EQ(violated(), "");
}

TEST_F(PromisesSnapshotTest, ASnapshotOfWhatIsNotCommittedIsFound) {
  write(1, snapshot(1, 3, 1));

  EXPECT_EQ(violated(), "snapshot_committed");
}

TEST_F(PromisesSnapshotTest, ASnapshotOfAnotherTermIsFound) {
  write(3, installation(2, 2));

  EXPECT_EQ(violated(), "snapshot_committed");
}

TEST_F(PromisesSnapshotTest, AnOlderSnapshotInPlaceOfANewerOneIsFound) {
  write(1, snapshot(1, 2, 1));
  write(1, snapshot(1, 1, 1));

  EXPECT_EQ(violated(), "snapshot_order");
}

TEST_F(PromisesSnapshotTest, CompactionOfWhatNoSnapshotHasIsFound) {
  write(1, snapshot(1, 1, 2));

  EXPECT_EQ(violated(), "compaction_covered");
}

TEST_F(PromisesSnapshotTest, AnInstallationThatDropsWhatIsCommittedIsFound) {
  write(2, installation(1, 1));

  EXPECT_EQ(violated(), "committed_truncated");
}

TEST_F(PromisesSnapshotTest, AServerWithASnapshotMayLead) {
  write(1, snapshot(1, 2, 2));
  write(3, installation(1, 2));

  lead(1, 2);
  lead(3, 3);

  EXPECT_EQ(violated(), "");
}

TEST_F(PromisesSnapshotTest, ALeaderWhoseSnapshotEndsBeforeIsFound) {
  write(3, installation(1, 1));

  lead(3, 3);

  EXPECT_EQ(violated(), "leader_completeness");
}

TEST_F(PromisesSnapshotTest, ACandidateMaySayWhereItsSnapshotEnds) {
  write(3, installation(1, 2));
  write(3, vote(2, 3));

  say(3, 2, RequestVote{.term = Term(2), .last = {.term = Term(1), .index = Index(2)}});

  EXPECT_EQ(violated(), "");
}

TEST_F(PromisesSnapshotTest, ACandidateThatSaysAnotherTermIsFound) {
  write(3, installation(1, 2));
  write(3, vote(3, 3));

  say(3, 2, RequestVote{.term = Term(3), .last = {.term = Term(2), .index = Index(2)}});

  EXPECT_EQ(violated(), "durable_first");
}

TEST_F(PromisesSnapshotTest, ServersWithASnapshotCountForWhatComesBehind) {
  write(3, installation(1, 2));
  write(3, append(3, {command(1, "b")}));
  write(1, snapshot(1, 2, 2));

  ledger.commit(rack.of(3), Index(3));

  EXPECT_EQ(violated(), "");
  EXPECT_EQ(ledger.last(), Index(3));
}

}  // namespace buoyant::simulation::promises_snapshot_test
