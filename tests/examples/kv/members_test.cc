// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/kv/members.h"

#include <gtest/gtest.h>

namespace kv::members_test {

using buoyant::Member;
using buoyant::MemberRole;
using buoyant::ServerId;

class KvMembersTest : public testing::Test {
 protected:
  static Members set_of(const Target& target) {
    const auto* const members = std::get_if<Members>(&target);
    return members == nullptr ? Members{} : *members;
  }

  const Member first_{ServerId(1), "a:1", MemberRole::kVoter};
  const Member second_{ServerId(2), "b:2", MemberRole::kLearner};
  const Members members_ = {first_, second_};
};

TEST_F(KvMembersTest, AddsInTheOrderOfTheIds) {
  const Member middle{ServerId(3), "c:3", MemberRole::kVoter};
  const Member last{ServerId(9), "d:9", MemberRole::kLearner};

  EXPECT_EQ(set_of(with_member({first_, last}, middle)), (Members{first_, middle, last}));
}

TEST_F(KvMembersTest, AddingAgainChangesNothingButTheAddress) {
  EXPECT_EQ(set_of(with_member(members_, first_)), members_);
  EXPECT_EQ(set_of(with_member(members_, {ServerId(1), "x:1", MemberRole::kLearner})),
            (Members{{ServerId(1), "x:1", MemberRole::kVoter}, second_}));
}

TEST_F(KvMembersTest, AddingALearnerAsAVoterGivesItAVote) {
  EXPECT_EQ(set_of(with_member(members_, {ServerId(2), "b:2", MemberRole::kVoter})),
            (Members{first_, {ServerId(2), "b:2", MemberRole::kVoter}}));
}

TEST_F(KvMembersTest, GivesAndTakesVotes) {
  const Members voters = set_of(with_role(members_, ServerId(2), MemberRole::kVoter));
  EXPECT_EQ(voters, (Members{first_, {ServerId(2), "b:2", MemberRole::kVoter}}));

  EXPECT_EQ(set_of(with_role(voters, ServerId(2), MemberRole::kLearner)), members_);
  EXPECT_EQ(set_of(with_role(members_, ServerId(2), MemberRole::kLearner)), members_);
}

TEST_F(KvMembersTest, OnlyAMemberHasARole) {
  EXPECT_EQ(std::get<std::string>(with_role(members_, ServerId(7), MemberRole::kVoter)),
            "-ERR this server is not a member\r\n");
}

TEST_F(KvMembersTest, RemovesWhetherItIsThereOrNot) {
  EXPECT_EQ(set_of(without_member(members_, ServerId(2))), Members{first_});
  EXPECT_EQ(set_of(without_member(members_, ServerId(7))), members_);
}

}  // namespace kv::members_test
