// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/conformance/state_machine_conformance.h"
#include "tests/conformance/planted_machine.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace buoyant::state_machine_checks_test {

using conformance::Violation;
using planted_machine::Fault;
using planted_machine::Harness;
using planted_machine::LateHarness;

/// What the check says about a machine with this fault.
template <class AnyHarness = Harness>
std::string verdict(Violation (*check)(conformance::StateMachineHarness&), Fault fault) {
  AnyHarness harness(fault);
  return check(harness).value_or("nothing");
}

TEST(StateMachineApplyChecksTest, TellThatDoneWasCalledTwice) {
  EXPECT_EQ(verdict(conformance::check_answers, Fault::kDoneTwice),
            "batches of 1: done was called 2 times for one batch");
}

TEST(StateMachineApplyChecksTest, TellThatDoneWasCalledAgainLater) {
  EXPECT_EQ(verdict<LateHarness>(conformance::check_answers, Fault::kDoneAgainLater),
            "batches of 1: done was called 2 times for one batch");
}

TEST(StateMachineApplyChecksTest, TellThatDoneWasNotCalled) {
  EXPECT_EQ(verdict(conformance::check_answers, Fault::kDoneNever),
            "batches of 1: done was not called");
}

TEST(StateMachineApplyChecksTest, TellThatDoneWasCalledOnAnotherThread) {
  EXPECT_EQ(verdict(conformance::check_answers, Fault::kDoneElsewhere),
            "batches of 1: done was called on another thread");
}

TEST(StateMachineApplyChecksTest, TellThatRepliesAreMissing) {
  EXPECT_EQ(verdict(conformance::check_batches, Fault::kReplyMissing),
            "one by one and all at once: 198 replies to 200 commands");
}

TEST(StateMachineApplyChecksTest, TellThatRepliesDifferBetweenServers) {
  EXPECT_NE(verdict(conformance::check_determinism, Fault::kReplyOfChance).find("reply 1 of 200"),
            std::string::npos);
}

TEST(StateMachineApplyChecksTest, TellThatTheStateDiffersThoughThereAreNoReplies) {
  EXPECT_NE(verdict(conformance::check_determinism, Fault::kStateOfChance).find("the state is"),
            std::string::npos);
}

TEST(StateMachineApplyChecksTest, TellThatBatchesCount) {
  EXPECT_EQ(verdict(conformance::check_determinism, Fault::kReplyOfBatch), "nothing");
  EXPECT_NE(verdict(conformance::check_batches, Fault::kReplyOfBatch).find("reply 1 of 200"),
            std::string::npos);
}

TEST(StateMachineApplyChecksTest, TellThatAStrangeCommandIsNotAnswered) {
  EXPECT_EQ(verdict(conformance::check_answers, Fault::kStrangeIsIgnored), "nothing");
  EXPECT_EQ(verdict(conformance::check_any_bytes, Fault::kStrangeIsIgnored), "done was not called");
}

TEST(StateMachineSnapshotChecksTest, TellThatHalfOfThemIsMissing) {
  EXPECT_EQ(verdict(conformance::check_snapshots_are_whole, Fault::kCaptureOnly),
            "capture() without install()");
  EXPECT_EQ(verdict(conformance::check_snapshots_are_whole, Fault::kInstallOnly),
            "install() without capture()");
}

TEST(StateMachineSnapshotChecksTest, TellThatOneIsTakenOnlySometimes) {
  EXPECT_EQ(verdict(conformance::check_snapshots_are_whole, Fault::kCaptureAtFirst),
            "capture() is sometimes null");
  EXPECT_NE(verdict(conformance::check_restore, Fault::kCaptureAtFirst), "nothing");
  EXPECT_NE(verdict(conformance::check_capture_is_frozen, Fault::kCaptureAtFirst), "nothing");
  EXPECT_NE(verdict(conformance::check_worker, Fault::kCaptureAtFirst), "nothing");
  EXPECT_NE(verdict(conformance::check_abandoned, Fault::kCaptureAtFirst), "nothing");
}

