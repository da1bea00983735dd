// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Conformance of snapshot stores: snapshots that come in from another server.
#pragma once

#include "buoyant/conformance/snapshot_store_fixture.h"

namespace buoyant::conformance {

template <class Harness>
class SnapshotStoreReceiveConformance : public SnapshotStoreFixture<Harness> {
 protected:
  /// A large one, and its first part.
  std::string text = contents(kLargeBytes);
  SnapshotMetadata metadata = foreign(2, 10, text);
  std::string_view first = std::string_view(text).substr(0, 100'000);
};

TYPED_TEST_SUITE_P(SnapshotStoreReceiveConformance);

TYPED_TEST_P(SnapshotStoreReceiveConformance, NothingIsHeldOfWhatDidNotCome) {
  EXPECT_EQ(this->held(this->metadata), 0U);
}

TYPED_TEST_P(SnapshotStoreReceiveConformance, APartIsHeld) {
  EXPECT_EQ(this->receive(this->metadata, 0, this->first), this->first.size());
  EXPECT_EQ(this->held(this->metadata), this->first.size());
}

TYPED_TEST_P(SnapshotStoreReceiveConformance, WhatIsCompleteIsReadBack) {
  const auto end = this->receive_rest(this->metadata, this->text);

  EXPECT_EQ(end, this->text.size());
  EXPECT_EQ(this->held(this->metadata), this->text.size());
  EXPECT_TRUE(this->read_all(this->metadata.id) == this->text);
  EXPECT_TRUE(this->installed(this->metadata.id) == this->text);
}

TYPED_TEST_P(SnapshotStoreReceiveConformance, WhatIsCompleteSurvivesACrash) {
  static_cast<void>(this->receive_rest(this->metadata, this->text));

  this->crash_and_open();

  EXPECT_EQ(this->store().found(), std::vector{this->metadata.id});
  EXPECT_EQ(this->held(this->metadata), this->text.size());
  EXPECT_TRUE(this->read_all(this->metadata.id) == this->text);
}

TYPED_TEST_P(SnapshotStoreReceiveConformance, PartsMayHaveAnySize) {
  const std::string small = contents(3'000);
  const SnapshotMetadata of_small = foreign(2, 10, small);

  EXPECT_EQ(this->receive_rest(of_small, small, 7), small.size());
  EXPECT_TRUE(this->read_all(of_small.id) == small);
}

TYPED_TEST_P(SnapshotStoreReceiveConformance, AllOfItMayComeAtOnce) {
  EXPECT_EQ(this->receive(this->metadata, 0, this->text), this->text.size());
  EXPECT_TRUE(this->read_all(this->metadata.id) == this->text);
}

TYPED_TEST_P(SnapshotStoreReceiveConformance, AnEmptyOneIsReceivedToo) {
  const SnapshotMetadata empty = foreign(2, 10, "");

  EXPECT_EQ(this->receive(empty, 0, ""), 0U);

  EXPECT_EQ(this->read_all(empty.id), "");
  this->reopen();
  EXPECT_EQ(this->store().found(), std::vector{empty.id});
}

TYPED_TEST_P(SnapshotStoreReceiveConformance, APartBehindAGapIsNotTaken) {
  static_cast<void>(this->receive(this->metadata, 0, this->first));

  EXPECT_EQ(this->receive(this->metadata, 100'001, "behind a gap"), this->first.size());
  EXPECT_EQ(this->receive_rest(this->metadata, this->text), this->text.size());
}

TYPED_TEST_P(SnapshotStoreReceiveConformance, APartThatCameBeforeIsNotTakenAgain) {
  static_cast<void>(this->receive(this->metadata, 0, this->first));

  EXPECT_EQ(this->receive(this->metadata, 0, this->first), this->first.size());
  EXPECT_EQ(this->receive(this->metadata, 99'999, "overlaps"), this->first.size());
  EXPECT_EQ(this->receive_rest(this->metadata, this->text), this->text.size());
}

TYPED_TEST_P(SnapshotStoreReceiveConformance, APartOfWhatIsCompleteChangesNothing) {
  static_cast<void>(this->receive_rest(this->metadata, this->text));

  EXPECT_EQ(this->receive(this->metadata, 0, "something else"), this->text.size());
  EXPECT_TRUE(this->read_all(this->metadata.id) == this->text);
}

TYPED_TEST_P(SnapshotStoreReceiveConformance, APartBeyondTheEndIsRefused) {
  const SnapshotMetadata small = foreign(2, 10, "eight---");

  EXPECT_EQ(this->code_of(this->receive(small, 0, "eight---+")), Errc::kMalformed);
  EXPECT_EQ(this->code_of(this->receive(small, ~std::uint64_t{0}, "x")), Errc::kMalformed);
  EXPECT_EQ(this->receive(small, 0, "eight---"), 8U);
}

TYPED_TEST_P(SnapshotStoreReceiveConformance, OtherContentsDoNotCount) {
  std::string other = this->text;
  other[200'000] = static_cast<char>(other[200'000] ^ 1);

  EXPECT_EQ(this->code_of(this->receive_rest(this->metadata, other)), Errc::kStorageCorrupt);

  EXPECT_EQ(this->held(this->metadata), 0U);
  EXPECT_EQ(this->read_all(this->metadata.id), "compacted");
  EXPECT_EQ(this->receive_rest(this->metadata, this->text), this->text.size());
}

TYPED_TEST_P(SnapshotStoreReceiveConformance, AnotherConfigurationDoesNotCount) {
  SnapshotMetadata other = this->metadata;
  other.configuration.outgoing.clear();

  EXPECT_EQ(this->code_of(this->receive_rest(other, this->text)), Errc::kStorageCorrupt);
  this->reopen();
  EXPECT_EQ(this->store().found(), std::vector<SnapshotId>());
}

TYPED_TEST_P(SnapshotStoreReceiveConformance, WhatComesInIsNotThereYet) {
  static_cast<void>(this->receive(this->metadata, 0, this->first));

  EXPECT_EQ(this->read_all(this->metadata.id), "compacted");
  this->reopen();
  EXPECT_EQ(this->store().found(), std::vector<SnapshotId>());
}

TYPED_TEST_P(SnapshotStoreReceiveConformance, ANewerSnapshotReplacesAnIncomingOne) {
  const SnapshotMetadata newer = foreign(2, 20, this->text);
  static_cast<void>(this->receive(this->metadata, 0, this->first));

  EXPECT_EQ(this->receive(newer, 0, this->first), this->first.size());

  EXPECT_EQ(this->held(this->metadata), 0U);
  EXPECT_EQ(this->receive_rest(newer, this->text), this->text.size());
}

TYPED_TEST_P(SnapshotStoreReceiveConformance, AnOlderOneOfAnotherLeaderDoesToo) {
  const SnapshotMetadata older = foreign(3, 5, this->text);
  static_cast<void>(this->receive(this->metadata, 0, this->first));

  EXPECT_EQ(this->receive(older, 0, this->first), this->first.size());
  EXPECT_EQ(this->held(this->metadata), 0U);
}

TYPED_TEST_P(SnapshotStoreReceiveConformance, AnotherFileAtThatPositionIsAnotherOne) {
  const SnapshotMetadata other = foreign(2, 10, this->text, 2);
  static_cast<void>(this->receive(this->metadata, 0, this->first));

  EXPECT_EQ(this->held(other), 0U);
  EXPECT_EQ(this->receive(other, this->first.size(), "its next part"), 0U);

  EXPECT_EQ(this->held(this->metadata), this->first.size());
}

TYPED_TEST_P(SnapshotStoreReceiveConformance, OneOfOurOwnAtThatPositionIsAnotherOne) {
  const SnapshotMetadata own = this->created(10, "our own");

  EXPECT_EQ(this->receive_rest(this->metadata, this->text), this->text.size());

  EXPECT_EQ(this->read_all(own.id), "our own");
  EXPECT_TRUE(this->read_all(this->metadata.id) == this->text);
}

TYPED_TEST_P(SnapshotStoreReceiveConformance, ItGoesOnAfterReopening) {
  static_cast<void>(this->receive(this->metadata, 0, this->first));

  this->reopen();

  EXPECT_LE(this->held(this->metadata).value_or(kLargeBytes), this->first.size());
  EXPECT_EQ(this->receive_rest(this->metadata, this->text), this->text.size());
  EXPECT_TRUE(this->read_all(this->metadata.id) == this->text);
}

TYPED_TEST_P(SnapshotStoreReceiveConformance, ItGoesOnAfterACrash) {
  static_cast<void>(this->receive(this->metadata, 0, this->first));

  this->crash_and_open();

  EXPECT_LE(this->held(this->metadata).value_or(kLargeBytes), this->first.size());
  EXPECT_EQ(this->receive_rest(this->metadata, this->text), this->text.size());
  EXPECT_TRUE(this->read_all(this->metadata.id) == this->text);
}

TYPED_TEST_P(SnapshotStoreReceiveConformance, AnotherOneReplacesItAfterReopeningToo) {
  const SnapshotMetadata newer = foreign(2, 20, this->text);
  static_cast<void>(this->receive(this->metadata, 0, this->first));
  this->reopen();

  EXPECT_EQ(this->receive_rest(newer, this->text), this->text.size());

  EXPECT_EQ(this->held(this->metadata), 0U);
}

TYPED_TEST_P(SnapshotStoreReceiveConformance, AnIncomingOneThatIsNotNewerIsNotRetained) {
  const SnapshotMetadata current = this->created(10, "current");
  static_cast<void>(this->receive(this->metadata, 0, this->first));

  this->store().retain_only({current.id});

  EXPECT_EQ(this->held(this->metadata), 0U);
}

TYPED_TEST_P(SnapshotStoreReceiveConformance, AnIncomingOneThatIsNewerIsRetained) {
  const SnapshotMetadata current = this->created(9, "current");
  static_cast<void>(this->receive(this->metadata, 0, this->first));

  this->store().retain_only({current.id});

  EXPECT_EQ(this->held(this->metadata), this->first.size());
}

TYPED_TEST_P(SnapshotStoreReceiveConformance, AReceivedOneThatIsNotRetainedIsRemoved) {
  static_cast<void>(this->receive_rest(this->metadata, this->text));

  this->store().retain_only({});
  this->settle();

  EXPECT_EQ(this->read_all(this->metadata.id), "compacted");
}

TYPED_TEST_P(SnapshotStoreReceiveConformance, WhatIsAskedAboutStaysUntilTheAnswer) {
  static_cast<void>(this->receive_rest(this->metadata, this->text));
  this->reopen();

  const auto held = this->begin_held(this->metadata);
  this->store().retain_only({});

  EXPECT_EQ(this->wait(held), this->text.size());
  EXPECT_TRUE(this->read_all(this->metadata.id) == this->text);

  this->store().retain_only({});
  this->settle();

  EXPECT_EQ(this->read_all(this->metadata.id), "compacted");
}

TYPED_TEST_P(SnapshotStoreReceiveConformance, AFullDiskKeepsWhatWasHeld) {
  static_cast<void>(this->receive(this->metadata, 0, this->first));
  this->harness.fail_next(Errc::kStorageFull);

  const auto refused =
      this->receive(this->metadata, this->first.size(), this->text.substr(this->first.size()));

  EXPECT_EQ(this->code_of(refused), Errc::kStorageFull);
  EXPECT_GE(this->held(this->metadata).value_or(0), this->first.size());
  EXPECT_EQ(this->receive_rest(this->metadata, this->text), this->text.size());
  EXPECT_TRUE(this->read_all(this->metadata.id) == this->text);
}

TYPED_TEST_P(SnapshotStoreReceiveConformance, AFailedWriteBeginsAnew) {
  static_cast<void>(this->receive(this->metadata, 0, this->first));
  this->harness.fail_next(Errc::kStorageFailed);

  const auto failed =
      this->receive(this->metadata, this->first.size(), this->text.substr(this->first.size()));

  EXPECT_EQ(this->code_of(failed), Errc::kStorageFailed);
  EXPECT_EQ(this->held(this->metadata), 0U);
  EXPECT_EQ(this->receive_rest(this->metadata, this->text), this->text.size());
}

TYPED_TEST_P(SnapshotStoreReceiveConformance, CloseInTheMiddleKeepsTheBeginning) {
  static_cast<void>(this->receive(this->metadata, 0, this->first));
  this->harness.hold();
  const auto receiving =
      this->begin_receive(this->metadata, this->first.size(), this->text.substr(100'000));
  this->harness.wait_until_held();

  this->reopen();

  EXPECT_FALSE(receiving->has_value());
  EXPECT_EQ(this->receive_rest(this->metadata, this->text), this->text.size());
  EXPECT_TRUE(this->read_all(this->metadata.id) == this->text);
}

TYPED_TEST_P(SnapshotStoreReceiveConformance, PartsComeInWhileAnotherIsCreated) {
  const auto creating = this->begin_create(20, contents(kLargeBytes, 5));

  EXPECT_EQ(this->receive_rest(this->metadata, this->text), this->text.size());

  EXPECT_TRUE(this->wait(creating).has_value());
  EXPECT_TRUE(this->read_all(this->metadata.id) == this->text);
}

REGISTER_TYPED_TEST_SUITE_P(
    SnapshotStoreReceiveConformance, NothingIsHeldOfWhatDidNotCome, APartIsHeld,
    WhatIsCompleteIsReadBack, WhatIsCompleteSurvivesACrash, PartsMayHaveAnySize,
    AllOfItMayComeAtOnce, AnEmptyOneIsReceivedToo, APartBehindAGapIsNotTaken,
    APartThatCameBeforeIsNotTakenAgain, APartOfWhatIsCompleteChangesNothing,
    APartBeyondTheEndIsRefused, OtherContentsDoNotCount, AnotherConfigurationDoesNotCount,
    WhatComesInIsNotThereYet, ANewerSnapshotReplacesAnIncomingOne, AnOlderOneOfAnotherLeaderDoesToo,
    AnotherFileAtThatPositionIsAnotherOne, OneOfOurOwnAtThatPositionIsAnotherOne,
    ItGoesOnAfterReopening, ItGoesOnAfterACrash, AnotherOneReplacesItAfterReopeningToo,
    AnIncomingOneThatIsNotNewerIsNotRetained, AnIncomingOneThatIsNewerIsRetained,
    AReceivedOneThatIsNotRetainedIsRemoved, WhatIsAskedAboutStaysUntilTheAnswer,
    AFullDiskKeepsWhatWasHeld, AFailedWriteBeginsAnew, CloseInTheMiddleKeepsTheBeginning,
    PartsComeInWhileAnotherIsCreated);

}  // namespace buoyant::conformance
