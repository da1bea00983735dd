// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// cluster_bench, for a moment.

#include "tests/bench/program.h"

#include <gtest/gtest.h>

#include <cmath>
#include <linux/magic.h>
#include <string>
#include <sys/statfs.h>
#include <vector>

namespace buoyant::bench::cluster_test {

nlohmann::json run(std::vector<std::string> arguments) {
  arguments.insert(arguments.end(),
                   {"--seconds", "0.3", "--warmup", "0.1", "--data", BUOYANT_BINARY_DIR "/tmp"});
  return bench_program::run("cluster_bench", arguments, "--json");
}

/// What goes to a file system in memory is not counted as written.
bool is_on_disk() {
  struct statfs system {};

  return ::statfs(BUOYANT_BINARY_DIR, &system) == 0 && system.f_type != TMPFS_MAGIC;
}

/// That all is said of a point which somebody draws, and that the figures agree.
void expect_sane(const nlohmann::json& point) {
  const auto number = [&](const char* name) { return point.at(name).get<double>(); };
  EXPECT_GT(number("proposals_per_second"), 0);
  // Medians of several repeats may each be of another one.
  const double pace = number("committed") / number("seconds");
  EXPECT_TRUE(number("repeats") > 1 || std::abs(pace / number("proposals_per_second") - 1) < 0.01)
      << pace;
  EXPECT_GT(number("p50_us"), 0);
  EXPECT_LE(number("p50_us"), number("p99_us"));
  EXPECT_LE(number("p99_us"), number("p999_us"));
  EXPECT_EQ(point.at("latency").size(), 14U);
  EXPECT_GT(number("leader_cpu_us"), 0);
  EXPECT_TRUE(!is_on_disk() || number("leader_bytes_written") > number("payload"));
  EXPECT_GT(number("leader_anonymous_mib"), 0);
  EXPECT_EQ(number("unfinished"), 0);
}

TEST(ClusterBenchTest, ClosedLoopsAreMeasuredInRounds) {
  const nlohmann::json points =
      run({"--servers", "1", "--outstanding", "8,9", "--payload", "64", "--repeats", "2"});

  ASSERT_EQ(points.size(), 2U);
  expect_sane(points[0]);
  expect_sane(points[1]);
  EXPECT_EQ(points[0].at("servers"), 1);
  EXPECT_EQ(points[0].at("outstanding"), 8);
  EXPECT_EQ(points[1].at("outstanding"), 9);
  EXPECT_EQ(points[1].at("repeats"), 2);
  const nlohmann::json& range = points[1].at("range").at("proposals_per_second");
  EXPECT_LE(range[0], points[1].at("proposals_per_second"));
  EXPECT_GE(range[1], points[1].at("proposals_per_second"));
}

TEST(ClusterBenchTest, OpenLoopsHaveARate) {
  const nlohmann::json points = run({"--rate", "200"});

  ASSERT_EQ(points.size(), 1U);
  expect_sane(points[0]);
  EXPECT_EQ(points[0].at("servers"), 3);
  EXPECT_EQ(points[0].at("rate"), 200.0);
  EXPECT_EQ(points[0].at("outstanding"), 0);
  EXPECT_LE(points[0].at("proposals_per_second"), 300.0);
  EXPECT_GT(points[0].at("follower_cpu_us"), 0.0);
  EXPECT_TRUE(!is_on_disk() || points[0].at("follower_bytes_written") > 256.0);
}

TEST(ClusterBenchTest, PointsAreNamedAndHaveStages) {
  const nlohmann::json points = run({"--point", "1:100:4", "--stages"});

  ASSERT_EQ(points.size(), 1U);
  expect_sane(points[0]);
  EXPECT_EQ(points[0].at("payload"), 100);
  EXPECT_EQ(points[0].at("outstanding"), 4);
  double sum_us = 0;
  for (const auto& stage : points[0].at("stages").items()) {
    sum_us += stage.value().get<double>();
  }
  EXPECT_EQ(points[0].at("stages").size(), 4U);
  // All of them together are a proposal's time: C proposals take C times as long as their pace.
  const double mean_us = 4e6 / points[0].at("proposals_per_second").get<double>();
  EXPECT_NEAR(sum_us, mean_us, mean_us / 2);
}

TEST(ClusterBenchTest, EachPointIsMeasuredInTheClearAndWithTls) {
  const nlohmann::json points = run({"--point", "3:256:16", "--tls"});

  ASSERT_EQ(points.size(), 2U);
  expect_sane(points[0]);
  expect_sane(points[1]);
  EXPECT_EQ(points[0].at("tls"), false);
  EXPECT_EQ(points[1].at("tls"), true);
}

}  // namespace buoyant::bench::cluster_test
