// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/flatbuffers/validate.h"
#include "tests/adapters/flatbuffers/samples.h"
#include "tests/support/print.h"

#include <string>

namespace buoyant::flatbuf::validate_requests_test {

constexpr Index kTooLargeIndex{kNumberMax + 1};

/// "" for a message without a defect.
template <class Message>
std::string defect(const Message& message) {
  const Defect found = defect_of(message);
  return found == nullptr ? "" : found;
}

InstallSnapshot install() {
  return {.term = Term(5),
          .snapshot = {.id = {.position = {Term(4), Index(80)},
                              .creator = ServerId(2),
                              .sequence = 1,
                              .checksum = 9},
                       .configuration = samples::joint(),
                       .configuration_index = Index(3),
                       .bytes = 100},
          .offset = 40};
}

TEST(ValidateInstallSnapshotTest, APartInTheMiddlePasses) {
  EXPECT_EQ(defect(install()), "");
}

TEST(ValidateInstallSnapshotTest, APartAtTheEndPasses) {
  InstallSnapshot message = install();
  message.offset = 100;

  EXPECT_EQ(defect(message), "");
}

TEST(ValidateInstallSnapshotTest, APartBeyondTheEndIsRefused) {
  InstallSnapshot message = install();
  message.offset = 101;

  EXPECT_EQ(defect(message), "a part beyond the end of its snapshot");
}

TEST(ValidateInstallSnapshotTest, ASnapshotOfNothingIsRefused) {
  InstallSnapshot message = install();
  message.snapshot.id.position = {};

  EXPECT_EQ(defect(message), "a snapshot of nothing or of nobody");
}

TEST(ValidateInstallSnapshotTest, ASnapshotOfALaterTermThanItsLeaderIsRefused) {
  InstallSnapshot message = install();
  message.snapshot.id.position.term = Term(6);

  EXPECT_EQ(defect(message), "the snapshot is ahead of its leader");
}

TEST(ValidateInstallSnapshotTest, ASnapshotWithoutMembersIsRefused) {
  InstallSnapshot message = install();
  message.snapshot.configuration = {};

  EXPECT_EQ(defect(message), "a snapshot without a configuration");
}

TEST(ValidateInstallSnapshotTest, AConfigurationFromAfterTheSnapshotIsRefused) {
  InstallSnapshot message = install();
  message.snapshot.configuration_index = Index(81);

  EXPECT_EQ(defect(message), "a snapshot without a configuration");
}

TEST(ValidateInstallSnapshotReplyTest, ProgressOfALaterVersionIsRefused) {
  InstallSnapshotReply message{.term = Term(5), .snapshot = install().snapshot.id};
  EXPECT_EQ(defect(message), "");

  message.progress = static_cast<InstallProgress>(3);

  EXPECT_EQ(defect(message), "progress out of range");
}

TEST(ValidateReadTest, AGrantWithARefusalIsRefused) {
  EXPECT_EQ(
      defect(ReadReply{.sequence = 1, .granted = true, .index = Index(4), .refusal = Errc::kBusy}),
      "granted and refused");
}

TEST(ValidateReadTest, ARefusalWithAnIndexIsRefused) {
  EXPECT_EQ(
      defect(ReadReply{.sequence = 1, .granted = false, .index = Index(4), .refusal = Errc::kBusy}),
      "granted and refused");
}

TEST(ValidateReadTest, AnIndexWithoutRoomForArithmeticIsRefused) {
  EXPECT_EQ(
      defect(ReadReply{
          .sequence = 1, .granted = true, .index = kTooLargeIndex, .refusal = Errc::kNotLeader}),
      "index out of range");
}

TEST(ValidateControlTest, AChangeWithoutMembersIsRefused) {
  EXPECT_EQ(defect(ControlRequest{.kind = ControlKind::kChangeMembership}), "not a change");
}

TEST(ValidateControlTest, ATransferWithMembersIsRefused) {
  EXPECT_EQ(defect(ControlRequest{.kind = ControlKind::kTransfer,
                                  .target = ServerId(2),
                                  .members = samples::joint().members}),
            "not a transfer");
}

TEST(ValidateControlTest, AKindOfALaterVersionIsRefused) {
  EXPECT_EQ(defect(ControlRequest{.kind = static_cast<ControlKind>(2)}),
            "a request of a later version");
}

TEST(ValidateControlTest, ADoneReplyWithARefusalIsRefused) {
  EXPECT_EQ(defect(ControlReply{.done = true, .refusal = Errc::kBusy}), "granted and refused");
}

TEST(ValidateReplyTest, AStateOfSpaceOfALaterVersionIsRefused) {
  EXPECT_EQ(defect(AppendEntriesReply{.term = Term(1), .space = static_cast<SpaceState>(2)}),
            "no state of space");
}

TEST(ValidateReplyTest, APreferenceOfALaterVersionIsRefused) {
  EXPECT_EQ(defect(HeartbeatReply{.term = Term(1), .preference = static_cast<Preference>(3)}),
            "no state of space, or no preference");
}

TEST(ValidateHelloPurposeTest, APurposeOfALaterVersionIsRefused) {
  EXPECT_EQ(defect(Hello{.identity = {.cluster = "demo", .server = ServerId(1)},
                         .expected = ServerId(2),
                         .purpose = static_cast<LinkPurpose>(2)}),
            "a purpose of a later version");
}

}  // namespace buoyant::flatbuf::validate_requests_test
