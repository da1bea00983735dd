// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/quorum.h"

#include "tests/support/core_values.h"

#include <gtest/gtest.h>

#include <map>

namespace buoyant::core::quorum_test {

using tests::learner;
using tests::voter;
using tests::voters;

using Values = std::map<std::uint64_t, std::uint64_t>;

/// The quorum's value when each server has the value that `values` gives it.
std::uint64_t quorum_of(const Configuration& configuration, const Values& values) {
  return quorum_value(configuration, [&values](ServerId id) {
    const auto found = values.find(id.value());
    return found == values.end() ? 0 : found->second;
  });
}

TEST(QuorumTest, OneServerIsItsOwnMajority) {
  EXPECT_EQ(quorum_of(voters(1), {{1, 7}}), 7U);
}

TEST(QuorumTest, OfTwoServersBothAreNeeded) {
  EXPECT_EQ(quorum_of(voters(2), {{1, 7}, {2, 4}}), 4U);
}

TEST(QuorumTest, OfThreeServersTwoAreNeeded) {
  EXPECT_EQ(quorum_of(voters(3), {{1, 9}, {2, 4}, {3, 6}}), 6U);
}

TEST(QuorumTest, OfFourServersThreeAreNeeded) {
  EXPECT_EQ(quorum_of(voters(4), {{1, 9}, {2, 8}, {3, 3}, {4, 2}}), 3U);
}

TEST(QuorumTest, OfFiveServersThreeAreNeededInWhateverOrder) {
  EXPECT_EQ(quorum_of(voters(5), {{1, 1}, {2, 9}, {3, 5}, {4, 7}, {5, 2}}), 5U);
}

TEST(QuorumTest, OfSixServersFourAreNeeded) {
  EXPECT_EQ(quorum_of(voters(6), {{1, 6}, {2, 5}, {3, 4}, {4, 3}, {5, 2}, {6, 1}}), 3U);
}

TEST(QuorumTest, LearnersDoNotCount) {
  const Configuration configuration{
      .members = {voter(1), voter(2), voter(3), learner(4), learner(5)}, .outgoing = {}};

  EXPECT_EQ(quorum_of(configuration, {{1, 2}, {2, 1}, {3, 1}, {4, 9}, {5, 9}}), 1U);
}

TEST(QuorumTest, AnEmptyConfigurationReachesNothing) {
  EXPECT_EQ(quorum_of({}, {{1, 7}}), 0U);
  EXPECT_FALSE(has_quorum({}, [](ServerId) { return true; }));
}

TEST(QuorumTest, OnlyLearnersReachNothing) {
  EXPECT_EQ(quorum_of({.members = {learner(1)}, .outgoing = {}}, {{1, 7}}), 0U);
}

TEST(QuorumTest, AJointConfigurationNeedsTheMajorityOfEachHalf) {
  const Configuration joint{.members = {voter(3), voter(4), voter(5)},
                            .outgoing = {voter(1), voter(2), voter(3)}};

  EXPECT_EQ(quorum_of(joint, {{1, 1}, {2, 1}, {3, 9}, {4, 9}, {5, 9}}), 1U);
  EXPECT_EQ(quorum_of(joint, {{1, 9}, {2, 9}, {3, 9}, {4, 2}, {5, 1}}), 2U);
  EXPECT_EQ(quorum_of(joint, {{1, 1}, {2, 5}, {3, 6}, {4, 4}, {5, 1}}), 4U);
}

TEST(QuorumTest, AServerMayVoteInOneHalfAndLearnInTheOther) {
  const Configuration joint{.members = {voter(1), learner(2)}, .outgoing = {voter(1), voter(2)}};

  EXPECT_EQ(quorum_of(joint, {{1, 9}, {2, 3}}), 3U);
}

TEST(QuorumTest, HalfOfAnEvenClusterIsNoQuorum) {
  EXPECT_FALSE(has_quorum(voters(4), [](ServerId id) { return id <= ServerId(2); }));
  EXPECT_TRUE(has_quorum(voters(4), [](ServerId id) { return id <= ServerId(3); }));
}

TEST(QuorumTest, TheLargestConfigurationIsCounted) {
  EXPECT_FALSE(
      has_quorum(voters(kMembersMax), [](ServerId id) { return id <= ServerId(kMembersMax / 2); }));
  EXPECT_TRUE(has_quorum(voters(kMembersMax),
                         [](ServerId id) { return id <= ServerId(kMembersMax / 2 + 1); }));
}

}  // namespace buoyant::core::quorum_test
