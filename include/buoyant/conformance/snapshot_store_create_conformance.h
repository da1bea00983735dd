// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Conformance of snapshot stores: files that are created here, read back and installed.
#pragma once

#include "buoyant/conformance/snapshot_store_fixture.h"

namespace buoyant::conformance {

template <class Harness>
class SnapshotStoreCreateConformance : public SnapshotStoreFixture<Harness> {};

TYPED_TEST_SUITE_P(SnapshotStoreCreateConformance);

TYPED_TEST_P(SnapshotStoreCreateConformance, ANewStoreHasNothing) {
  EXPECT_EQ(this->store().found(), std::vector<SnapshotId>());
}

TYPED_TEST_P(SnapshotStoreCreateConformance, WhatIsCreatedIsReadBack) {
  const std::string text = contents(kLargeBytes);

  const SnapshotMetadata metadata = this->created(10, text);

  EXPECT_TRUE(this->read_all(metadata.id) == text);
}

TYPED_TEST_P(SnapshotStoreCreateConformance, TheMetadataIsThatOfTheContents) {
  const std::string text = contents(kLargeBytes);

  const SnapshotMetadata metadata = this->created(10, text);

  SnapshotMetadata expected = description(2, 10);
  expected.id.sequence = metadata.id.sequence;
  expected.id.checksum = checksum(view_of(text), snapshot_seed(expected));
  expected.bytes = text.size();
  EXPECT_EQ(metadata, expected);
}

TYPED_TEST_P(SnapshotStoreCreateConformance, AReadBeginsAndEndsAnywhere) {
  const std::string text = contents(kLargeBytes);
  const SnapshotMetadata metadata = this->created(10, text);

  EXPECT_TRUE(this->read(metadata.id, 99'999, 3)->text() == text.substr(99'999, 3));
  EXPECT_TRUE(this->read_all(metadata.id, 12'345) == text);
}

TYPED_TEST_P(SnapshotStoreCreateConformance, AReadAtTheEndIsEmpty) {
  const SnapshotMetadata metadata = this->created(10, "twelve bytes");

  EXPECT_EQ(this->read(metadata.id, 12, 100)->size(), 0U);
}

TYPED_TEST_P(SnapshotStoreCreateConformance, AReadBeyondTheEndIsRefused) {
  const SnapshotMetadata metadata = this->created(10, "twelve bytes");

  EXPECT_EQ(this->code_of(this->read(metadata.id, 13, 100)), Errc::kMalformed);
}

TYPED_TEST_P(SnapshotStoreCreateConformance, WhatIsNotThereIsNotRead) {
  SnapshotMetadata metadata = this->created(10, "contents");
  metadata.id.checksum += 1;

  EXPECT_EQ(this->code_of(this->read(metadata.id, 0, 100)), Errc::kCompacted);
}

TYPED_TEST_P(SnapshotStoreCreateConformance, AnEmptySnapshotIsOne) {
  const SnapshotMetadata metadata = this->created(10, "");

  EXPECT_EQ(metadata.bytes, 0U);
  EXPECT_EQ(this->read_all(metadata.id), "");
  EXPECT_EQ(this->installed(metadata.id), "");
}

TYPED_TEST_P(SnapshotStoreCreateConformance, ASourceMayGiveLittleAtATime) {
  const std::string text = contents(3'000);

  const auto metadata =
      this->wait(this->begin_create(description(2, 10), std::make_unique<TextSource>(text, 7)));

  EXPECT_EQ(metadata->bytes, text.size());
  EXPECT_TRUE(this->read_all(metadata->id) == text);
}

TYPED_TEST_P(SnapshotStoreCreateConformance, AFailedSourceLeavesNothing) {
  const auto metadata =
      this->wait(this->begin_create(description(2, 10), std::make_unique<FailingSource>()));
  this->reopen();

  EXPECT_EQ(this->code_of(metadata), Errc::kTooLarge);
  EXPECT_EQ(this->store().found(), std::vector<SnapshotId>());
}

TYPED_TEST_P(SnapshotStoreCreateConformance, TwoSnapshotsOfOnePositionDiffer) {
  const SnapshotMetadata one = this->created(10, "the same");
  const SnapshotMetadata other = this->created(10, "the same");

  EXPECT_NE(one.id.sequence, other.id.sequence);
  EXPECT_EQ(this->read_all(one.id), "the same");
  EXPECT_EQ(this->read_all(other.id), "the same");
}

TYPED_TEST_P(SnapshotStoreCreateConformance, TwoMayBeCreatedAtOnce) {
  const std::string text = contents(kLargeBytes, 1);
  const std::string other_text = contents(kLargeBytes, 2);

  const auto one = this->begin_create(10, text);
  const auto other = this->begin_create(11, other_text);

  const SnapshotMetadata other_metadata = *this->wait(other);
  const SnapshotMetadata metadata = *this->wait(one);
  EXPECT_TRUE(this->read_all(metadata.id) == text);
  EXPECT_TRUE(this->read_all(other_metadata.id) == other_text);
}

TYPED_TEST_P(SnapshotStoreCreateConformance, AnInstallationGivesAllOfIt) {
  const std::string text = contents(kLargeBytes);
  const SnapshotMetadata metadata = this->created(10, text);

  EXPECT_TRUE(this->installed(metadata.id) == text);
}

TYPED_TEST_P(SnapshotStoreCreateConformance, AnInstallationLetsGoOfItsTarget) {
  const SnapshotMetadata metadata = this->created(10, "contents");
  const auto target = std::make_shared<TextTarget>();

  ASSERT_TRUE(this->install(metadata.id, target).has_value());

  this->run_until([&] { return target.use_count() == 1; });
}

TYPED_TEST_P(SnapshotStoreCreateConformance, ATargetThatFailsEndsTheInstallation) {
  const SnapshotMetadata metadata = this->created(10, contents(kLargeBytes));
  const auto target = std::make_shared<TextTarget>(kLargeBytes - 1);

  EXPECT_EQ(this->code_of(this->install(metadata.id, target)), Errc::kTooLarge);
}

TYPED_TEST_P(SnapshotStoreCreateConformance, WhatIsNotThereIsNotInstalled) {
  SnapshotMetadata metadata = this->created(10, "contents");
  metadata.id.sequence += 1;

  EXPECT_EQ(this->installed(metadata.id), "compacted");
}

TYPED_TEST_P(SnapshotStoreCreateConformance, CorruptContentsAreNotServed) {
  const std::string text = contents(kLargeBytes);
  const SnapshotMetadata metadata = this->created(10, text);

  this->harness.corrupt(metadata.id);

  EXPECT_EQ(this->read_all(metadata.id), "storage_corrupt");
  EXPECT_EQ(this->installed(metadata.id), "storage_corrupt");
}

TYPED_TEST_P(SnapshotStoreCreateConformance, CorruptContentsAreNotServedAfterReopening) {
  const SnapshotMetadata metadata = this->created(10, "a few bytes");
  this->harness.corrupt(metadata.id);

  this->reopen();

  EXPECT_EQ(this->store().found(), std::vector{metadata.id});
  EXPECT_EQ(this->read_all(metadata.id), "storage_corrupt");
  EXPECT_EQ(this->installed(metadata.id), "storage_corrupt");
}

REGISTER_TYPED_TEST_SUITE_P(SnapshotStoreCreateConformance, ANewStoreHasNothing,
                            WhatIsCreatedIsReadBack, TheMetadataIsThatOfTheContents,
                            AReadBeginsAndEndsAnywhere, AReadAtTheEndIsEmpty,
                            AReadBeyondTheEndIsRefused, WhatIsNotThereIsNotRead,
                            AnEmptySnapshotIsOne, ASourceMayGiveLittleAtATime,
                            AFailedSourceLeavesNothing, TwoSnapshotsOfOnePositionDiffer,
                            TwoMayBeCreatedAtOnce, AnInstallationGivesAllOfIt,
                            AnInstallationLetsGoOfItsTarget, ATargetThatFailsEndsTheInstallation,
                            WhatIsNotThereIsNotInstalled, CorruptContentsAreNotServed,
                            CorruptContentsAreNotServedAfterReopening);

}  // namespace buoyant::conformance
