// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// growth_bench with logs that are hardly long.

#include "tests/bench/program.h"

#include <gtest/gtest.h>

namespace buoyant::bench::growth_test {

TEST(GrowthBenchTest, LongLogsAndEmptyOnesAreMeasuredInTurns) {
  const nlohmann::json lengths =
      bench_program::run("growth_bench",
                         {"--entries", "1000,20000", "--seconds", "0.2", "--repeats", "1",
                          "--servers", "1", "--data", BUOYANT_BINARY_DIR "/tmp"},
                         "--json");

  ASSERT_EQ(lengths.size(), 2U);
  EXPECT_EQ(lengths[0].at("entries"), 1000);
  EXPECT_EQ(lengths[1].at("entries"), 20000);
  for (const nlohmann::json& length : lengths) {
    const auto grown = length.at("grown").at("proposals_per_second").get<double>();
    const auto fresh = length.at("fresh").at("proposals_per_second").get<double>();
    EXPECT_GT(grown, 0);
    EXPECT_GT(fresh, 0);
    EXPECT_NEAR(length.at("to_fresh").get<double>(), grown / fresh, 1e-6);
    EXPECT_GT(length.at("stored_mib"), 0.3);
  }
}

}  // namespace buoyant::bench::growth_test
