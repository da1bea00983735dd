// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/model/entry.h"

#include "tests/support/print.h"

#include <vector>

namespace buoyant::entry_test {

using Runs = std::vector<TermRun>;

TEST(TermRunTest, NoRunsHaveNoEntries) {
  EXPECT_EQ(count_of(Runs{}), 0U);
}

TEST(TermRunTest, RunsHaveTheSumOfTheirEntries) {
  EXPECT_EQ(count_of(Runs{{Term(1), 3}, {Term(2), 4}}), 7U);
}

TEST(TermRunTest, EntriesOfAnotherTermBeginARun) {
  Runs runs = {{Term(1), 3}};

  append_run(runs, Term(2), 4);

  EXPECT_EQ(runs, (Runs{{Term(1), 3}, {Term(2), 4}}));
}

TEST(TermRunTest, EntriesOfTheLastTermJoinItsRun) {
  Runs runs = {{Term(1), 3}};

  append_run(runs, Term(1), 4);

  EXPECT_EQ(runs, (Runs{{Term(1), 7}}));
}

TEST(TermRunTest, NoEntriesBeginNoRun) {
  Runs runs;

  append_run(runs, Term(1), 0);

  EXPECT_TRUE(runs.empty());
}

TEST(IndexRangeTest, IsEmptyByDefault) {
  EXPECT_TRUE(IndexRange().empty());
  EXPECT_EQ(IndexRange().count(), 0U);
}

TEST(IndexRangeTest, CountsBothEnds) {
  EXPECT_EQ((IndexRange{Index(3), Index(5)}).count(), 3U);
}

TEST(IndexRangeTest, OfOneIndexIsNotEmpty) {
  EXPECT_FALSE((IndexRange{Index(3), Index(3)}).empty());
}

TEST(IndexRangeTest, BackwardsIsEmpty) {
  EXPECT_EQ((IndexRange{Index(5), Index(3)}).count(), 0U);
}

TEST(EntryTest, KindsThatAreStoredNeverChange) {
  EXPECT_EQ(static_cast<int>(EntryKind::kNoop), 0);
  EXPECT_EQ(static_cast<int>(EntryKind::kCommand), 1);
  EXPECT_EQ(static_cast<int>(EntryKind::kConfiguration), 2);
}

TEST(EntryTest, EqualityComparesPayloads) {
  const Entry entry{.term = Term(1), .kind = EntryKind::kCommand, .payload = Bytes::copy_of("a")};
  Entry other = entry;
  other.payload = Bytes::copy_of("b");

  EXPECT_FALSE(entry == other);
}

}  // namespace buoyant::entry_test
