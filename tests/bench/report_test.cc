// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/report/micro.h"
#include "bench/report/page.h"
#include "bench/report/sections.h"
#include "tests/bench/program.h"
#include "tests/support/process/file_tail.h"
#include "tests/support/process/temporary_directory.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

namespace buoyant::bench::report_test {

using nlohmann::json;

json point(double servers, double outstanding, double rate = 0) {
  return {{"call", "propose"},
          {"servers", servers},
          {"payload", 256},
          {"outstanding", outstanding},
          {"rate", rate},
          {"proposals_per_second", 1234.0 * outstanding},
          {"p50_us", 456.0},
          {"p99_us", 567.0},
          {"latency", {{50.0, 456.0}, {99.0, 567.0}}},
          {"leader_cpu_us", 7.0},
          {"follower_cpu_us", 5.0},
          {"leader_bytes_written", 512.0},
          {"follower_bytes_written", 512.0},
          {"leader_anonymous_mib", 3.0},
          {"repeats", 3},
          {"range", {{"proposals_per_second", {1000.0, 2000.0}}}}};
}

/// As Google Benchmark writes it.
json micro_file() {
  const auto run = [](const char* type, const char* name, double rate) {
    return json{{"family_index", 0},  {"per_family_instance_index", 1},
                {"name", name},       {"run_name", name},
                {"run_type", type},   {"time_unit", "us"},
                {"real_time", 2.0},   {"items_per_second", rate},
                {"iterations", 1000}, {"commits_per_second", rate}};
  };
  return {{"context", {}},
          {"benchmarks",
           {run("iteration", "propose/servers:3/batch:16", 3e6),
            run("iteration", "propose/servers:3/batch:16", 1e6),
            run("iteration", "propose/servers:3/batch:16", 2e6),
            run("aggregate", "propose/servers:3/batch:16", 9e9)}}};
}

std::size_t count_of(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
    ++count;
  }
  return count;
}

TEST(BenchReportTest, RepeatsOfGoogleBenchmarkAreOneRun) {
  const std::vector<MicroRun> runs = micro_runs_of(micro_file());

  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].function, "propose");
  EXPECT_EQ(runs[0].argument("batch"), 16);
  EXPECT_EQ(runs[0].nanoseconds, 2000);
  EXPECT_EQ(runs[0].figures.at("items_per_second"), 2e6);
  EXPECT_EQ(runs[0].figures.at("range").at("items_per_second"), json({1e6, 3e6}));
}

TEST(BenchReportTest, RunsAreInTheOrderOfTheProgram) {
  json file = micro_file();
  json earlier = file.at("benchmarks").front();
  earlier["run_name"] = "propose/servers:3/batch:1";
  earlier["per_family_instance_index"] = 0;
  file.at("benchmarks").push_back(earlier);

  const std::vector<MicroRun> runs = micro_runs_of(file);

  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0].argument("batch"), 1);
  EXPECT_EQ(runs[1].argument("batch"), 16);
}

TEST(BenchReportTest, PlacesOfAPageAreFilled) {
  EXPECT_EQ(filled("a {{x}} b {{y}}{{none}} {{", {{"x", "1"}, {"y", "2"}}), "a 1 b 2 {{");
}

TEST(BenchReportTest, ThePartsThatWereRunAreShown) {
  const json parts = {{"cluster", {point(3, 1), point(3, 16), point(5, 16), point(3, 0, 1000)}},
                      {"core", micro_file()}};

  const std::string key = key_figures(parts);
  EXPECT_NE(key.find("<b>456 us</b>"), std::string::npos) << key;
  EXPECT_NE(key.find("<b>19.7k/s</b>"), std::string::npos) << key;
  EXPECT_NE(key.find("<b>2M/s</b>"), std::string::npos) << key;
  // Throughput twice, latencies of both loops, and at rates, bytes of payload not: three loads.
  EXPECT_EQ(count_of(replication_section(parts), "<svg"), 5U);
  EXPECT_EQ(count_of(cost_section(parts), "<svg"), 3U);
  EXPECT_EQ(count_of(parts_section(parts), "<svg"), 1U);
}

