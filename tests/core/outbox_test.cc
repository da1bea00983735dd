// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/outbox.h"

#include "tests/support/core_fixture.h"

namespace buoyant::core::outbox_test {

using tests::append;
using tests::envelope;
using tests::heartbeat;
using tests::nothing_after;
using tests::pos;
using tests::range;
using tests::run;
using tests::standing;
using tests::voters;

class OutboxTest : public tests::CoreFixture {
 protected:
  void SetUp() override { start(3); }
};

TEST_F(OutboxTest, WithoutInputNothingIsToBeDone) {
  take();

  EXPECT_TRUE(ready_.write.empty());
  EXPECT_TRUE(ready_.messages.empty());
  EXPECT_TRUE(ready_.replicate.empty());
  EXPECT_TRUE(ready_.snapshots.empty());
  EXPECT_EQ(ready_.standing, std::nullopt);
  EXPECT_EQ(ready_.configuration, std::nullopt);
  EXPECT_TRUE(ready_.steps.empty());
}

TEST_F(OutboxTest, WritesAreNumberedFromOne) {
  deliver(2, append(2, pos(1, 1), {run(2, 1)}));
  EXPECT_EQ(take().write.id, WriteId(1));
  deliver(2, append(2, pos(2, 2), {run(2, 1)}));

  EXPECT_EQ(take().write.id, WriteId(2));
}

TEST_F(OutboxTest, HardStateIsWrittenOnlyWhenItChanged) {
  deliver(2, append(2, pos(1, 1), {run(2, 1)}));
  EXPECT_EQ(take().write.hard_state, (HardState{.term = Term(2), .voted_for = ServerId()}));
  deliver(2, append(2, pos(2, 2), {run(2, 1)}));

  EXPECT_EQ(take().write.hard_state, std::nullopt);
}

TEST_F(OutboxTest, AWriteThatWasRequestedComesOnce) {
  raft_->request_write(now_);
  raft_->request_write(now_);

  EXPECT_EQ(take().write.id, WriteId(1));
  EXPECT_TRUE(ready_.write.append.empty());
  EXPECT_TRUE(take().write.empty());
  raft_->written(now_, WriteId(1), Written::kDurable);
  EXPECT_EQ(raft_->fault_reason(), nullptr);
}

TEST_F(OutboxTest, ARequestedWriteGoesWithAnother) {
  raft_->request_write(now_);
  deliver(2, append(2, pos(1, 1), {run(2, 1)}));

  EXPECT_EQ(take().write.append.count(), 1U);
  EXPECT_TRUE(take().write.empty());
}

TEST_F(OutboxTest, AWriteOfHardStateAloneAppendsNothing) {
  deliver(2, heartbeat(5, 0, 0));

  EXPECT_EQ(take().write, (Write{.id = WriteId(1),
                                 .hard_state = HardState{.term = Term(5), .voted_for = ServerId()},
                                 .truncate_from = {},
                                 .append = nothing_after(1),
                                 .runs = {},
                                 .created = {}}));
}

TEST_F(OutboxTest, ALeadersNoOpIsAnEntryThatTheCoreMade) {
  become_leader();

  EXPECT_EQ(ready_.write,
            (Write{.id = WriteId(2),
                   .hard_state = {},
                   .truncate_from = {},
                   .append = range(2, 2),
                   .runs = {run(2, 1)},
                   .created = {{.index = Index(2), .term = Term(2), .configuration = {}}}}));
}

TEST_F(OutboxTest, CommandsAreNotMadeByTheCore) {
  become_leader();
  ASSERT_TRUE(raft_->propose(now_, 3).has_value());

  EXPECT_EQ(take().write.created, std::vector<CreatedEntry>{});
  EXPECT_EQ(ready_.write.append, range(3, 5));
}

TEST_F(OutboxTest, AChangeOfStandingIsAnnouncedOnce) {
  deliver(2, heartbeat(1, 0, 0));
  EXPECT_EQ(take().standing, standing(Role::kFollower, 1, 2, Cause::kLeaderFound));

  EXPECT_EQ(take().standing, std::nullopt);
}

TEST_F(OutboxTest, TheStepsOfATurnAreHandedOutOnce) {
  deliver(2, append(2, pos(9, 9), {run(9, 1)}));

  ASSERT_EQ(take().steps.size(), 2U);
  EXPECT_EQ(ready_.steps[0].kind, StepKind::kBecameFollower);
  EXPECT_EQ(ready_.steps[1].kind, StepKind::kRejectedAppend);
  EXPECT_EQ(ready_.steps[1].index, Index(9));
  EXPECT_TRUE(take().steps.empty());
}

TEST_F(OutboxTest, StepsAreBounded) {
  for (int i = 0; i < 100; ++i) {
    deliver(2, append(2, pos(1, 9), {run(2, 1)}));
  }

  EXPECT_EQ(take().steps.size(), Ready::kStepsMax);
}

TEST_F(OutboxTest, NothingIsAppliedTwiceOrTakenBack) {
  deliver(2, append(2, pos(1, 1), {run(2, 2)}, 3));
  take_and_write();
  EXPECT_EQ(take().apply_through, Index(3));

  deliver(3, append(3, pos(2, 3), {run(3, 1)}, 0));

  EXPECT_EQ(take().apply_through, Index(3));
}

using OutboxDeathTest = OutboxTest;

TEST_F(OutboxDeathTest, NobodySendsToItself) {
  State state(options_, tests::stored(voters(3)), now_);

  EXPECT_DEATH(send(state, ServerId(1), {}, heartbeat(1, 0, 0)), "to != state.options.id");
}

TEST_F(OutboxDeathTest, TermsDoNotDecrease) {
  State state(options_, tests::stored(voters(3), {run(4, 1)}), now_);

  EXPECT_DEATH(set_hard_state(state, {.term = Term(3), .voted_for = {}}), "hard_state.term >=");
}

}  // namespace buoyant::core::outbox_test
