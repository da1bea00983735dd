// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/model/configuration.h"

#include "tests/support/print.h"

#include <string>
#include <utility>
#include <vector>

namespace buoyant::configuration_test {

Member voter(std::uint64_t id) {
  return {.id = ServerId(id), .address = "host:1", .role = MemberRole::kVoter};
}

Member learner(std::uint64_t id) {
  return {.id = ServerId(id), .address = "host:1", .role = MemberRole::kLearner};
}

Configuration joint() {
  return {.members = {voter(2), voter(3), learner(4)}, .outgoing = {voter(1), voter(2)}};
}

/// Why the list is refused; "" when it is not.
std::string refusal(std::vector<Member> members) {
  const auto made = make_configuration(std::move(members));
  return made ? "" : made.error().context();
}

std::vector<Member> voters(std::uint64_t count) {
  std::vector<Member> members;
  for (std::uint64_t id = 1; id <= count; ++id) {
    members.push_back(voter(id));
  }
  return members;
}

TEST(ConfigurationTest, MakingSortsMembersById) {
  const auto made = make_configuration({voter(3), learner(1), voter(2)});

  EXPECT_EQ(made, (Configuration{.members = {learner(1), voter(2), voter(3)}}));
}

TEST(ConfigurationTest, NoMembersAreRefused) {
  EXPECT_EQ(refusal({}), "no voter");
}

TEST(ConfigurationTest, LearnersAloneAreRefused) {
  EXPECT_EQ(refusal({learner(1)}), "no voter");
}

TEST(ConfigurationTest, AnIdThatIsTakenIsRefused) {
  EXPECT_EQ(refusal({voter(1), voter(1)}), "a server id is zero, twice or out of order");
}

TEST(ConfigurationTest, IdZeroIsRefused) {
  EXPECT_EQ(refusal({voter(0)}), "a server id is zero, twice or out of order");
}

TEST(ConfigurationTest, AnEmptyAddressIsRefused) {
  Member member = voter(1);
  member.address.clear();

  EXPECT_EQ(refusal({member}), "an address is empty or too long");
}

TEST(ConfigurationTest, TheLongestAddressIsAccepted) {
  Member member = voter(1);
  member.address.assign(kAddressBytesMax, 'a');

  EXPECT_EQ(refusal({member}), "");
}

TEST(ConfigurationTest, ATooLongAddressIsRefused) {
  Member member = voter(1);
  member.address.assign(kAddressBytesMax + 1, 'a');

  EXPECT_EQ(refusal({member}), "an address is empty or too long");
}

TEST(ConfigurationTest, AsManyMembersAsAllowedAreAccepted) {
  EXPECT_EQ(refusal(voters(kMembersMax)), "");
}

TEST(ConfigurationTest, TooManyMembersAreRefused) {
  EXPECT_EQ(refusal(voters(kMembersMax + 1)), "too many members");
}

TEST(ConfigurationTest, AnEmptyConfigurationIsValid) {
  EXPECT_TRUE(validate(Configuration{}));
}

TEST(ConfigurationTest, AJointConfigurationIsValid) {
  EXPECT_TRUE(validate(joint()));
}

TEST(ConfigurationTest, AJointConfigurationWithoutATargetIsInvalid) {
  EXPECT_EQ(validate({.members = {}, .outgoing = {voter(1)}}), fail(Errc::kInvalidConfiguration));
}

TEST(ConfigurationTest, MembersOutOfOrderAreInvalid) {
  EXPECT_EQ(validate({.members = {voter(2), voter(1)}}), fail(Errc::kInvalidConfiguration));
}

TEST(ConfigurationTest, AnOutgoingHalfWithoutAVoterIsInvalid) {
  EXPECT_EQ(validate({.members = {voter(1)}, .outgoing = {learner(2)}}),
            fail(Errc::kInvalidConfiguration));
}

TEST(ConfigurationTest, OnlyAJointOneIsJoint) {
  EXPECT_TRUE(joint().is_joint());
  EXPECT_FALSE((Configuration{.members = {voter(1)}}).is_joint());
}

TEST(ConfigurationTest, FindsTheMembersOfBothHalves) {
  const Configuration configuration = joint();

  EXPECT_EQ(configuration.find(ServerId(4)), &configuration.members[2]);
  EXPECT_EQ(configuration.find(ServerId(1)), configuration.outgoing.data());
}

TEST(ConfigurationTest, FindsTheTargetFirst) {
  const Configuration configuration = joint();

  EXPECT_EQ(configuration.find(ServerId(2)), configuration.members.data());
}

TEST(ConfigurationTest, DoesNotFindAStranger) {
  EXPECT_EQ(joint().find(ServerId(9)), nullptr);
}

TEST(ConfigurationTest, VotersOfEitherHalfVote) {
  EXPECT_TRUE(joint().is_voter(ServerId(1)));
  EXPECT_TRUE(joint().is_voter(ServerId(3)));
}

TEST(ConfigurationTest, LearnersAndStrangersDoNotVote) {
  EXPECT_FALSE(joint().is_voter(ServerId(4)));
  EXPECT_FALSE(joint().is_voter(ServerId(9)));
}

TEST(ConfigurationTest, AVoterThatBecomesALearnerVotesWhileJoint) {
  const Configuration configuration{.members = {voter(1), learner(2)},
                                    .outgoing = {voter(1), voter(2)}};

  EXPECT_TRUE(configuration.is_voter(ServerId(2)));
}

TEST(ConfigurationTest, IdsNameEachServerOnce) {
  const std::vector<ServerId> expected = {ServerId(1), ServerId(2), ServerId(3), ServerId(4)};

  EXPECT_EQ(joint().ids(), expected);
}

}  // namespace buoyant::configuration_test
