// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/recover/plan.h"

#include "tests/tools/recover/stored.h"

#include <gtest/gtest.h>

namespace buoyant::recover_tool::plan_test {

using testing_support::encoded;
using testing_support::of;
using testing_support::survivor;
using testing_support::survivor_with_snapshot;
using testing_support::voter;

class RecoverPlanTest : public testing::Test {
 protected:
  Result<Plan> plan(std::vector<Member> voters) {
    return make_plan(stored_, std::move(voters), codec_);
  }

  Error refusal(std::vector<Member> voters) {
    const auto made = plan(std::move(voters));
    EXPECT_FALSE(made);
    return made ? Error(Errc::kStopped) : made.error();
  }

  port::StoredState stored_ = survivor();
  flatbuf::FlatbuffersCodec codec_;
};

TEST_F(RecoverPlanTest, SaysWhoIsDroppedAndWhoIsNew) {
  const auto made = plan({voter(4), voter(1)});

  ASSERT_TRUE(made);
  EXPECT_EQ(made->dropped, (std::vector<Member>{voter(2), voter(3)}));
  EXPECT_EQ(made->added, std::vector<Member>{voter(4)});
  EXPECT_EQ(made->wanted, of({voter(1), voter(4)}));
  EXPECT_EQ(made->quorum(), 2U);
}

TEST_F(RecoverPlanTest, TheEntryIsInTheTermBehindTheStoredOne) {
  const auto made = plan({voter(1)});

  ASSERT_TRUE(made);
  EXPECT_EQ(made->last, (LogPosition{Term(5), Index(10)}));
  EXPECT_EQ(made->position(), (LogPosition{Term(8), Index(11)}));
}

TEST_F(RecoverPlanTest, WritesOneSimpleConfigurationAndAVoteForItself) {
  const auto made = plan({voter(1)});
  ASSERT_TRUE(made);

  const port::StorageWrite write = write_of(*made, codec_);

  EXPECT_EQ(write.hard_state, (HardState{Term(8), ServerId(1)}));
  EXPECT_EQ(write.first, Index(11));
  EXPECT_EQ(write.entries, (std::vector<Entry>{{.term = Term(8),
                                                .kind = EntryKind::kConfiguration,
                                                .payload = encoded(of({voter(1)}))}}));
  EXPECT_FALSE(write.truncate_from);
  EXPECT_FALSE(write.compact_through);
  ASSERT_TRUE(write.peers) << "the others may start wiped";
  EXPECT_TRUE(write.peers->empty());
}

TEST_F(RecoverPlanTest, WithoutASnapshotNothingIsKnownToBeCommitted) {
  const auto made = plan({voter(1)});

  ASSERT_TRUE(made);
  EXPECT_EQ(made->undecided, (IndexRange{Index(1), Index(10)}));
}

TEST_F(RecoverPlanTest, WhatASnapshotCoversIsCommitted) {
  stored_ = survivor_with_snapshot();

  const auto made = plan({voter(1)});

  ASSERT_TRUE(made);
  EXPECT_EQ(made->undecided, (IndexRange{Index(9), Index(10)}));
  EXPECT_EQ(made->present.configuration, of({voter(1), voter(2), voter(3)}));
  EXPECT_EQ(made->present.index, Index(1));
}

TEST_F(RecoverPlanTest, ALogThatIsAllSnapshotGoesOnBehindIt) {
  stored_ = survivor_with_snapshot();
  stored_.base = stored_.snapshot.id.position;
  stored_.runs.clear();

  const auto made = plan({voter(1)});

  ASSERT_TRUE(made);
  EXPECT_EQ(made->position(), (LogPosition{Term(8), Index(9)}));
  EXPECT_TRUE(made->undecided.empty());
}

TEST_F(RecoverPlanTest, TheNewestConfigurationCounts) {
  stored_.configurations.push_back({.index = Index(9), .payload = encoded(of({voter(1)}))});

  const auto made = plan({voter(1)});

  ASSERT_TRUE(made);
  EXPECT_EQ(made->present.index, Index(9));
  EXPECT_TRUE(made->is_done());
}

TEST_F(RecoverPlanTest, AJointConfigurationIsNotWhatIsWanted) {
  Configuration joint = of({voter(1)});
  joint.outgoing = {voter(1), voter(2), voter(3)};
  stored_.configurations.push_back({.index = Index(9), .payload = encoded(joint)});

  const auto made = plan({voter(1)});

  ASSERT_TRUE(made);
  EXPECT_FALSE(made->is_done());
  EXPECT_EQ(made->dropped, (std::vector<Member>{voter(2), voter(3)}));
}

TEST_F(RecoverPlanTest, AnotherAddressIsAnotherConfiguration) {
  const auto made = plan({{ServerId(1), "elsewhere:1"}, voter(2), voter(3)});

  ASSERT_TRUE(made);
  EXPECT_FALSE(made->is_done());
  EXPECT_TRUE(made->dropped.empty());
}

TEST_F(RecoverPlanTest, RefusesAnEmptyLog) {
  stored_ = {.identity = stored_.identity};

  EXPECT_EQ(refusal({voter(1)}).code(), Errc::kNotReady);
}

TEST_F(RecoverPlanTest, RefusesAListWithoutThisServer) {
  EXPECT_EQ(refusal({voter(2), voter(3)}).code(), Errc::kInvalidConfiguration);
}

TEST_F(RecoverPlanTest, RefusesWhoIsNoMember) {
  stored_.configurations.push_back(
      {.index = Index(9), .payload = encoded(of({voter(2), voter(3)}))});

  EXPECT_EQ(refusal({voter(1)}).code(), Errc::kInvalidConfiguration);
}

TEST_F(RecoverPlanTest, RefusesAServerThatIsToVoteTwice) {
  EXPECT_EQ(refusal({voter(1), voter(1)}).code(), Errc::kInvalidConfiguration);
}

TEST_F(RecoverPlanTest, RefusesAConfigurationThatDoesNotDecode) {
  stored_.configurations.back().payload = Bytes::copy_of("garbage");

  EXPECT_EQ(refusal({voter(1)}).code(), Errc::kStorageCorrupt);
}

}  // namespace buoyant::recover_tool::plan_test
