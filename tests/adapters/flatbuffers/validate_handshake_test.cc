// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/flatbuffers/validate.h"
#include "tests/support/print.h"

#include <string>

namespace buoyant::flatbuf::validate_handshake_test {

constexpr Index kTooLargeIndex{kNumberMax + 1};

/// "" for a handshake without a defect.
template <class Handshake>
std::string defect(const Handshake& handshake) {
  const Defect found = defect_of(handshake);
  return found == nullptr ? "" : found;
}

Identity identity() {
  return {.cluster = "demo", .server = ServerId(1)};
}

Hello hello() {
  return {.identity = identity(), .expected = ServerId(2)};
}

TEST(ValidateHelloTest, AHelloPasses) {
  EXPECT_EQ(defect(hello()), "");
}

TEST(ValidateHelloTest, VersionZeroIsRefused) {
  Hello value = hello();
  value.version_min = 0;

  EXPECT_EQ(defect(value), "no range of versions");
}

TEST(ValidateHelloTest, AnEmptyRangeOfVersionsIsRefused) {
  Hello value = hello();
  value.version_min = 3;
  value.version_max = 2;

  EXPECT_EQ(defect(value), "no range of versions");
}

TEST(ValidateHelloTest, ALaterRangeOfVersionsPasses) {
  Hello value = hello();
  value.version_min = 7;
  value.version_max = 9;

  EXPECT_EQ(defect(value), "");
}

TEST(ValidateHelloTest, NobodyExpectedIsRefused) {
  Hello value = hello();
  value.expected = {};

  EXPECT_EQ(defect(value), "nobody is expected");
}

TEST(ValidateHelloTest, AServerWithoutIdIsRefused) {
  Hello value = hello();
  value.identity.server = {};

  EXPECT_EQ(defect(value), "no server id");
}

TEST(ValidateHelloTest, AnEmptyClusterIdIsRefused) {
  Hello value = hello();
  value.identity.cluster.clear();

  EXPECT_EQ(defect(value), "the cluster id is empty or too long");
}

TEST(ValidateHelloTest, ATooLongClusterIdIsRefused) {
  Hello value = hello();
  value.identity.cluster.assign(kClusterBytesMax + 1, 'c');

  EXPECT_EQ(defect(value), "the cluster id is empty or too long");
}

TEST(ValidateHelloTest, AnIndexOutOfRangeIsRefused) {
  Hello value = hello();
  value.configuration_index = kTooLargeIndex;

  EXPECT_EQ(defect(value), "index out of range");
}

TEST(ValidateHelloReplyTest, ARefusalOfALaterVersionPasses) {
  EXPECT_EQ(defect(HelloReply{.refusal = static_cast<Refusal>(200), .identity = identity()}), "");
}

TEST(ValidateHelloReplyTest, AcceptanceWithoutAVersionIsRefused) {
  EXPECT_EQ(defect(HelloReply{.version = 0, .identity = identity()}), "accepted without a version");
}

TEST(ValidateHelloReplyTest, AnAnswerOfNobodyIsRefused) {
  EXPECT_EQ(defect(HelloReply{}), "the cluster id is empty or too long");
}

}  // namespace buoyant::flatbuf::validate_handshake_test
