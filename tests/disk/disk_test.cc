// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The power-cut rig in the normal run, and what it finds when a sync is left out.

#include "tests/disk/power_cut.h"
#include "tests/disk/scratch.h"

#include <gtest/gtest.h>

namespace buoyant::disk::disk_test {

constexpr std::uint64_t kImages = 2'000;
/// Where nothing is to be found.
constexpr std::uint64_t kFewImages = 700;
constexpr std::uint64_t kFirstSeed = 1;

class PowerCutTest : public testing::Test {
 protected:
  /// Seeds until there are enough images, or one fails.
  CutReport cut(Lie lie, std::uint64_t images = kImages) {
    CutOptions options{
        .life = BUOYANT_DISK_LIFE, .shim = BUOYANT_DISK_SHIM, .scratch = scratch_.path()};
    options.keep = lie == Lie::kNone ? BUOYANT_BINARY_DIR : "";
    options.lie = lie;
    CutReport all;
    for (std::uint64_t seed = kFirstSeed; all.figures.images() < images && !all.failure; ++seed) {
      const CutReport report = cut_power(options, seed);
      all.figures += report.figures;
      all.failure = report.failure;
    }
    return all;
  }

  /// One for all tests: it takes a while.
  const CutReport& normal_run() {
    static const CutReport report = cut(Lie::kNone);
    return report;
  }

  static std::string describe(const CutReport& report) {
    return report.failure
               ? report.failure->text + ", seed " + std::to_string(report.failure->seed) +
                     ", image " + std::to_string(report.failure->image) + ", " +
                     report.failure->record
               : report.figures.text();
  }

  Scratch scratch_{default_scratch()};
};

TEST_F(PowerCutTest, LosesNothingThatWasAcknowledged) {
  const CutReport& report = normal_run();

  EXPECT_FALSE(report.failure.has_value()) << describe(report);
  EXPECT_GE(report.figures.images(), kImages);
}

TEST_F(PowerCutTest, MakesEachKindOfImage) {
  const CutReport& report = normal_run();

  for (const auto& row : report.figures.counts) {
    EXPECT_GT(row.front(), 0U) << describe(report);
  }
  EXPECT_GT(report.figures.kills, 0U);
  EXPECT_GT(report.figures.whole_points, 0U);
}

TEST_F(PowerCutTest, FindsAMissingFlushOfData) {
  EXPECT_TRUE(cut(Lie::kDataFlush).failure.has_value());
}

TEST_F(PowerCutTest, FindsAMetaPageThatIsNotDurable) {
  EXPECT_TRUE(cut(Lie::kMetaFlush).failure.has_value());
}

TEST_F(PowerCutTest, FindsAStartThatReportsWhatIsOnlyInThePageCache) {
  EXPECT_TRUE(cut(Lie::kRecovery).failure.has_value());
}

TEST_F(PowerCutTest, FindsAMissingSyncOfTheDirectory) {
  EXPECT_TRUE(cut(Lie::kDirectory).failure.has_value());
}

TEST_F(PowerCutTest, FindsAMissingSyncOfTheParent) {
  EXPECT_TRUE(cut(Lie::kParent).failure.has_value());
}

TEST_F(PowerCutTest, FindsAMissingSyncOfASnapshot) {
  EXPECT_TRUE(cut(Lie::kSnapshotFile).failure.has_value());
}

TEST_F(PowerCutTest, FindsAMissingSyncOfTheSnapshotsDirectory) {
  EXPECT_TRUE(cut(Lie::kSnapshotDirectory).failure.has_value());
}

TEST_F(PowerCutTest, NeedsNoSyncOfItsOwnForTheFilesGrowth) {
  // The flush of the next commit makes the size durable too, before a page behind the old end is
  // referred to. What this sync is for are a full disk and its errors, which come before then.
  const CutReport report = cut(Lie::kGrowth, kFewImages);

  EXPECT_FALSE(report.failure.has_value()) << describe(report);
  EXPECT_GT(report.figures.lies, 0U);
}

TEST_F(PowerCutTest, NeedsNoFlushAtOpeningBesideThatOfTheFirstCommit) {
  // The commit of the start flushes what a killed process left as well, but through LMDB's
  // descriptor, at which an error of that process's writes may not show.
  const CutReport report = cut(Lie::kOpeningFlush, kFewImages);

  EXPECT_FALSE(report.failure.has_value()) << describe(report);
  EXPECT_GT(report.figures.lies, 0U);
}

}  // namespace buoyant::disk::disk_test
