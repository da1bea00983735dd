// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// recovery_bench with little to recover. Its openings run as a test of their own.

#include "tests/bench/program.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace buoyant::bench::recovery_test {

nlohmann::json run(std::vector<std::string> arguments) {
  arguments.insert(arguments.end(),
                   {"--mib", "4", "--repeats", "1", "--data", BUOYANT_BINARY_DIR "/tmp"});
  return bench_program::run("recovery_bench", arguments, "--json");
}

void expect_sane(const nlohmann::json& transfer) {
  const auto number = [&](const char* name) { return transfer.at(name).get<double>(); };
  EXPECT_GE(number("mebibytes"), 3.99);
  EXPECT_GT(number("seconds"), 0);
  EXPECT_NEAR(number("mebibytes") / number("seconds"), number("mebibytes_per_second"), 1);
  EXPECT_GT(number("copy_mebibytes_per_second"), 0);
  EXPECT_NEAR(number("mebibytes_per_second") / number("copy_mebibytes_per_second"),
              number("to_copy"), 0.01 * number("to_copy"));
}

TEST(RecoveryBenchTest, AFollowerCatchesUpFromTheLog) {
  const nlohmann::json transfers = run({"catch-up", "--payload", "4096"});

  ASSERT_EQ(transfers.size(), 1U);
  expect_sane(transfers[0]);
  EXPECT_EQ(transfers[0].at("payload"), 4096);
}

TEST(RecoveryBenchTest, AFollowerGetsASnapshot) {
  const nlohmann::json transfers = run({"snapshot"});

  ASSERT_EQ(transfers.size(), 1U);
  expect_sane(transfers[0]);
  EXPECT_GT(transfers[0].at("taking_seconds"), 0.0);
}

}  // namespace buoyant::bench::recovery_test
