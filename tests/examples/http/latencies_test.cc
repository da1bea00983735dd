// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/http/latencies.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace http::latencies_test {

constexpr std::uint64_t kMillisecond = 1'000'000;

TEST(HttpLatenciesTest, NoneHaveNoFigures) {
  const Latencies latencies;

  EXPECT_EQ(latencies.figures(), Latencies::Figures{});
  EXPECT_EQ(latencies.count(), 0U);
}

TEST(HttpLatenciesTest, TheFiguresAreOfAllInAnyOrder) {
  Latencies latencies;
  for (std::uint64_t ms = 101; ms > 0; --ms) {
    latencies.add(ms * kMillisecond);
  }

  EXPECT_EQ(latencies.figures(), (Latencies::Figures{51, 100, 101}));
}

TEST(HttpLatenciesTest, OldOnesAreForgotten) {
  Latencies latencies;
  latencies.add(9 * kMillisecond);
  for (std::size_t at = 0; at < Latencies::kKeptMax; ++at) {
    latencies.add(kMillisecond);
  }

  EXPECT_EQ(latencies.figures(), (Latencies::Figures{1, 1, 1}));
  EXPECT_EQ(latencies.count(), Latencies::kKeptMax + 1);
}

}  // namespace http::latencies_test
