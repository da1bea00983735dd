// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What figures of file and disk mean: how much room, whether it is low, whether the file should
/// grow.

#include "adapters/lmdb/space.h"

#include <gtest/gtest.h>

namespace buoyant::lmdb::space_figures_test {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20U;

/// A file that is as large as it may become.
constexpr SpaceFigures kGrown{
    .file = 100 * kMiB, .file_max = 100 * kMiB, .reserve = 2 * kMiB, .disk_free = 500 * kMiB};

SpaceFigures used(std::uint64_t mebibytes, SpaceFigures figures = kGrown) {
  figures.used = mebibytes * kMiB;
  return figures;
}

TEST(SpaceFiguresTest, EntriesMayUseTheFileButForItsReserve) {
  EXPECT_EQ(room_for_entries(used(30)), 68 * kMiB);
  EXPECT_EQ(room_for_entries(used(99)), 0U);
}

TEST(SpaceFiguresTest, PagesThatWereFreedAreRoom) {
  SpaceFigures figures = used(98);
  figures.reusable = 20 * kMiB;

  EXPECT_EQ(room_for_entries(figures), 20 * kMiB);
}

TEST(SpaceFiguresTest, TheFileGrowsToItsMaximumOrToTheEndOfTheDisk) {
  SpaceFigures figures = used(98);
  figures.file_max = 150 * kMiB;
  EXPECT_EQ(room_for_entries(figures), 50 * kMiB);

  figures.disk_free = 7 * kMiB;

  EXPECT_EQ(room_for_entries(figures), 7 * kMiB);
}

TEST(SpaceFiguresTest, ItIsLowBeforeThereIsNone) {
  EXPECT_EQ(judge_space(used(80), SpaceState::kEnough), SpaceState::kEnough);
  EXPECT_EQ(judge_space(used(90), SpaceState::kEnough), SpaceState::kLow);
}

TEST(SpaceFiguresTest, ItIsEnoughOnlyWhenThereIsClearlyMore) {
  EXPECT_EQ(judge_space(used(80), SpaceState::kLow), SpaceState::kLow);
  EXPECT_EQ(judge_space(used(70), SpaceState::kLow), SpaceState::kEnough);
}

TEST(SpaceFiguresTest, OfASmallFileItIsAPart) {
  const SpaceFigures small{
      .file = 8 * kMiB, .file_max = 8 * kMiB, .reserve = kMiB, .disk_free = 500 * kMiB};

  EXPECT_EQ(judge_space(used(6, small), SpaceState::kEnough), SpaceState::kEnough);
  EXPECT_EQ(judge_space(used(7, small), SpaceState::kEnough), SpaceState::kLow);
}

TEST(SpaceFiguresTest, ADiskThatOthersFillIsLowToo) {
  SpaceFigures figures = used(90);
  figures.file_max = 1000 * kMiB;
  EXPECT_EQ(judge_space(figures, SpaceState::kEnough), SpaceState::kEnough);

  figures.disk_free = 0;

  EXPECT_EQ(judge_space(figures, SpaceState::kEnough), SpaceState::kLow);
}

TEST(SpaceFiguresTest, AFileGrowsBeforeTheRoomIsNeeded) {
  SpaceFigures figures = kGrown;
  figures.file_max = 1000 * kMiB;

  EXPECT_FALSE(should_grow(used(70, figures)));
  EXPECT_TRUE(should_grow(used(80, figures)));
}

TEST(SpaceFiguresTest, ItNeedNotGrowWhenPagesWereFreed) {
  SpaceFigures figures = used(98);
  figures.file_max = 1000 * kMiB;
  figures.reusable = 40 * kMiB;

  EXPECT_FALSE(should_grow(figures));
}

TEST(SpaceFiguresTest, AtItsMaximumItDoesNotGrow) {
  EXPECT_FALSE(should_grow(used(98)));
}

TEST(SpaceFiguresTest, OfADiskThatSaysHowLittleItHasNothingIsTakenAhead) {
  SpaceFigures figures = used(98);
  figures.file_max = 1000 * kMiB;
  figures.disk_free = 10 * kMiB;

  EXPECT_FALSE(should_grow(figures));
}

}  // namespace buoyant::lmdb::space_figures_test
