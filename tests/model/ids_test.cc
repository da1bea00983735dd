// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/model/ids.h"

#include "tests/support/print.h"

#include <limits>
#include <type_traits>

namespace buoyant::ids_test {

TEST(IdsTest, ZeroIsNotSet) {
  EXPECT_FALSE(Term().is_set());
}

TEST(IdsTest, AnyOtherNumberIsSet) {
  EXPECT_TRUE(ServerId(1).is_set());
}

TEST(IdsTest, NextIsOneMore) {
  EXPECT_EQ(Term(4).next(), Term(5));
}

TEST(IdsTest, NumbersOfDifferentKindsDoNotMix) {
  EXPECT_FALSE((std::is_convertible_v<Term, Index>));
  EXPECT_FALSE((std::is_convertible_v<Term, ServerId>));
  EXPECT_FALSE((std::is_convertible_v<std::uint64_t, Term>));
  EXPECT_FALSE((std::is_convertible_v<Term, std::uint64_t>));
}

TEST(IndexTest, NextAndPreviousAreNeighbours) {
  EXPECT_EQ(Index(4).next(), Index(5));
  EXPECT_EQ(Index(4).previous(), Index(3));
}

TEST(IndexTest, PlusACountIsThatManyEntriesLater) {
  EXPECT_EQ(Index(4) + 3, Index(7));
}

TEST(IndexTest, TheDifferenceCountsEntries) {
  EXPECT_EQ(Index(7) - Index(4), 3U);
}

TEST(IndexTest, TheLargestNumberLeavesRoomToAddALogToIt) {
  EXPECT_LT(kNumberMax + kNumberMax, std::numeric_limits<std::uint64_t>::max());
}

TEST(LogPositionTest, ALaterTermIsMoreUpToDateThanALongerLog) {
  EXPECT_GT((LogPosition{Term(3), Index(1)}), (LogPosition{Term(2), Index(100)}));
}

TEST(LogPositionTest, OfOneTermTheLongerLogIsMoreUpToDate) {
  EXPECT_GT((LogPosition{Term(3), Index(8)}), (LogPosition{Term(3), Index(7)}));
}

TEST(LogPositionTest, AnEqualLogIsUpToDate) {
  EXPECT_GE((LogPosition{Term(3), Index(7)}), (LogPosition{Term(3), Index(7)}));
}

}  // namespace buoyant::ids_test
