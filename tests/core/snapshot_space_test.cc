// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/durability.h"
#include "tests/support/core_fixture.h"

namespace buoyant::core::snapshot_space_test {

using tests::append;
using tests::id;
using tests::pos;
using tests::range;
using tests::run;
using tests::snapshot_at;
using tests::stored;
using tests::voters;

/// A full disk meets a snapshot: a follower with six entries, four of them committed.
class SnapshotSpaceTest : public tests::CoreFixture {
 protected:
  void SetUp() override {
    restore(stored(voters(3), {run(2, 5)}));
    deliver(2, append(3, pos(2, 4), {}, 4));
    take_and_write();
    take();
  }

  void receive(const SnapshotMetadata& snapshot) {
    ASSERT_TRUE(raft_->snapshot_received(now_, id(2), Term(3), snapshot));
  }

  SnapshotMetadata ahead_ = snapshot_at(pos(3, 20), voters(3));
};

TEST_F(SnapshotSpaceTest, EntriesBeforeItWereLost) {
  deliver(2, append(3, pos(2, 6), {run(3, 2)}, 4));
  take();
  const WriteId lost = ready_.write.id;
  receive(ahead_);
  take();

  written(lost.value(), Written::kNoSpace);
  EXPECT_EQ(raft_->last(), pos(3, 20));
  EXPECT_EQ(raft_->durable_index(), Index(4));

  written();
  EXPECT_EQ(take().install, ahead_);
  EXPECT_EQ(raft_->durable_index(), Index(20));
}

TEST_F(SnapshotSpaceTest, EntriesBehindItInTheSameWriteWereLost) {
  receive(ahead_);
  deliver(2, append(3, pos(3, 20), {run(3, 2)}, 22));
  take();

  written(ready_.write.id.value(), Written::kNoSpace);

  EXPECT_EQ(raft_->last(), pos(3, 20));
  EXPECT_EQ(raft_->commit_index(), Index(20));
  EXPECT_EQ(raft_->durable_index(), Index(20));
  EXPECT_EQ(take().install, ahead_);
}

TEST_F(SnapshotSpaceTest, EntriesOfALaterWriteAreLostToo) {
  deliver(2, append(3, pos(2, 6), {run(3, 2)}, 4));
  take();
  const WriteId lost = ready_.write.id;
  receive(ahead_);
  take();
  const WriteId snapshot = ready_.write.id;
  deliver(2, append(3, pos(3, 20), {run(3, 2)}, 22));
  take();
  const WriteId behind = ready_.write.id;

  written(lost.value(), Written::kNoSpace);
  EXPECT_EQ(raft_->last(), pos(3, 20));
  written(snapshot.value());
  EXPECT_EQ(raft_->durable_index(), Index(20));
  written(behind.value(), Written::kNoSpace);

  EXPECT_EQ(raft_->durable_index(), Index(20));
  EXPECT_EQ(raft_->last(), pos(3, 20));
}

TEST_F(SnapshotSpaceTest, ItWasNotSubmittedYet) {
  deliver(2, append(3, pos(2, 6), {run(3, 2)}, 4));
  take();
  const WriteId lost = ready_.write.id;
  receive(ahead_);

  written(lost.value(), Written::kNoSpace);
  take();

  EXPECT_EQ(ready_.write.snapshot, ahead_);
  EXPECT_TRUE(ready_.write.after_no_space);
  EXPECT_EQ(ready_.write.truncate_from, std::nullopt);
  EXPECT_EQ(raft_->last(), pos(3, 20));
}

TEST_F(SnapshotSpaceTest, TheLogGoesOnBehindItAfterwards) {
  receive(ahead_);
  deliver(2, append(3, pos(3, 20), {run(3, 2)}, 22));
  take();
  written(ready_.write.id.value(), Written::kNoSpace);
  take_and_write();

  deliver(2, append(3, pos(3, 20), {run(3, 2)}, 22));
  take_and_write();

  EXPECT_EQ(ready_.write.append, range(21, 22));
  EXPECT_EQ(raft_->durable_index(), Index(22));
}

TEST_F(SnapshotSpaceTest, ATakenSnapshotIsWrittenWhateverBecomesOfTheEntries) {
  raft_->snapshot_taken(now_, snapshot_at(pos(2, 4), voters(3), 1), Index(3));
  deliver(2, append(3, pos(2, 6), {run(3, 2)}, 4));
  take();

  written(ready_.write.id.value(), Written::kNoSpace);

  EXPECT_EQ(raft_->base(), pos(2, 3));
  EXPECT_EQ(raft_->last(), pos(2, 6));
  EXPECT_EQ(raft_->durable_index(), Index(6));
}

}  // namespace buoyant::core::snapshot_space_test
