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

}  // namespace buoyant::snapshot_test
