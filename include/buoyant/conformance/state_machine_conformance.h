// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What every StateMachine must do: a typed test suite. Link buoyant::conformance and GTest,
/// write a harness, and name it once:
///
///   class CounterHarness final : public buoyant::conformance::StateMachineHarness {
///    public:
///     std::unique_ptr<buoyant::StateMachine> make() override {
///       return std::make_unique<Counter>();
///     }
///
///     buoyant::Bytes command(std::uint64_t number) override {
///       return buoyant::Bytes::copy_of("add " + std::to_string(number % 7));
///     }
///   };
///
///   BUOYANT_INSTANTIATE_STATE_MACHINE_CONFORMANCE(Counter, CounterHarness);
///
/// That is all of it for one whose replies show its state and that calls `done` inside apply.
/// StateMachineHarness has verbs for others: state_of; run_until and run_some. A harness is
/// made for each test. One whose capture() is null takes no snapshots: install() must be null
/// too, and the tests of snapshots pass.
///
/// Snapshots are refused when they are cut short, have something behind them or are other bytes
/// altogether: begin them with a length, and end them with a checksum (buoyant/base/checksum.h).
///
/// The checks are functions as well, which say what is wrong: for a test of one's own.
/// examples/state_machine is a complete example.
#pragma once

#include "buoyant/conformance/state_machine_apply_checks.h"
#include "buoyant/conformance/state_machine_harness.h"
#include "buoyant/conformance/state_machine_snapshot_checks.h"

#include <gtest/gtest.h>

namespace buoyant::conformance {

inline testing::AssertionResult holds(const Violation& violation) {
  return violation ? testing::AssertionFailure() << *violation : testing::AssertionSuccess();
}

template <class Harness>
class StateMachineConformance : public testing::Test {
 protected:
  Harness harness;
};

TYPED_TEST_SUITE_P(StateMachineConformance);

TYPED_TEST_P(StateMachineConformance, EachBatchIsAnsweredOnce) {
  EXPECT_TRUE(holds(check_answers(this->harness)));
}

TYPED_TEST_P(StateMachineConformance, EqualCommandsGiveEqualReplies) {
  EXPECT_TRUE(holds(check_determinism(this->harness)));
}

TYPED_TEST_P(StateMachineConformance, BatchesDoNotCount) {
  EXPECT_TRUE(holds(check_batches(this->harness)));
}

TYPED_TEST_P(StateMachineConformance, AnyBytesAreAnswered) {
  EXPECT_TRUE(holds(check_any_bytes(this->harness)));
}

TYPED_TEST_P(StateMachineConformance, MayBeDestroyedWhileABatchIsOpen) {
  EXPECT_TRUE(holds(check_destruction(this->harness)));
}

TYPED_TEST_P(StateMachineConformance, CapturesIfAndOnlyIfItInstalls) {
  EXPECT_TRUE(holds(check_snapshots_are_whole(this->harness)));
}

TYPED_TEST_P(StateMachineConformance, ARestoredReplicaGoesOnAlike) {
  EXPECT_TRUE(holds(check_restore(this->harness)));
}

TYPED_TEST_P(StateMachineConformance, AnInstalledSnapshotReplacesTheState) {
  EXPECT_TRUE(holds(check_install_replaces(this->harness)));
}

TYPED_TEST_P(StateMachineConformance, ACaptureIsFrozen) {
  EXPECT_TRUE(holds(check_capture_is_frozen(this->harness)));
}

TYPED_TEST_P(StateMachineConformance, AWorkerReadsAndWrites) {
  EXPECT_TRUE(holds(check_worker(this->harness)));
}

TYPED_TEST_P(StateMachineConformance, AbandonedSnapshotsChangeNothing) {
  EXPECT_TRUE(holds(check_abandoned(this->harness)));
}

TYPED_TEST_P(StateMachineConformance, BrokenSnapshotsAreRefused) {
  EXPECT_TRUE(holds(check_broken_snapshots(this->harness)));
}

TYPED_TEST_P(StateMachineConformance, DamagedSnapshotsAreSurvived) {
  EXPECT_TRUE(holds(check_damaged_snapshots(this->harness)));
}

REGISTER_TYPED_TEST_SUITE_P(StateMachineConformance, EachBatchIsAnsweredOnce,
                            EqualCommandsGiveEqualReplies, BatchesDoNotCount, AnyBytesAreAnswered,
                            MayBeDestroyedWhileABatchIsOpen, CapturesIfAndOnlyIfItInstalls,
                            ARestoredReplicaGoesOnAlike, AnInstalledSnapshotReplacesTheState,
                            ACaptureIsFrozen, AWorkerReadsAndWrites,
                            AbandonedSnapshotsChangeNothing, BrokenSnapshotsAreRefused,
                            DamagedSnapshotsAreSurvived);

}  // namespace buoyant::conformance

/// Runs all of it with a harness. In the global namespace.
#define BUOYANT_INSTANTIATE_STATE_MACHINE_CONFORMANCE(name, harness)      \
  namespace buoyant::conformance {                                        \
  INSTANTIATE_TYPED_TEST_SUITE_P(name, StateMachineConformance, harness); \
  }                                                                       \
  static_assert(true, "takes the semicolon")
