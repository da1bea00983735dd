// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/compare/table.h"

#include <gtest/gtest.h>

#include <string>

namespace buoyant::bench::table_test {

/// As compare_bench leaves it.
constexpr const char* kResults = R"({
  "machine": {"processor": "abacus", "cores": 2, "kernel": "6.1", "date": "2026-01-02 03:04",
    "load": 0.25},
  "seconds": 3.0, "warmup_seconds": 1.0,
  "samples": [
    {"round": 1, "system": "libraft", "servers": 3, "payload": 256, "outstanding": 16,
     "proposals_per_second": 6400.0, "p50_us": 2400.0, "p99_us": 4100.0,
     "bytes_per_proposal": 900.0, "memory_mib": 8.0},
    {"round": 1, "system": "buoyant", "servers": 3, "payload": 256, "outstanding": 16,
     "proposals_per_second": 16000.0, "p50_us": 900.0, "p99_us": 1500.0,
     "bytes_per_proposal": 300.0, "memory_mib": 6.5}],
  "probes": [{"round": 1, "probes": {"flush_1_us": 201.0, "flush_3_us": 302.0,
    "ping_pong_us": 103.0, "journal": [{"entries": 64, "commits_per_second": 4321.0}]}}],
  "failures": ["etcd, 3 servers, 256 B, C=1: timed out"]})";

class TableTest : public testing::Test {
 protected:
  [[nodiscard]] bool has(const std::string& text) const {
    return table_.find(text) != std::string::npos;
  }

  /// The line that begins with `head`, spaces aside, with single spaces.
  [[nodiscard]] std::string line(const std::string& head) const {
    std::string text;
    for (const char c : table_) {
      if (c != ' ' || (!text.empty() && text.back() != ' ' && text.back() != '\n')) {
        text += c;
      }
    }
    const std::size_t begin = text.find("\n" + head);
    return begin == std::string::npos
               ? ""
               : text.substr(begin + 1, text.find('\n', begin + 1) - begin - 1);
  }

  std::string table_ = table_of(nlohmann::json::parse(kResults).get<Comparison>());
};

TEST_F(TableTest, HasALineForEachSystemOfACell) {
  EXPECT_TRUE(has("3 servers, 256 B, 16 outstanding")) << table_;
  EXPECT_EQ(line("libraft"),
            "libraft 6400 [6400..6400] 2400 [2400..2400] 4100 [4100..4100] 900 8.00 2.50");
  EXPECT_EQ(line("buoyant"),
            "buoyant 16000 [16000..16000] 900 [900..900] 1500 [1500..1500] 300 6.50 1.00");
}

TEST_F(TableTest, SaysWhereItWasMeasured) {
  EXPECT_TRUE(table_.starts_with("abacus, 2 cores, Linux 6.1, 2026-01-02 03:04, load 0.2\n"))
      << table_;
}

TEST_F(TableTest, HasTheFloor) {
  EXPECT_EQ(line("append and flush of 256 B, three processes"),
            "append and flush of 256 B, three processes 302 [302..302]");
  EXPECT_EQ(line("journal, 64 entries per commit"),
            "journal, 64 entries per commit 4321 [4321..4321]");
  EXPECT_EQ(line("journal, 512 entries per commit"), "journal, 512 entries per commit -");
}

TEST_F(TableTest, HasEveryTargetAndItsVerdict) {
  EXPECT_EQ(line("256 B, C=16: proposals/s, to libraft's"),
            "256 B, C=16: proposals/s, to libraft's at least 2.00 2.50 [2.50..2.50] met");
  EXPECT_EQ(line("256 B, C=4096: memory"),
            "256 B, C=4096: memory of the largest server at most 64.0 MiB - not measured");
}

TEST_F(TableTest, SaysWhatFailed) {
  EXPECT_EQ(line("failed"), "failed: etcd, 3 servers, 256 B, C=1: timed out");
}

}  // namespace buoyant::bench::table_test
