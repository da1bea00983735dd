// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/disk/cuts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace buoyant::disk::cuts_test {

Pending pages(std::size_t count, std::size_t versions = 2) {
  Pending pending;
  for (std::size_t at = 0; at < count; ++at) {
    pending.pages.push_back({.file = 1, .page = at, .versions = versions});
  }
  return pending;
}

std::size_t count_of_kind(const std::vector<Cut>& cuts, CutKind kind) {
  return static_cast<std::size_t>(
      std::count_if(cuts.begin(), cuts.end(), [&](const Cut& cut) { return cut.kind == kind; }));
}

/// The different choices of pages among all subsets.
std::size_t subsets(const std::vector<Cut>& cuts) {
  std::set<std::vector<std::size_t>> chosen;
  for (const Cut& cut : cuts) {
    if (cut.kind == CutKind::kSubset) {
      chosen.insert(cut.selection.pages);
    }
  }
  return chosen.size();
}

TEST(CutsTest, ThereIsOneImageWhenNothingIsPending) {
  Random random(1);

  EXPECT_EQ(draw_cuts(random, {}, 0).size(), 1U);
}

TEST(CutsTest, AllSubsetsOfFewPagesAreMade) {
  Random random(1);

  EXPECT_EQ(subsets(draw_cuts(random, pages(6), 0)), 64U);
}

TEST(CutsTest, AllSubsetsOfTwelvePagesAreMadeAtTimes) {
  std::set<std::size_t> counts;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    Random random(seed);
    counts.insert(subsets(draw_cuts(random, pages(12), 0)));
  }

  EXPECT_EQ(counts, (std::set<std::size_t>{0, 4096}));
}

TEST(CutsTest, SubsetsOfManyPagesAreSampled) {
  Random random(1);
  const std::vector<Cut> cuts = draw_cuts(random, pages(40), 0);

  EXPECT_EQ(subsets(cuts), 0U);
  EXPECT_GT(count_of_kind(cuts, CutKind::kSampled), 10U);
}

TEST(CutsTest, AmongManyPagesTheSubsetsAreOfTheFileThatIsSynced) {
  Pending pending = pages(40);
  pending.pages.push_back({.file = 2, .page = 0, .versions = 2});
  pending.pages.push_back({.file = 2, .page = 1, .versions = 2});
  Random random(1);

  EXPECT_EQ(count_of_kind(draw_cuts(random, pending, 2), CutKind::kSubset), 4U);
}

TEST(CutsTest, OlderVersionsAreTakenOfPagesThatHaveThem) {
  Random random(1);

  EXPECT_EQ(count_of_kind(draw_cuts(random, pages(3), 0), CutKind::kVersions), 0U);
  EXPECT_GT(count_of_kind(draw_cuts(random, pages(3, 4), 0), CutKind::kVersions), 0U);
}

TEST(CutsTest, FewNamesAreAllTried) {
  Pending pending;
  pending.names = 3;
  Random random(1);
  std::set<std::vector<bool>> chosen;
  for (const Cut& cut : draw_cuts(random, pending, 0)) {
    chosen.insert(cut.selection.names);
  }

  EXPECT_EQ(chosen.size(), 8U);
}

}  // namespace buoyant::disk::cuts_test
