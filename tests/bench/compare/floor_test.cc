// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The floor can be measured, and says so in JSON.

#include "tests/support/process/process.h"
#include "tests/support/process/temporary_directory.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace buoyant::bench::floor_test {

class FloorTest : public testing::Test {
 protected:
  /// What floor_bench wrote for these arguments.
  nlohmann::json run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), BUOYANT_FLOOR_BENCH);
    arguments.insert(arguments.end(),
                     {"--data", directory_.path(), "--json", directory_ / "result.json"});
    process::Process floor(process::Command{.argv = arguments});
    EXPECT_EQ(floor.wait(process::within(std::chrono::seconds(60))), (process::Ended{.code = 0}));
    std::ifstream file(directory_ / "result.json");
    return nlohmann::json::parse(file, nullptr, false);
  }

  /// Of directories that floor_bench made.
  [[nodiscard]] std::size_t left_behind() const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(directory_.path())) {
      count += entry.is_directory() ? 1U : 0U;
    }
    return count;
  }

  process::TemporaryDirectory directory_{BUOYANT_BINARY_DIR "/floor_test"};
};

TEST_F(FloorTest, ProbesFlushesRoundTripsAndAJournal) {
  const nlohmann::json probes = run({"probes", "--seconds", "0.05"});

  ASSERT_TRUE(probes.is_object()) << probes;
  EXPECT_GT(probes["flush_1_us"], 0);
  EXPECT_GT(probes["flush_3_us"], 0);
  EXPECT_GT(probes["ping_pong_us"], 0);
  ASSERT_EQ(probes["journal"].size(), 3U);
  EXPECT_EQ(probes["journal"][2]["entries"], 512);
  EXPECT_GT(probes["journal"][2]["commits_per_second"], 0);
  EXPECT_EQ(left_behind(), 0U);
}

TEST_F(FloorTest, ReplicatesInAClosedLoop) {
  const nlohmann::json points = run({"replicate", "--servers", "3", "--payload", "1024",
                                     "--outstanding", "32", "--seconds", "0.3", "--warmup", "0.1"});

  ASSERT_TRUE(points.is_array() && points.size() == 1) << points;
  EXPECT_EQ(points[0]["servers"], 3);
  EXPECT_EQ(points[0]["payload"], 1024);
  EXPECT_EQ(points[0]["outstanding"], 32);
  EXPECT_GT(points[0]["committed"], 0);
  EXPECT_GT(points[0]["p50_us"], 0);
  EXPECT_GE(points[0]["p99_us"], points[0]["p50_us"]);
  EXPECT_EQ(left_behind(), 0U);
}

TEST_F(FloorTest, ReplicatesToNobody) {
  const nlohmann::json points =
      run({"replicate", "--servers", "1", "--seconds", "0.1", "--warmup", "0"});

  ASSERT_TRUE(points.is_array() && points.size() == 1) << points;
  EXPECT_GT(points[0]["committed"], 0);
}

}  // namespace buoyant::bench::floor_test