TEST(BenchReportTest, StagesAreBars) {
  json staged = point(3, 16);
  staged["stages"] = {{"1 first", 30.0}, {"2 second", 10.0}};

  const std::string html =
      cost_section({{"cluster", {point(3, 1)}}, {"stages", json::array({staged})}});

  EXPECT_NE(html.find("<title>second</title>"), std::string::npos) << html;
  EXPECT_NE(html.find(">40 us</text>"), std::string::npos) << html;
}

TEST(BenchReportTest, GrowthIsDrawnBesideEmptyLogs) {
  const json length = {{"entries", 1000000},    {"entry_bytes", 16},       {"to_fresh", 0.97},
                       {"stored_mib", 60.0},    {"range", json::object()}, {"grown", point(3, 256)},
                       {"fresh", point(3, 256)}};

  const std::string html = growth_section(
      {{"growth", json::array({length})}, {"growth_servers", {point(1, 16), point(2, 16)}}});

  EXPECT_EQ(count_of(html, "<svg"), 4U);
  EXPECT_NE(
      html.find("3 servers, 256 B, C=256: a cluster whose log grew to so many entries of 16 B"),
      std::string::npos)
      << html;
  EXPECT_NE(html.find("<td class=\"n\">0.97x</td>"), std::string::npos) << html;
}

TEST(BenchReportTest, PartsThatWereNotRunAreLeftOut) {
  const json parts = json::object();

  EXPECT_EQ(key_figures(parts) + replication_section(parts) + cost_section(parts) +
                read_section(parts) + recovery_section(parts) + parts_section(parts) +
                growth_section(parts),
            "");
}

TEST(BenchReportTest, RecoveryIsInTables) {
  const std::string html = recovery_section(
      {{"catch_up",
        {{{"payload", 256},
          {"mebibytes", 128.0},
          {"seconds", 0.5},
          {"mebibytes_per_second", 256.0},
          {"copy_mebibytes_per_second", 512.0},
          {"to_copy", 0.5},
          {"range", {{"to_copy", {0.4, 0.6}}}}}}},
       {"opening", {{{"cold", true}, {"entries", 1000000}, {"open_ms", 12.5}}}},
       {"failover",
        {{"kills", 5},
         {"election_ms", 1000},
         {"unavailable_election_timeouts", {{"p50", 1.29}, {"p99", 1.9}, {"max", 1.92}}},
         {"more_than_one_election", 0}}}});

  EXPECT_NE(html.find("0.5x <small>0.4x &ndash; 0.6x</small>"), std::string::npos) << html;
  EXPECT_NE(html.find("12.5 ms"), std::string::npos) << html;
  EXPECT_NE(html.find("1.92 election timeouts"), std::string::npos) << html;
}

TEST(BenchReportTest, TheProgramWritesJsonAndAPageThatNeedsNothingElse) {
  const process::TemporaryDirectory directory(BUOYANT_BINARY_DIR "/tmp");
  std::ofstream(directory / "cluster.json") << json({point(3, 1), point(3, 16)});

  const json written = bench_program::run(
      "bench_report",
      {"--part", "cluster=" + (directory / "cluster.json"), "--about", "commit=abc123", "--page",
       BUOYANT_SOURCE_DIR "/bench/report/template.html", "--html", directory / "report.html"},
      "--json");

  EXPECT_EQ(written.at("about").at("commit"), "abc123");
  EXPECT_EQ(written.at("parts").at("cluster").size(), 2U);
  const std::string html = process::contents_of(directory / "report.html");
  EXPECT_NE(html.find("<dd>abc123</dd>"), std::string::npos);
  EXPECT_NE(html.find("Throughput against latency"), std::string::npos);
  EXPECT_EQ(html.find("{{"), std::string::npos);
  EXPECT_EQ(html.find("http"), std::string::npos);
  EXPECT_EQ(count_of(html, "<svg"), count_of(html, "</svg>"));
  EXPECT_EQ(count_of(html, "<figure"), count_of(html, "</figure>"));
}

}  // namespace buoyant::bench::report_test
