// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/report.h"
#include "tests/report/exposition_reader.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace buoyant::metrics_test {

using testing_support::Page;
using testing_support::read_exposition;

class MetricsTest : public testing::Test {
 protected:
  void SetUp() override {
    status_.standing = {core::Role::kLeader, Term(3), ServerId(1), core::Cause::kElectionWon};
    status_.id = ServerId(1);
    status_.commit = Index(1234567890);
    status_.turn_longest = std::chrono::microseconds(1500);
    PeerStatus peer;
    peer.id = ServerId(2);
    peer.link.connected = true;
    status_.peers = {peer};
  }

  bool has_line(const std::string& line) {
    return ("\n" + metrics_text(status_, latencies_)).find("\n" + line + "\n") != std::string::npos;
  }

  NodeStatus status_;
  Latencies latencies_;
};

TEST_F(MetricsTest, HasALineForEachFigure) {
  EXPECT_TRUE(has_line("buoyant_term 3"));
  EXPECT_TRUE(has_line("buoyant_is_leader 1"));
  EXPECT_TRUE(has_line("buoyant_faulted 0"));
  EXPECT_TRUE(has_line("buoyant_commit_index 1234567890"));
  EXPECT_TRUE(has_line("buoyant_turn_longest_seconds 0.0015"));
  EXPECT_TRUE(has_line("buoyant_peer_connected{peer=\"2\"} 1"));
}

TEST_F(MetricsTest, SaysThatAServerThatWaitsIsRefused) {
  EXPECT_TRUE(has_line("buoyant_refused 0"));

  status_.refused_by = ServerId(2);
  EXPECT_TRUE(has_line("buoyant_refused 1"));
}

TEST_F(MetricsTest, SaysWhenSpaceIsLow) {
  EXPECT_TRUE(has_line("buoyant_storage_space_low 0"));

  status_.storage.space = SpaceState::kLow;
  EXPECT_TRUE(has_line("buoyant_storage_space_low 1"));
}

TEST_F(MetricsTest, SaysWhatEachFigureIsBeforeIt) {
  EXPECT_TRUE(has_line("# TYPE buoyant_commit_index gauge\nbuoyant_commit_index 1234567890"));
  EXPECT_TRUE(has_line("# TYPE buoyant_turns_total counter\nbuoyant_turns_total 0"));
}

TEST_F(MetricsTest, SaysHowTheDiskIs) {
  status_.storage.poisoned = true;
  status_.storage.space = SpaceState::kLow;
  status_.storage.oldest_write_age = std::chrono::seconds(4);
  status_.snapshots.failed = 2;

  EXPECT_TRUE(has_line("buoyant_storage_failed 1"));
  EXPECT_TRUE(has_line("buoyant_storage_space_low 1"));
  EXPECT_TRUE(has_line("buoyant_storage_oldest_write_seconds 4"));
  EXPECT_TRUE(has_line("buoyant_snapshots_failed_total 2"));
}

TEST_F(MetricsTest, SaysWhatTheScrubFound) {
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

TEST_F(MetricsTest, IsAPageAsPrometheusWantsIt) {
  status_.cluster = "two\nlines, \"quoted\" \\ and \xff";
  status_.transport.troubles = {{"it sends what is no TLS", 3}};
  status_.transport.secure_until = std::chrono::system_clock::time_point(std::chrono::hours(1));
  status_.storage.scrub.passes = 1;
  latencies_.disk.record(std::chrono::milliseconds(40), 7);
  latencies_.storage_write.record(std::chrono::minutes(5));

  const Page page = read_exposition(metrics_text(status_, latencies_));

  EXPECT_EQ(page.errors, std::vector<std::string>());
  EXPECT_GT(page.families.size(), 80U);
  EXPECT_EQ(page.value("buoyant_node_info",
                       {{"cluster", "two\nlines, \"quoted\" \\ and ?"}, {"id", "1"}}),
            1);
  EXPECT_EQ(page.value("buoyant_tls_expires_timestamp_seconds"), 3600);
}

TEST_F(MetricsTest, HasTheStagesOfProposals) {
  latencies_.queue.record(std::chrono::milliseconds(1));
  latencies_.disk.record(std::chrono::milliseconds(40), 2);
  latencies_.network.record(std::chrono::milliseconds(1), 3);
  latencies_.apply.record(std::chrono::milliseconds(1), 4);
  latencies_.total.record(std::chrono::milliseconds(1), 5);
  latencies_.read.record(std::chrono::milliseconds(1), 6);
  latencies_.storage_write.record(std::chrono::milliseconds(1), 7);

  const Page page = read_exposition(metrics_text(status_, latencies_));

  const auto stage = [&page](const char* name) {
    return page.value("buoyant_proposal_stage_seconds_count", {{"stage", name}});
  };
  EXPECT_EQ(stage("queue"), 1);
  EXPECT_EQ(stage("disk"), 2);
  EXPECT_EQ(stage("network"), 3);
  EXPECT_EQ(stage("apply"), 4);
  EXPECT_EQ(page.value("buoyant_proposal_stage_seconds_sum", {{"stage", "disk"}}), 0.08);
  EXPECT_EQ(page.value("buoyant_proposal_seconds_count"), 5);
  EXPECT_EQ(page.value("buoyant_read_seconds_count"), 6);
  EXPECT_EQ(page.value("buoyant_storage_write_seconds_count"), 7);
}

TEST_F(MetricsTest, OnlyALeaderSaysHowFarItsPeersAre) {
  status_.last.index = Index(1200);
  status_.peers[0].match = Index(200);
  EXPECT_TRUE(has_line("buoyant_peer_lag_entries{peer=\"2\"} 1000"));

  status_.standing.role = core::Role::kFollower;
  EXPECT_EQ(metrics_text(status_, latencies_).find("peer_lag_entries"), std::string::npos);
}

TEST_F(MetricsTest, SaysWhatTheServerIs) {
  status_.faulted = "the disk failed";
  EXPECT_TRUE(has_line("buoyant_role{role=\"faulted\"} 1"));
  EXPECT_TRUE(has_line("buoyant_role{role=\"leader\"} 0"));
}

TEST_F(MetricsTest, SeveralNodesAreOnOnePage) {
  std::vector<NodeReport> nodes(2);
  nodes[0].status = status_;
  nodes[0].labels = {{"group", "first"}, {"shard", "\"1\""}};
  nodes[1].status = status_;
  nodes[1].status.standing.term = Term(8);
  nodes[1].labels = {{"group", "second"}};

  const Page page = read_exposition(metrics_text(nodes));

  EXPECT_EQ(page.errors, std::vector<std::string>());
  EXPECT_EQ(page.value("buoyant_term", {{"group", "first"}, {"shard", "\"1\""}}), 3);
  EXPECT_EQ(page.value("buoyant_term", {{"group", "second"}}), 8);
  EXPECT_EQ(page.value("buoyant_peer_connected", {{"group", "second"}, {"peer", "2"}}), 1);
}

TEST_F(MetricsTest, SaysWhatTheProcessUses) {
  const Page page = read_exposition(
      metrics_text(status_, latencies_, {.resident_bytes = 4096, .descriptors = 7}));

  EXPECT_EQ(page.value("buoyant_resident_bytes"), 4096);
  EXPECT_EQ(page.value("buoyant_descriptors"), 7);
}

}  // namespace buoyant::metrics_test
