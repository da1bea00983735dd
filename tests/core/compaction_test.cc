// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/compaction.h"

#include "tests/support/core_fixture.h"

namespace buoyant::core::compaction_test {

using tests::append;
using tests::heartbeat;
using tests::id;
using tests::pos;
using tests::range;
using tests::run;
using tests::snapshot_at;
using tests::stored;
using tests::voters;

/// A follower of server 2 in term 2 with ten entries, all but the last two of them committed.
class CompactionTest : public tests::CoreFixture {
 protected:
  void SetUp() override {
    restore(stored(voters(3), {run(2, 9)}));
    deliver(2, append(2, pos(2, 10), {}, 8));
    take_and_write();
  }
};

TEST_F(CompactionTest, TheNextWriteNamesTheSnapshotAndDropsWhatIsAskedFor) {
  const SnapshotMetadata snapshot = snapshot_at(pos(2, 8), voters(3), 1);

  EXPECT_TRUE(raft_->snapshot_taken(now_, snapshot, Index(5)));
  take();

  EXPECT_EQ(ready_.write.snapshot, snapshot);
  EXPECT_EQ(ready_.write.compact_through, Index(5));
  EXPECT_EQ(ready_.install, std::nullopt);
  EXPECT_EQ(raft_->base(), pos(2, 5));
  EXPECT_EQ(raft_->last(), pos(2, 10));
  EXPECT_EQ(raft_->snapshot(), snapshot);
}

TEST_F(CompactionTest, NothingIsDroppedThatTheSnapshotDoesNotCover) {
  EXPECT_TRUE(raft_->snapshot_taken(now_, snapshot_at(pos(2, 8), voters(3)), Index(10)));

  EXPECT_EQ(take().write.compact_through, Index(8));
  EXPECT_EQ(raft_->base(), pos(2, 8));
}

TEST_F(CompactionTest, TheWholeLogMayBeKept) {
  EXPECT_TRUE(raft_->snapshot_taken(now_, snapshot_at(pos(2, 8), voters(3)), Index(0)));

  EXPECT_EQ(take().write.compact_through, Index(0));
  EXPECT_EQ(raft_->base(), pos(0, 0));
}

TEST_F(CompactionTest, EntriesOfTheSameTurnAreInTheSameWrite) {
  raft_->snapshot_taken(now_, snapshot_at(pos(2, 8), voters(3)), Index(5));
  deliver(2, append(2, pos(2, 10), {run(2, 2)}, 8));

  take();

  EXPECT_EQ(ready_.write.append, range(11, 12));
  EXPECT_EQ(ready_.write.compact_through, Index(5));
}

TEST_F(CompactionTest, AnEarlierOrEqualSnapshotChangesNothing) {
  raft_->snapshot_taken(now_, snapshot_at(pos(2, 7), voters(3)), Index(5));
  take_and_write();

  EXPECT_FALSE(raft_->snapshot_taken(now_, snapshot_at(pos(2, 7), voters(3)), Index(7)));
  EXPECT_FALSE(raft_->snapshot_taken(now_, snapshot_at(pos(2, 6), voters(3)), Index(6)));

  EXPECT_TRUE(take().write.empty());
  EXPECT_EQ(raft_->base(), pos(2, 5));
}

TEST_F(CompactionTest, TheLogIsWhatItWasToItsLeader) {
  raft_->snapshot_taken(now_, snapshot_at(pos(2, 8), voters(3)), Index(8));
  take_and_write();

  deliver(2, append(2, pos(2, 6), {run(2, 6)}, 9));
  take_and_write();

  EXPECT_EQ(ready_.write.append, range(11, 12));
  EXPECT_EQ(raft_->last(), pos(2, 12));
}

TEST_F(CompactionTest, ConfigurationsThatAreCoveredAreFolded) {
  AppendEntries change = append(2, pos(2, 10), {run(2, 2)}, 8);
  change.configurations = {{.index = Index(11), .configuration = voters(2)}};
  deliver(2, change);
  deliver(2, append(2, pos(2, 12), {}, 12));
  take_and_write();
  SnapshotMetadata snapshot = snapshot_at(pos(2, 12), voters(2));
  snapshot.configuration_index = Index(11);

  EXPECT_EQ(raft_->configuration_at(Index(10)).index, Index(1));
  EXPECT_TRUE(raft_->snapshot_taken(now_, snapshot, Index(12)));

  const ConfigurationAt expected{.index = Index(11), .configuration = voters(2)};
  EXPECT_EQ(raft_->configuration(), expected);
  EXPECT_EQ(raft_->configuration_at(Index(12)), expected);
}

TEST_F(CompactionTest, AConfigurationBehindTheSnapshotStillLeavesWithItsEntry) {
  AppendEntries change = append(2, pos(2, 10), {run(2, 1)}, 8);
  change.configurations = {{.index = Index(11), .configuration = voters(2)}};
  deliver(2, change);
  take_and_write();
  raft_->snapshot_taken(now_, snapshot_at(pos(2, 8), voters(3)), Index(8));

  deliver(3, append(3, pos(2, 10), {run(3, 1)}, 8));

  const ConfigurationAt expected{.index = Index(1), .configuration = voters(3)};
  EXPECT_EQ(raft_->configuration(), expected);
}

TEST_F(CompactionTest, ALeaderGoesOnFromAnEmptyLog) {
  become_leader();
  replicate_to(2, 11);
  replicate_to(3, 11);
  take_and_write();

  EXPECT_TRUE(raft_->snapshot_taken(now_, snapshot_at(pos(3, 11), voters(3), 1), Index(11)));
  EXPECT_EQ(raft_->propose(now_).value(), pos(3, 12));
  take();

  EXPECT_EQ(ready_.write.append, range(12, 12));
  EXPECT_EQ(permission(2).prev, pos(3, 11));
}

TEST_F(CompactionTest, ARestartGoesOnFromSnapshotAndTail) {
  RestoredState state = stored(voters(3), {run(2, 9)});
  state.snapshot = snapshot_at(pos(2, 8), voters(3));
  state.base = pos(2, 6);
  state.runs = {run(2, 4)};
  state.configurations = {};

  restore(state);

  EXPECT_EQ(raft_->commit_index(), Index(8));
  EXPECT_EQ(raft_->last(), pos(2, 10));
  EXPECT_EQ(ready_.apply_through, Index(8));
  EXPECT_EQ(raft_->configuration().configuration, voters(3));
}

TEST_F(CompactionTest, WhatAStateMachineHoldsIsCommittedAtARestart) {
  RestoredState state = stored(voters(3), {run(2, 9)});
  state.applied = Index(7);

  restore(state);

  EXPECT_EQ(raft_->commit_index(), Index(7));
}

using CompactionDeathTest = CompactionTest;

TEST_F(CompactionDeathTest, WhatIsNotCommittedIsInNoSnapshot) {
  EXPECT_DEATH(raft_->snapshot_taken(now_, snapshot_at(pos(2, 9), voters(3)), Index(5)), "commit");
}

TEST_F(CompactionDeathTest, ASnapshotHasTheConfigurationOfItsPosition) {
  EXPECT_DEATH(raft_->snapshot_taken(now_, snapshot_at(pos(2, 8), voters(2)), Index(5)),
               "configuration");
}

}  // namespace buoyant::core::compaction_test
