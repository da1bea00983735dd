// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "base/ring.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace buoyant::ring_test {

std::vector<int> drained(Ring<int>& ring) {
  std::vector<int> values;
  while (!ring.empty()) {
    values.push_back(ring.take_front());
  }
  return values;
}

TEST(RingTest, GivesWhatCameFirst) {
  Ring<int> ring;
  EXPECT_TRUE(ring.empty());
  for (int i = 1; i <= 3; ++i) {
    ring.push_back(i);
  }

  EXPECT_EQ(ring.size(), 3U);
  EXPECT_EQ(ring.front(), 1);
  EXPECT_EQ(ring.back(), 3);
  EXPECT_EQ(drained(ring), (std::vector<int>{1, 2, 3}));
}

TEST(RingTest, GrowsWhereverItsFirstOneLies) {
  for (int passed = 0; passed < 20; ++passed) {
    Ring<int> ring;
    for (int i = 0; i < passed; ++i) {
      ring.push_back(-1);
      EXPECT_EQ(ring.take_front(), -1);
    }
    std::vector<int> expected;
    for (int i = 0; i < 100; ++i) {
      ring.push_back(i);
      expected.push_back(i);
    }

    EXPECT_EQ(drained(ring), expected) << passed;
  }
}

TEST(RingTest, HoldsNothingOfWhatWasTaken) {
  Ring<std::shared_ptr<int>> ring;
  const std::shared_ptr<int> value = std::make_shared<int>(7);
  ring.push_back(value);

  EXPECT_EQ(*ring.take_front(), 7);

  EXPECT_EQ(value.use_count(), 1);
}

TEST(RingTest, KeepsTheOrderOfWhatIsNotErased) {
  Ring<int> ring;
  for (int i = 0; i < 13; ++i) {
    ring.push_back(i);
  }
  EXPECT_EQ(ring.take_front(), 0);

  ring.erase_if([](int value) { return value % 3 != 0; });

  EXPECT_EQ(drained(ring), (std::vector<int>{3, 6, 9, 12}));
}

}  // namespace buoyant::ring_test
