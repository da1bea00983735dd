// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/truncation.h"

#include "tests/support/core_fixture.h"

namespace buoyant::core::truncation_test {

using tests::accepted;
using tests::append;
using tests::envelope;
using tests::pos;
using tests::range;
using tests::run;
using tests::voters;

/// Follows server 2 in term 2, with a durable log through index 5.
class TruncationTest : public tests::CoreFixture {
 protected:
  void SetUp() override {
    start(3);
    deliver(2, append(2, pos(1, 1), {run(2, 4)}));
    take_and_write();
    take();
  }
};

TEST_F(TruncationTest, WhatIsReplacedIsNotDurable) {
  deliver(3, append(3, pos(2, 3), {run(3, 4)}));

  EXPECT_EQ(raft_->durable_index(), Index(3));
}

TEST_F(TruncationTest, StorageIsToldOnceHoweverOftenATurnTruncates) {
  deliver(3, append(3, pos(2, 4), {run(3, 4)}));
  deliver(2, append(4, pos(2, 2), {run(4, 1)}));

  EXPECT_EQ(take().write.truncate_from, Index(3));
  EXPECT_EQ(ready_.write.append, range(3, 3));
}

TEST_F(TruncationTest, TheLowestTruncationOfATurnCounts) {
  deliver(3, append(3, pos(2, 2), {run(3, 4)}));
  deliver(2, append(4, pos(3, 4), {run(4, 1)}));

  EXPECT_EQ(take().write.truncate_from, Index(3));
  EXPECT_EQ(ready_.write.runs, (std::vector<TermRun>{run(3, 2), run(4, 1)}));
}

TEST_F(TruncationTest, EntriesThatWereNeverSubmittedAreDroppedInMemoryOnly) {
  deliver(2, append(2, pos(2, 5), {run(2, 3)}));

  deliver(3, append(3, pos(2, 6), {run(3, 1)}));

  EXPECT_EQ(take().write.truncate_from, std::nullopt);
  EXPECT_EQ(ready_.write.append, range(6, 7));
}

TEST_F(TruncationTest, EntriesOfAnOutstandingWriteAreTruncatedInStorage) {
  deliver(2, append(2, pos(2, 5), {run(2, 3)}));
  take();

  deliver(3, append(3, pos(2, 6), {run(3, 1)}));

  EXPECT_EQ(take().write.truncate_from, Index(7));
}

TEST_F(TruncationTest, ALateWriteDoesNotVouchForWhatReplacedItsEntries) {
  deliver(2, append(2, pos(2, 5), {run(2, 3)}));
  take();
  deliver(3, append(3, pos(2, 5), {run(3, 3)}));
  take();

  written(2);

  EXPECT_EQ(raft_->durable_index(), Index(5));
  written(3);
  EXPECT_EQ(take().messages, (std::vector<Envelope>{envelope(3, accepted(3, 8))}));
}

TEST_F(TruncationTest, WhatAgreesIsAcknowledgedBeforeTheReplacementIsDurable) {
  deliver(3, append(3, pos(2, 3), {run(3, 4)}));
  take();

  EXPECT_EQ(ready_.messages, (std::vector<Envelope>{envelope(3, accepted(3, 3), 2)}));
}

TEST_F(TruncationTest, AConfigurationThatLeavesTheLogIsNotInEffectAnyMore) {
  AppendEntries message = append(2, pos(2, 5), {run(2, 2)});
  message.configurations = {{.index = Index(6), .configuration = voters(4)},
                            {.index = Index(7), .configuration = voters(5)}};
  deliver(2, message);
  take();

  deliver(3, append(3, pos(2, 5), {run(3, 1)}));

  EXPECT_EQ(take().configuration, (ConfigurationAt{.index = Index(1), .configuration = voters(3)}));
}

TEST_F(TruncationTest, AServerThatIsNoVoterAfterAllStopsWaiting) {
  restore(tests::stored({.members = {tests::learner(1), tests::voter(2)}, .outgoing = {}}));
  AppendEntries message = append(2, pos(1, 1), {run(2, 1)});
  message.configurations = {{.index = Index(2), .configuration = voters(2)}};
  deliver(2, message);
  EXPECT_NE(take().deadline, Instant::never());

  deliver(3, append(3, pos(1, 1), {run(3, 1)}));

  EXPECT_EQ(take().deadline, Instant::never());
}

}  // namespace buoyant::core::truncation_test
