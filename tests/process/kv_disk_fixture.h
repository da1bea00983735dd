// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Three servers of buoyant-kv under load, each on a disk that the test can strike.
#pragma once

#include "tests/process/disk_faults.h"
#include "tests/process/kv_cluster_fixture.h"
#include "tests/support/process/line_client.h"
#include "tests/support/process/loopback.h"

#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace buoyant::process {

constexpr std::uint32_t kAnyWrite = fault_shim::kWrite | fault_shim::kDurableWrite;
constexpr const char* kLogFile = "/data.mdb";
constexpr const char* kSnapshotFiles = "/snapshots/";

/// The whole form of the tests: BUOYANT_DISK_FAULTS=all.
inline bool are_all_disk_faults_wanted() {
  const char* const text = std::getenv("BUOYANT_DISK_FAULTS");
  return text != nullptr && std::string_view(text) == "all";
}

/// Who that is, is found out when it is struck.
enum class Victim : std::uint8_t { kLeader, kFollower };

class KvDiskFixture : public KvClusterFixture {
 protected:
  /// Starts three servers, and the load.
  void start(const std::vector<std::string>& more_flags = {}) {
    KvClusterOptions options = cluster_options(ids_.size());
    options.flags.insert(options.flags.end(), more_flags.begin(), more_flags.end());
    cluster_ = std::make_unique<KvCluster>(options);
    metrics_ports_ = free_ports(ids_.size());
    for (const std::uint64_t id : ids_) {
      KvServer& server = cluster_->server(id);
      disks_.push_back(
          std::make_unique<DiskFaults>(server.options().directory, server.data_path()));
      server.set_launch({"--metrics", loopback(metrics_ports_[id - 1])}, disk(id).environment());
    }
    cluster_->start_voters();
    ASSERT_NE(cluster_->wait_leader(soon()), 0U) << described(*cluster_);
    load_ = std::make_unique<KvLoad>(load_options(), ports_of(*cluster_, ids_));
    load_->start();
    ASSERT_TRUE(load_->wait_acknowledged(50, soon())) << described(*cluster_);
  }

  [[nodiscard]] DiskFaults& disk(std::uint64_t id) { return *disks_[id - 1]; }

  std::uint64_t find(Victim victim) {
    const std::uint64_t leader = cluster_->wait_leader(soon());
    return victim == Victim::kLeader ? leader : leader % ids_.size() + 1;
  }

  /// What it answers to GET PATH; "": nothing in time.
  [[nodiscard]] std::string get(std::uint64_t id, const std::string& path) const {
    LineClient client(metrics_ports_[id - 1]);
    client.send_bytes("GET " + path + " HTTP/1.1\r\nHost: test\r\n\r\n");
    std::string text;
    while (const auto line = client.read_line(within(seconds(5)))) {
      text += *line + "\n";
    }
    return text;
  }

  [[nodiscard]] bool has_metric(std::uint64_t id, const std::string& line) const {
    return get(id, "/metrics").find("\nbuoyant_" + line + "\n") != std::string::npos;
  }

  [[nodiscard]] bool has_role(std::uint64_t id, const std::string& role) {
    const auto status = cluster_->server(id).status(within(seconds(2)));
    return status && status->role == role;
  }

  /// Clients get their answers from all but the victim, to writes as well.
  void expect_others_serve(std::uint64_t victim) {
    std::vector<std::uint64_t> others = ids_;
    std::erase(others, victim);
    EXPECT_EQ(cluster_->ask_any(others, {"SET", "alive", "x"}, soon()), "") << described(*cluster_);
    EXPECT_TRUE(load_->wait_acknowledged(100, soon())) << described(*cluster_);
  }

  /// Somebody else leads, and clients get their answers.
  void expect_others_go_on(std::uint64_t victim) {
    EXPECT_TRUE(wait_until(soon(), [&] {
      const std::uint64_t leader = cluster_->wait_leader(within(seconds(1)));
      return leader != 0 && leader != victim;
    })) << described(*cluster_);
    expect_others_serve(victim);
  }

  /// How often a text is in what a server wrote to stderr.
  [[nodiscard]] std::size_t count_in_log(std::uint64_t id, const std::string& text) {
    const std::string log = cluster_->server(id).log();
    std::size_t count = 0;
    for (std::size_t at = log.find(text); at != std::string::npos; at = log.find(text, at + 1)) {
      ++count;
    }
    return count;
  }

  /// SIGTERM ends it as it should, whatever the disk does; then it gets a good disk and starts.
  void restart_on_good_disk(std::uint64_t id) {
    EXPECT_EQ(cluster_->server(id).stop(within(seconds(8))), (Ended{0, 0}))
        << cluster_->server(id).log();
    cluster_->server(id).kill();
    disk(id).heal();
    cluster_->server(id).start();
  }

  const std::vector<std::uint64_t> ids_ = {1, 2, 3};
  std::vector<std::uint16_t> metrics_ports_;
  std::vector<std::unique_ptr<DiskFaults>> disks_;
  std::unique_ptr<KvCluster> cluster_;
  std::unique_ptr<KvLoad> load_;
};

}  // namespace buoyant::process