TEST(StateMachineSnapshotChecksTest, TellThatTheCaptureIsNotFrozen) {
  EXPECT_NE(verdict(conformance::check_capture_is_frozen, Fault::kCaptureLive)
                .find("read after later commands: reply 1 of 60"),
            std::string::npos);
}

TEST(StateMachineSnapshotChecksTest, TellThatTheCaptureLacksTheState) {
  EXPECT_NE(verdict(conformance::check_restore, Fault::kCaptureEmpty)
                .find("captured after 1 commands, in chunks of 1: reply 1 of"),
            std::string::npos);
}

TEST(StateMachineSnapshotChecksTest, TellThatAChunkIsTooLong) {
  EXPECT_EQ(verdict(conformance::check_restore, Fault::kChunkTooLong),
            "captured after 0 commands, in chunks of 1: read gave more than it was asked for");
}

TEST(StateMachineSnapshotChecksTest, TellThatReadGoesOn) {
  EXPECT_NE(verdict(conformance::check_restore, Fault::kReadGoesOn).find("read goes on after"),
            std::string::npos);
}

TEST(StateMachineSnapshotChecksTest, TellThatInstallDoesNotReplace) {
  EXPECT_EQ(verdict(conformance::check_restore, Fault::kInstallAdds), "nothing");
  EXPECT_NE(verdict(conformance::check_install_replaces, Fault::kInstallAdds).find("reply 1 of 60"),
            std::string::npos);
}

TEST(StateMachineSnapshotChecksTest, TellThatInstallChangesTheStateBeforeItsEnd) {
  EXPECT_NE(verdict(conformance::check_abandoned, Fault::kInstallEarly).find("reply 1 of 60"),
            std::string::npos);
}

TEST(StateMachineSnapshotChecksTest, TellThatInstallRefuses) {
  EXPECT_NE(verdict(conformance::check_restore, Fault::kInstallRefuses).find("install failed"),
            std::string::npos);
  EXPECT_EQ(verdict(conformance::check_worker, Fault::kInstallRefuses), "install failed");
}

TEST(StateMachineSnapshotChecksTest, TellThatBrokenSnapshotsAreAccepted) {
  EXPECT_EQ(verdict(conformance::check_broken_snapshots, Fault::kInstallCut),
            "a snapshot was accepted: cut after 0 bytes");
  EXPECT_EQ(verdict(conformance::check_broken_snapshots, Fault::kInstallLonger),
            "a snapshot was accepted: with a byte behind");
  EXPECT_NE(verdict(conformance::check_broken_snapshots, Fault::kInstallUnchecked)
                .find("a snapshot was accepted: garbage"),
            std::string::npos);
}

TEST(StateMachineSnapshotChecksTest, TellThatARefusedSnapshotIsTheEnd) {
  EXPECT_NE(verdict(conformance::check_damaged_snapshots, Fault::kInstallDeafens)
                .find("damaged: done was not called"),
            std::string::npos);
  EXPECT_EQ(verdict(conformance::check_broken_snapshots, Fault::kInstallDeafens),
            "after refused snapshots: done was not called");
}

/// Without snapshots and without replies.
class Tally final : public StateMachine {
 public:
  void apply(std::vector<Command> commands, ApplyDone done) noexcept override {
    count_ += commands.size();
    done();
  }

 private:
  std::size_t count_ = 0;
};

class TallyHarness final : public conformance::StateMachineHarness {
 public:
  std::unique_ptr<StateMachine> make() override { return std::make_unique<Tally>(); }

  Bytes command(std::uint64_t) override { return {}; }
};

}  // namespace buoyant::state_machine_checks_test

BUOYANT_INSTANTIATE_STATE_MACHINE_CONFORMANCE(Right, buoyant::planted_machine::Harness);
BUOYANT_INSTANTIATE_STATE_MACHINE_CONFORMANCE(Late, buoyant::planted_machine::LateHarness);
BUOYANT_INSTANTIATE_STATE_MACHINE_CONFORMANCE(Tally,
                                              buoyant::state_machine_checks_test::TallyHarness);
