// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/common/metrics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

namespace example::metrics_test {

class ExampleMetricsTest : public testing::Test {
 protected:
  void SetUp() override {
    status_.standing = {buoyant::core::Role::kLeader, buoyant::Term(3), buoyant::ServerId(1),
                        buoyant::core::Cause::kElectionWon};
    status_.commit = buoyant::Index(1234567890);
    status_.turn_longest = std::chrono::microseconds(1500);
    buoyant::PeerStatus peer;
    peer.id = buoyant::ServerId(2);
    peer.link.connected = true;
    status_.peers = {peer};
  }

  bool has_line(const std::string& line) {
    return ("\n" + metrics_text(status_)).find("\n" + line + "\n") != std::string::npos;
  }

  buoyant::NodeStatus status_;
};

TEST_F(ExampleMetricsTest, HasALineForEachFigure) {
  EXPECT_TRUE(has_line("buoyant_term 3"));
  EXPECT_TRUE(has_line("buoyant_is_leader 1"));
  EXPECT_TRUE(has_line("buoyant_faulted 0"));
  EXPECT_TRUE(has_line("buoyant_commit_index 1234567890"));
  EXPECT_TRUE(has_line("buoyant_turn_longest_seconds 0.001500"));
  EXPECT_TRUE(has_line("buoyant_peer_connected{peer=\"2\"} 1"));
}

TEST_F(ExampleMetricsTest, SaysThatAServerThatWaitsIsRefused) {
  EXPECT_TRUE(has_line("buoyant_refused 0"));

  status_.refused_by = buoyant::ServerId(2);
  EXPECT_TRUE(has_line("buoyant_refused 1"));
}

TEST_F(ExampleMetricsTest, SaysWhenSpaceIsLow) {
  EXPECT_TRUE(has_line("buoyant_storage_space_low 0"));

  status_.storage.space = buoyant::SpaceState::kLow;
  EXPECT_TRUE(has_line("buoyant_storage_space_low 1"));
}

TEST_F(ExampleMetricsTest, SaysWhatEachFigureIsBeforeIt) {
  EXPECT_TRUE(has_line("# TYPE buoyant_commit_index gauge\nbuoyant_commit_index 1234567890"));
  EXPECT_TRUE(has_line("# TYPE buoyant_turns_total counter\nbuoyant_turns_total 0"));
}

TEST_F(ExampleMetricsTest, SaysHowTheDiskIs) {
  status_.storage.poisoned = true;
  status_.storage.space = buoyant::SpaceState::kLow;
  status_.storage.oldest_write_age = std::chrono::seconds(4);
  status_.snapshots.failed = 2;

  EXPECT_TRUE(has_line("buoyant_storage_failed 1"));
  EXPECT_TRUE(has_line("buoyant_storage_space_low 1"));
  EXPECT_TRUE(has_line("buoyant_storage_oldest_write_seconds 4"));
  EXPECT_TRUE(has_line("buoyant_snapshots_failed_total 2"));
}

TEST_F(ExampleMetricsTest, SaysWhatTheScrubFound) {
  EXPECT_TRUE(has_line("buoyant_scrub_damaged 0"));
  EXPECT_FALSE(has_line("buoyant_scrub_last_pass_age_seconds 0")) << "there was none";

  status_.storage.scrub.bytes = 7000;
  status_.storage.scrub.passes = 2;
  status_.storage.scrub.last_pass_age = std::chrono::seconds(3);
  status_.storage.scrub.damage = {.what = "the log fails its checks from index", .at = 17};
  EXPECT_TRUE(has_line("buoyant_scrub_bytes_total 7000"));
  EXPECT_TRUE(has_line("buoyant_scrub_passes_total 2"));
  EXPECT_TRUE(has_line("buoyant_scrub_last_pass_age_seconds 3"));
  EXPECT_TRUE(has_line("buoyant_scrub_damaged 1"));
}

TEST_F(ExampleMetricsTest, HasNothingButSuchLines) {
  std::istringstream text(metrics_text(status_));
  std::string line;
  std::size_t lines = 0;
  while (std::getline(text, line)) {
    ++lines;
    EXPECT_TRUE(line.starts_with("# HELP buoyant_") || line.starts_with("# TYPE buoyant_") ||
                line.starts_with("buoyant_"))
        << line;
    EXPECT_NE(std::count(line.begin(), line.end(), ' '), 0) << line;
  }
  EXPECT_GT(lines, 60U);
}

}  // namespace example::metrics_test
