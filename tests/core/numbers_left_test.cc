// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A peer that lies takes terms and indexes to the end of what a message may carry. The server
/// that believed it stops with a reason, and says nothing that its peers could not read.

#include "core/election.h"
#include "tests/support/core_fixture.h"

namespace buoyant::core::numbers_left_test {

using tests::heartbeat;
using tests::pos;
using tests::voters;

constexpr std::uint64_t kEnd = kNumberMax;

class NumbersLeftTest : public tests::CoreFixture {
 protected:
  void SetUp() override { start(3); }
};

TEST_F(NumbersLeftTest, TheLastTermIsFollowed) {
  deliver(2, heartbeat(kEnd, 0, 0));

  take();

  EXPECT_EQ(raft_->fault_reason(), nullptr);
}

TEST_F(NumbersLeftTest, NobodyCampaignsBehindTheLastTerm) {
  deliver(2, heartbeat(kEnd, 0, 0));
  take_and_write();

  reach_deadline();

  EXPECT_NE(raft_->fault_reason(), nullptr);
  EXPECT_TRUE(take().messages.empty());
}

TEST_F(NumbersLeftTest, NobodyIsToldToCampaignBehindTheLastTerm) {
  deliver(2, heartbeat(kEnd, 0, 0));
  take_and_write();

  deliver(2, TimeoutNow{.term = Term(kEnd)});

  EXPECT_NE(raft_->fault_reason(), nullptr);
  EXPECT_TRUE(take().messages.empty());
}

TEST_F(NumbersLeftTest, NobodyLeadsALogThatCannotGrow) {
  const SnapshotMetadata snapshot{
      .id = {.position = pos(2, kEnd), .creator = ServerId(2), .sequence = 1, .checksum = 1},
      .configuration = voters(3),
      .configuration_index = Index(1),
      .bytes = 1};
  ASSERT_TRUE(raft_->snapshot_received(now_, ServerId(2), Term(2), snapshot));
  take_and_write();
  take();

  reach_deadline();

  EXPECT_NE(raft_->fault_reason(), nullptr);
}

}  // namespace buoyant::core::numbers_left_test
