// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/frame_cache.h"

#include "tests/node/fakes.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

namespace buoyant::node::frame_cache_test {

using fakes::at;

TEST(FrameCacheTest, FindsTheSameMessageOnly) {
  FrameCache cache;
  const AppendEntries message{.term = Term(2), .prev = at(1, 4), .commit = Index(3)};
  cache.add({.message = message, .last = Index(9), .frame = {}});
  AppendEntries other = message;
  other.commit = Index(4);

  EXPECT_NE(cache.find(message, Index(9)), nullptr);
  EXPECT_EQ(cache.find(other, Index(9)), nullptr);
}

TEST(FrameCacheTest, DoesNotGiveMoreThanIsPermitted) {
  FrameCache cache;
  const AppendEntries message{.term = Term(2), .prev = at(1, 4), .commit = Index(3)};
  cache.add({.message = message, .last = Index(9), .frame = {}});

  EXPECT_EQ(cache.find(message, Index(8)), nullptr);
  EXPECT_NE(cache.find(message, Index(20)), nullptr);
}

}  // namespace buoyant::node::frame_cache_test
