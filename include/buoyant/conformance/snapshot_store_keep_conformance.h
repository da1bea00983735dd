// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Conformance of snapshot stores: what lasts, what is removed, and what a bad disk leaves.
#pragma once

#include "buoyant/conformance/snapshot_store_fixture.h"

namespace buoyant::conformance {

template <class Harness>
class SnapshotStoreKeepConformance : public SnapshotStoreFixture<Harness> {};

TYPED_TEST_SUITE_P(SnapshotStoreKeepConformance);

TYPED_TEST_P(SnapshotStoreKeepConformance, ACreatedSnapshotSurvivesReopening) {
  const std::string text = contents(kLargeBytes);
  const SnapshotMetadata metadata = this->created(10, text);

  this->reopen();

  EXPECT_EQ(this->store().found(), std::vector{metadata.id});
  EXPECT_TRUE(this->read_all(metadata.id) == text);
}

TYPED_TEST_P(SnapshotStoreKeepConformance, ACreatedSnapshotSurvivesACrash) {
  const SnapshotMetadata metadata = this->created(10, "contents");

  this->crash_and_open();

  EXPECT_EQ(this->store().found(), std::vector{metadata.id});
  EXPECT_EQ(this->read_all(metadata.id), "contents");
}

TYPED_TEST_P(SnapshotStoreKeepConformance, TheNewestIsFoundLast) {
  const SnapshotMetadata newest = this->created(300, "newest");
  const SnapshotMetadata oldest = this->created(20, "oldest");
  const SnapshotMetadata middle = this->created(40, "middle");

  this->reopen();

  EXPECT_EQ(this->store().found(), (std::vector{oldest.id, middle.id, newest.id}));
}

TYPED_TEST_P(SnapshotStoreKeepConformance, SequencesGoOnAfterReopening) {
  const SnapshotMetadata before = this->created(10, "the same");

  this->reopen();

  EXPECT_NE(this->created(10, "the same").id.sequence, before.id.sequence);
}

TYPED_TEST_P(SnapshotStoreKeepConformance, OnlyWhatIsRetainedStays) {
  const SnapshotMetadata one = this->created(10, "one");
  const SnapshotMetadata two = this->created(20, "two");
  const SnapshotMetadata three = this->created(30, "three");

  this->store().retain_only({three.id, one.id});
  this->settle();

  EXPECT_EQ(this->read_all(one.id), "one");
  EXPECT_EQ(this->read_all(two.id), "compacted");
  this->reopen();
  EXPECT_EQ(this->store().found(), (std::vector{one.id, three.id}));
}

TYPED_TEST_P(SnapshotStoreKeepConformance, ReadsThatWereAskedForBeforeGoFirst) {
  const SnapshotMetadata metadata = this->created(10, "contents");

  const auto before = this->begin_read(metadata.id, 0, 100);
  this->store().retain_only({});
  const auto after = this->begin_read(metadata.id, 0, 100);

  EXPECT_EQ(this->wait(before)->text(), "contents");
  EXPECT_EQ(this->code_of(this->wait(after)), Errc::kCompacted);
}

TYPED_TEST_P(SnapshotStoreKeepConformance, AnInstallationThatBeganGoesOn) {
  const std::string text = contents(kLargeBytes);
  const SnapshotMetadata metadata = this->created(10, text);
  const auto target = std::make_shared<TextTarget>();

  const auto installing = this->begin_install(metadata.id, target);
  this->store().retain_only({});

  EXPECT_TRUE(this->wait(installing).has_value());
  EXPECT_TRUE(target->text() == text);
  this->settle();
  this->reopen();
  EXPECT_EQ(this->store().found(), std::vector<SnapshotId>());
}

TYPED_TEST_P(SnapshotStoreKeepConformance, WhatIsBeingCreatedIsNotRemoved) {
  const auto creating = this->begin_create(10, contents(kLargeBytes));
  this->store().retain_only({});

  const auto metadata = this->wait(creating);

  ASSERT_TRUE(metadata.has_value());
  EXPECT_TRUE(this->read_all(metadata->id) == contents(kLargeBytes));
}

TYPED_TEST_P(SnapshotStoreKeepConformance, AFullDiskLosesNothing) {
  const SnapshotMetadata metadata = this->created(10, "contents");
  this->harness.fail_next(Errc::kStorageFull);

  const auto refused = this->create(20, contents(kLargeBytes));

  EXPECT_EQ(this->code_of(refused), Errc::kStorageFull);
  EXPECT_EQ(this->read_all(metadata.id), "contents");
  this->reopen();
  EXPECT_EQ(this->store().found(), std::vector{metadata.id});
}

TYPED_TEST_P(SnapshotStoreKeepConformance, AFullDiskMayHaveRoomAgain) {
  this->harness.fail_next(Errc::kStorageFull);
  static_cast<void>(this->create(20, contents(kLargeBytes)));

  EXPECT_EQ(this->read_all(this->created(20, "contents").id), "contents");
}

TYPED_TEST_P(SnapshotStoreKeepConformance, AFailedWriteLeavesNothing) {
  this->harness.fail_next(Errc::kStorageFailed);

  const auto failed = this->create(20, contents(kLargeBytes));
  this->reopen();

  EXPECT_EQ(this->code_of(failed), Errc::kStorageFailed);
  EXPECT_EQ(this->store().found(), std::vector<SnapshotId>());
}

TYPED_TEST_P(SnapshotStoreKeepConformance, ACrashWhileCreatingLeavesNothing) {
  this->harness.hold();
  const auto creating = this->begin_create(10, contents(kLargeBytes));
  this->harness.wait_until_held();

  this->crash_and_open();

  EXPECT_FALSE(creating->has_value());
  EXPECT_EQ(this->store().found(), std::vector<SnapshotId>());
}

TYPED_TEST_P(SnapshotStoreKeepConformance, CloseDropsWhatIsUnderWay) {
  const auto creating = this->begin_create(10, contents(kLargeBytes));
  const auto reading = this->begin_read(SnapshotId(), 0, 100);

  this->reopen();

  EXPECT_FALSE(creating->has_value());
  EXPECT_FALSE(reading->has_value());
}

TYPED_TEST_P(SnapshotStoreKeepConformance, CloseEndsWhileTheDiskHangs) {
  this->harness.hold();
  const auto creating = this->begin_create(10, contents(kLargeBytes));
  this->harness.wait_until_held();

  this->reopen();

  EXPECT_FALSE(creating->has_value());
  EXPECT_EQ(this->store().found(), std::vector<SnapshotId>());
}

TYPED_TEST_P(SnapshotStoreKeepConformance, TooManyRequestsAreRefused) {
  const SnapshotMetadata metadata = this->created(10, "contents");
  this->harness.hold();
  const auto creating = this->begin_create(20, contents(kLargeBytes));
  this->harness.wait_until_held();

  std::vector<Answer<Bytes>> reads(port::kSnapshotRequestsMax);
  std::generate(reads.begin(), reads.end(), [&] { return this->begin_read(metadata.id, 0, 100); });
  const auto refused = this->begin_read(metadata.id, 0, 100);

  EXPECT_EQ(this->code_of(this->wait(refused)), Errc::kBusy);
  this->harness.release();
  EXPECT_EQ(this->wait(reads.back())->text(), "contents");
  EXPECT_TRUE(this->wait(creating).has_value());
}

TYPED_TEST_P(SnapshotStoreKeepConformance, TooManyJobsAreRefused) {
  this->harness.hold();
  std::vector<Answer<SnapshotMetadata>> jobs(port::kSnapshotJobsMax);
  std::generate(jobs.begin(), jobs.end(), [&] { return this->begin_create(20, "contents"); });
  const auto refused = this->begin_create(20, "contents");

  EXPECT_EQ(this->code_of(this->wait(refused)), Errc::kBusy);
  this->harness.release();
  EXPECT_TRUE(this->wait(jobs.back()).has_value());
  EXPECT_TRUE(this->create(20, "contents").has_value());
}

REGISTER_TYPED_TEST_SUITE_P(SnapshotStoreKeepConformance, ACreatedSnapshotSurvivesReopening,
                            ACreatedSnapshotSurvivesACrash, TheNewestIsFoundLast,
                            SequencesGoOnAfterReopening, OnlyWhatIsRetainedStays,
                            ReadsThatWereAskedForBeforeGoFirst, AnInstallationThatBeganGoesOn,
                            WhatIsBeingCreatedIsNotRemoved, AFullDiskLosesNothing,
                            AFullDiskMayHaveRoomAgain, AFailedWriteLeavesNothing,
                            ACrashWhileCreatingLeavesNothing, CloseDropsWhatIsUnderWay,
                            CloseEndsWhileTheDiskHangs, TooManyRequestsAreRefused,
                            TooManyJobsAreRefused);

}  // namespace buoyant::conformance
