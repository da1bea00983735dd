// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// read_bench, for a moment.

#include "tests/bench/program.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace buoyant::bench::read_test {

TEST(ReadBenchTest, ReadsOfAllKindsAreMadeAtLeaderAndFollower) {
  const nlohmann::json points =
      bench_program::run("read_bench",
                         {"--seconds", "0.2", "--warmup", "0.2", "--outstanding", "4", "--data",
                          BUOYANT_BINARY_DIR "/tmp"},
                         "--json");

  std::vector<std::pair<std::string, bool>> calls;
  for (const nlohmann::json& point : points) {
    calls.emplace_back(point.at("call"), point.at("at_follower"));
    EXPECT_GT(point.at("proposals_per_second"), 0.0) << calls.back().first;
    EXPECT_GT(point.at("p50_us"), 0.0) << calls.back().first;
    EXPECT_LE(point.at("p50_us"), point.at("p99_us")) << calls.back().first;
  }
  EXPECT_EQ(calls, (std::vector<std::pair<std::string, bool>>{{"propose", false},
                                                              {"read", false},
                                                              {"read", true},
                                                              {"lease read", false},
                                                              {"lease read", true},
                                                              {"stale read", false},
                                                              {"stale read", true}}));
}

}  // namespace buoyant::bench::read_test
