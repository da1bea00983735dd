// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/c/values.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace buoyant::c_api::values_test {

TEST(CValuesTest, MembersComeInAndGoOutAlike) {
  const std::vector<Member> members = {{ServerId(1), "a:1"},
                                       {ServerId(2), "b:2", MemberRole::kLearner}};

  const std::vector<buoyant_member_t> shown = show(members);

  EXPECT_EQ(members_of(shown.data(), shown.size()), members);
}

TEST(CValuesTest, ARoleThatIsNoneIsRefused) {
  const buoyant_member_t member{1, "a:1", 2};

  EXPECT_EQ(members_of(&member, 1).error().code(), Errc::kInvalidConfiguration);
}

TEST(CValuesTest, AMissingAddressIsAnEmptyOne) {
  const buoyant_member_t member{1, nullptr, BUOYANT_VOTER};

  EXPECT_EQ(members_of(&member, 1), (std::vector<Member>{{ServerId(1), ""}}));
}

TEST(CValuesTest, AConfigurationHasBothOfItsHalves) {
  const Configuration joint{.members = {{ServerId(1), "a:1"}, {ServerId(2), "b:2"}},
                            .outgoing = {{ServerId(1), "a:1"}}};

  const ShownConfiguration configuration(joint, Index(7));

  EXPECT_EQ(configuration.shown.index, 7U);
  EXPECT_EQ(configuration.shown.member_count, 2U);
  EXPECT_STREQ(configuration.shown.members[1].address, "b:2");
  EXPECT_EQ(configuration.shown.outgoing_count, 1U);
  EXPECT_EQ(configuration.shown.outgoing[0].id, 1U);
}

TEST(CValuesTest, BuffersAreGatheredInOrder) {
  const buoyant_buf_t bufs[] = {{"ab", 2}, {nullptr, 0}, {"c", 1}};

  EXPECT_EQ(gather(bufs, 3).text(), "abc");
  EXPECT_EQ(gather(bufs + 1, 1).text(), "");
  EXPECT_EQ(gather(nullptr, 0).text(), "");
}

TEST(CValuesTest, AShorterStructLeavesTheRestAsItWas) {
  struct Pair {
    std::size_t size;
    std::size_t first;
    std::size_t second;
  };

  const Pair given{sizeof(std::size_t) * 2, 5, 6};
  Pair taken{0, 1, 2};

  EXPECT_TRUE(take_struct(&taken, sizeof taken, &given));

  EXPECT_EQ(taken.first, 5U);
  EXPECT_EQ(taken.second, 2U);
}

}  // namespace buoyant::c_api::values_test
