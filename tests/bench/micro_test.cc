// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// The programs of Google Benchmark, for a moment each.

#include "tests/bench/program.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace buoyant::bench::micro_test {

/// The rate of each benchmark, by its name; of those that failed, none.
std::map<std::string, double> rates_of(const std::string& program,
                                       std::vector<std::string> arguments = {}) {
  arguments.insert(arguments.end(), {"--benchmark_min_time=0.001", "--benchmark_out_format=json"});
  const nlohmann::json out = bench_program::run(program, arguments, "--benchmark_out=");
  std::map<std::string, double> rates;
  for (const nlohmann::json& each : out.value("benchmarks", nlohmann::json::array())) {
    const auto name = each.at("name").get<std::string>();
    EXPECT_EQ(each.value("error_message", ""), "") << name;
    rates[name] = each.value("items_per_second", 0.0);
  }
  return rates;
}

/// Those of them that have no rate.
std::vector<std::string> without_rate(const std::map<std::string, double>& rates) {
  std::vector<std::string> names;
  for (const auto& [name, rate] : rates) {
    if (!(rate > 0)) {
      names.push_back(name);
    }
  }
  return names;
}

TEST(MicroBenchTest, CoresCommitInGroupsOfAllSizes) {
  const auto rates = rates_of("core_bench");

  EXPECT_EQ(rates.size(), 8U);
  EXPECT_EQ(without_rate(rates), std::vector<std::string>());
}

TEST(MicroBenchTest, FramesGoThereAndBack) {
  const auto rates = rates_of("codec_bench");

  EXPECT_EQ(rates.size(), 21U);
  EXPECT_EQ(without_rate(rates), std::vector<std::string>());
}

TEST(MicroBenchTest, NodesApplyWhatWasProposed) {
  const auto rates = rates_of("node_bench");

  EXPECT_EQ(rates.size(), 9U);
  EXPECT_EQ(without_rate(rates), std::vector<std::string>());
}

TEST(MicroBenchTest, StoragesCommitAndRead) {
  const auto rates = rates_of("storage_bench", {"--data", BUOYANT_BINARY_DIR "/tmp"});

  EXPECT_EQ(rates.size(), 15U);
  EXPECT_EQ(without_rate(rates), std::vector<std::string>());
}

}  // namespace buoyant::bench::micro_test
