// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/model/snapshot.h"

#include "tests/support/print.h"

namespace buoyant::snapshot_test {

const SnapshotId kId{
    .position = {Term(2), Index(9)}, .creator = ServerId(1), .sequence = 3, .checksum = 4};

TEST(SnapshotTest, FilesOfTwoServersDifferAtOnePosition) {
  SnapshotId other = kId;
  other.creator = ServerId(2);

  EXPECT_FALSE(other == kId);
}

TEST(SnapshotTest, FilesWithOtherContentsDiffer) {
  SnapshotId other = kId;
  other.checksum = 5;

  EXPECT_FALSE(other == kId);
}

TEST(SnapshotTest, ADefaultSnapshotIsNone) {
  EXPECT_FALSE(SnapshotMetadata().id.position.index.is_set());
}

SnapshotMetadata sample() {
  SnapshotMetadata metadata;
  metadata.id = kId;
  metadata.configuration.members = {{.id = ServerId(1), .address = "one:1"}};
  metadata.configuration_index = Index(7);
  metadata.bytes = 11;
  return metadata;
}

TEST(SnapshotTest, TheSeedIsTheSameInEveryVersion) {
  EXPECT_EQ(snapshot_seed(sample()), 17578003403789087934U);
}

TEST(SnapshotTest, TheSeedDependsOnTheConfiguration) {
  SnapshotMetadata other = sample();
  other.configuration.members[0].role = MemberRole::kLearner;

  EXPECT_NE(snapshot_seed(other), snapshot_seed(sample()));
}

TEST(SnapshotTest, TheSeedDependsOnThePosition) {
  SnapshotMetadata other = sample();
  other.id.position.index = Index(10);

  EXPECT_NE(snapshot_seed(other), snapshot_seed(sample()));
}

TEST(SnapshotTest, TheSeedDoesNotDependOnWhatIsKnownOnlyAtTheEnd) {
  SnapshotMetadata other = sample();
  other.id.checksum = 0;
  other.bytes = 0;

  EXPECT_EQ(snapshot_seed(other), snapshot_seed(sample()));
}

}  // namespace buoyant::snapshot_test
