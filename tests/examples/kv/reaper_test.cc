// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/kv/reaper.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace kv::reaper_test {

Map map_of(std::size_t entries) {
  Map map;
  for (std::size_t number = 0; number < entries; ++number) {
    map.set(std::to_string(number), "value");
  }
  return map;
}

TEST(KvReaperTest, TakesMapsOfAnySizeAndEndsWhenTheyAreGone) {
  Reaper reaper;
  for (int round = 0; round < 10; ++round) {
    reaper.take(map_of(10));
    reaper.take(map_of(10 * Reaper::kSmallEntries));
  }
}

TEST(KvReaperTest, AViewOfATakenMapStaysWhole) {
  Map map = map_of(10 * Reaper::kSmallEntries);
  MapView::Reader reader(map.freeze());
  {
    Reaper reaper;
    reaper.take(std::move(map));
  }

  std::size_t entries = 0;
  while (reader.next() != nullptr) {
    ++entries;
  }
  EXPECT_EQ(entries, 10 * Reaper::kSmallEntries);
}

}  // namespace kv::reaper_test
