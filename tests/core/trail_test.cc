// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/trail.h"

#include "tests/support/core_values.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

namespace buoyant::core::trail_test {

using tests::pos;
using tests::range;
using tests::run;

class TrailTest : public testing::Test {
 protected:
  void TearDown() override { EXPECT_TRUE(trail_.is_consistent()); }

  void submit(std::uint64_t id, std::int64_t at = 0) {
    trail_.submitted(WriteId(id), Instant(Duration(at)));
  }

  /// Terms 1 1 1 3 3 4 at indexes 1 to 6.
  Trail trail_{pos(0, 0), {run(1, 3), run(3, 2), run(4, 1)}};
};

TEST_F(TrailTest, AnEmptyLogEndsAtItsBase) {
  const Trail trail(pos(2, 7), {});

  EXPECT_EQ(trail.base(), pos(2, 7));
  EXPECT_EQ(trail.last(), pos(2, 7));
  EXPECT_EQ(trail.durable_index(), Index(7));
  EXPECT_TRUE(trail.is_consistent());
}

TEST_F(TrailTest, ARestoredLogIsDurableAsAWhole) {
  EXPECT_EQ(trail_.last(), pos(4, 6));
  EXPECT_EQ(trail_.durable_index(), Index(6));
  EXPECT_EQ(trail_.newest_outstanding(), WriteId());
}

TEST_F(TrailTest, KnowsTheTermOfEveryIndexFromItsBaseToItsEnd) {
  EXPECT_EQ(trail_.term_at(Index(0)), Term(0));
  EXPECT_EQ(trail_.term_at(Index(1)), Term(1));
  EXPECT_EQ(trail_.term_at(Index(3)), Term(1));
  EXPECT_EQ(trail_.term_at(Index(4)), Term(3));
  EXPECT_EQ(trail_.term_at(Index(6)), Term(4));
}

TEST_F(TrailTest, KnowsNoTermBeyondItsEnd) {
  EXPECT_EQ(trail_.term_at(Index(7)), std::nullopt);
}

TEST_F(TrailTest, KnowsNoTermBeforeItsBase) {
  const Trail trail(pos(2, 7), {run(2, 1)});

  EXPECT_EQ(trail.term_at(Index(6)), std::nullopt);
  EXPECT_EQ(trail.term_at(Index(7)), Term(2));
}

TEST_F(TrailTest, ARunMayContinueTheTermOfTheBase) {
  const Trail trail(pos(2, 7), {run(2, 2), run(5, 1)});

  EXPECT_TRUE(trail.is_consistent());
  EXPECT_EQ(trail.last(), pos(5, 10));
  EXPECT_EQ(trail.term_at(Index(8)), Term(2));
}

TEST_F(TrailTest, EntriesOfOneTermAreOneRun) {
  trail_.append(Term(4), 1000000);

  EXPECT_EQ(trail_.run_count(), 3U);
  EXPECT_EQ(trail_.last(), pos(4, 1000006));
}

TEST_F(TrailTest, CountsTheEntriesThatAgreeUpToTheEndOfARun) {
  EXPECT_EQ(trail_.agreeing(Index(1), Term(1), 9), 3U);
  EXPECT_EQ(trail_.agreeing(Index(2), Term(1), 1), 1U);
  EXPECT_EQ(trail_.agreeing(Index(6), Term(4), 9), 1U);
}

TEST_F(TrailTest, NoEntryOfAnotherTermAgrees) {
  EXPECT_EQ(trail_.agreeing(Index(4), Term(4), 1), 0U);
}

TEST_F(TrailTest, NoEntryBeyondTheEndAgrees) {
  EXPECT_EQ(trail_.agreeing(Index(7), Term(4), 1), 0U);
}

TEST_F(TrailTest, FindsTheLastPositionOfATermThatIsNotLater) {
  EXPECT_EQ(trail_.last_at_most(Index(9), Term(9)), pos(4, 6));
  EXPECT_EQ(trail_.last_at_most(Index(9), Term(3)), pos(3, 5));
  EXPECT_EQ(trail_.last_at_most(Index(9), Term(2)), pos(1, 3));
  EXPECT_EQ(trail_.last_at_most(Index(2), Term(9)), pos(1, 2));
}

TEST_F(TrailTest, NoEntryOfAnEarlyEnoughTermMeansTheBase) {
  const Trail trail(pos(2, 7), {run(3, 2)});

  EXPECT_EQ(trail.last_at_most(Index(9), Term(2)), pos(2, 7));
  EXPECT_EQ(trail.last_at_most(Index(3), Term(9)), pos(2, 7));
}

TEST_F(TrailTest, GivesTheRunsOfARange) {
  EXPECT_EQ(trail_.runs_of(range(2, 5)), (std::vector<TermRun>{run(1, 2), run(3, 2)}));
  EXPECT_EQ(trail_.runs_of(range(6, 6)), (std::vector<TermRun>{run(4, 1)}));
  EXPECT_EQ(trail_.runs_of(range(2, 2)), (std::vector<TermRun>{run(1, 1)}));
}

TEST_F(TrailTest, AnEmptyRangeHasNoRuns) {
  EXPECT_EQ(trail_.runs_of(tests::nothing_after(6)), std::vector<TermRun>{});
}

TEST_F(TrailTest, TruncationMayCutARun) {
  trail_.truncate(Index(5));

  EXPECT_EQ(trail_.last(), pos(3, 4));
  EXPECT_EQ(trail_.run_count(), 2U);
}

TEST_F(TrailTest, TruncationDownToTheBaseLeavesTheBase) {
  Trail trail(pos(2, 7), {run(3, 2)});

  trail.truncate(Index(8));

  EXPECT_EQ(trail.last(), pos(2, 7));
  EXPECT_TRUE(trail.is_consistent());
}

TEST_F(TrailTest, TruncationBeyondTheEndChangesNothing) {
  trail_.truncate(Index(7));

  EXPECT_EQ(trail_.last(), pos(4, 6));
}

TEST_F(TrailTest, WhatIsTruncatedIsNotDurable) {
  trail_.truncate(Index(4));
  trail_.append(Term(5), 9);

  EXPECT_EQ(trail_.durable_index(), Index(3));
}

TEST_F(TrailTest, AppendedEntriesAreNotDurableUntilTheirWriteIs) {
  trail_.append(Term(5), 2);
  submit(1);
  EXPECT_EQ(trail_.durable_index(), Index(6));

  trail_.written(WriteId(1));

  EXPECT_EQ(trail_.durable_index(), Index(8));
}

TEST_F(TrailTest, AWriteVouchesOnlyForWhatItsSubmissionHeld) {
  trail_.append(Term(5), 2);
  submit(1);
  trail_.append(Term(5), 4);

  trail_.written(WriteId(1));

  EXPECT_EQ(trail_.durable_index(), Index(8));
}

TEST_F(TrailTest, OneCompletionMayCoverManyWrites) {
  trail_.append(Term(5), 1);
  submit(1);
  trail_.append(Term(5), 1);
  submit(2);
  trail_.append(Term(5), 1);
  submit(3);

  trail_.written(WriteId(2));

  EXPECT_EQ(trail_.durable_index(), Index(8));
  EXPECT_EQ(trail_.newest_outstanding(), WriteId(3));
}

TEST_F(TrailTest, LateWriteDoesNotVouchForReplacedEntries) {
  trail_.append(Term(5), 4);
  submit(1);
  trail_.truncate(Index(8));
  trail_.append(Term(6), 3);

  trail_.written(WriteId(1));

  EXPECT_EQ(trail_.durable_index(), Index(7));
}

TEST_F(TrailTest, TheWriteOfTheReplacementVouchesForIt) {
  trail_.append(Term(5), 4);
  submit(1);
  trail_.truncate(Index(8));
  trail_.append(Term(6), 3);
  submit(2);

  trail_.written(WriteId(2));

  EXPECT_EQ(trail_.durable_index(), Index(10));
}

TEST_F(TrailTest, WithoutSpaceNoOutstandingWriteVouchesForAnything) {
  trail_.append(Term(5), 1);
  submit(1);
  trail_.append(Term(5), 1);
  submit(2);

  trail_.written_without_entries(WriteId(1));
  trail_.written(WriteId(2));

  EXPECT_EQ(trail_.durable_index(), Index(6));
}

TEST_F(TrailTest, TheOldestOutstandingWriteSaysHowLongTheDiskTakes) {
  EXPECT_EQ(trail_.oldest_outstanding_since(), std::nullopt);
  submit(1, 100);
  submit(2, 200);
  EXPECT_EQ(trail_.oldest_outstanding_since(), Instant(Duration(100)));

  trail_.written(WriteId(1));

  EXPECT_EQ(trail_.oldest_outstanding_since(), Instant(Duration(200)));
}

TEST_F(TrailTest, CompactionInsideARunKeepsItsTerm) {
  trail_.compact(Index(2));

  EXPECT_EQ(trail_.base(), pos(1, 2));
  EXPECT_EQ(trail_.term_at(Index(1)), std::nullopt);
  EXPECT_EQ(trail_.term_at(Index(3)), Term(1));
  EXPECT_EQ(trail_.last_at_most(Index(9), Term(0)), pos(1, 2));
}

TEST_F(TrailTest, CompactionToTheEndLeavesABaseToGoOnFrom) {
  const LogPosition last = trail_.last();

  trail_.compact(last.index);
  trail_.append(Term(9), 1);

  EXPECT_EQ(trail_.base(), last);
  EXPECT_EQ(trail_.last(), pos(9, last.index.value() + 1));
  EXPECT_EQ(trail_.run_count(), 1U);
}

TEST_F(TrailTest, CompactionToTheBaseChangesNothing) {
  const std::size_t runs = trail_.run_count();

  trail_.compact(Index(0));

  EXPECT_EQ(trail_.base(), pos(0, 0));
  EXPECT_EQ(trail_.run_count(), runs);
}

TEST_F(TrailTest, AReplacementIsDurableWithItsWriteOnly) {
  trail_.append(Term(7), 3);
  submit(1);
  trail_.replace(pos(8, 50), Index(2));
  submit(2);

  trail_.written(WriteId(1));
  EXPECT_EQ(trail_.durable_index(), Index(2));
  EXPECT_EQ(trail_.last(), pos(8, 50));

  trail_.written(WriteId(2));
  EXPECT_EQ(trail_.durable_index(), Index(50));
}

TEST_F(TrailTest, WithoutSpaceAReplacementVouchesForItsBaseOnly) {
  trail_.replace(pos(8, 50), Index(2));
  submit(1);
  trail_.append(Term(8), 4);
  submit(2);

  trail_.written_without_entries(WriteId(1));
  trail_.truncate(Index(51));
  trail_.written(WriteId(2));

  EXPECT_EQ(trail_.durable_index(), Index(50));
}

using TrailDeathTest = TrailTest;

TEST_F(TrailDeathTest, OnlyWhatIsDurableIsCompacted) {
  trail_.append(Term(9), 1);
  EXPECT_DEATH(trail_.compact(trail_.last().index), "through <= durable_");
}

TEST_F(TrailDeathTest, TermsNeverDecrease) {
  EXPECT_DEATH(trail_.append(Term(3), 1), "term >= last_.term");
}

TEST_F(TrailDeathTest, TheBaseIsNotTruncated) {
  EXPECT_DEATH(trail_.truncate(Index(0)), "from > base_.index");
}

TEST_F(TrailDeathTest, WritesAreNumberedInOrder) {
  submit(2);
  EXPECT_DEATH(submit(2), "newest_outstanding");
}

TEST_F(TrailDeathTest, NothingIsAppendedInNoEntries) {
  EXPECT_DEATH(trail_.append(Term(4), 0), "count > 0");
}

}  // namespace buoyant::core::trail_test
