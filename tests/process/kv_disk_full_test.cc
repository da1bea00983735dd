// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Disks that fill up, under load: one, then two of three; the log's own bound. Writes stop with
/// NOSPACE before anything breaks, reads and elections go on, and service returns with the space.
///
/// The disks are small file systems in files: that takes root and a loop device.

#include "tests/process/kv_cluster_fixture.h"
#include "tests/process/kv_filler.h"
#include "tests/support/process/resp_client.h"
#include "tests/support/process/small_disk.h"

#include <memory>

namespace buoyant::process {

class KvFullFixture : public KvClusterFixture {
 protected:
  KvLoadOptions patient_load() const {
    KvLoadOptions options = load_options(200);
    // Calls in sessions are sent again for as long as there is no space.
    options.outcome_max = seconds(120);
    return options;
  }

  static bool is_low(KvCluster& cluster, std::uint64_t id) {
    const auto status = cluster.server(id).status(within(seconds(2)));
    return status && status->json.find("\"space\":\"low\"") != std::string::npos;
  }

  static bool wait_low(KvCluster& cluster, std::uint64_t id) {
    return wait_until(soon(), [&] { return is_low(cluster, id); });
  }

  std::string set(KvCluster& cluster, std::uint64_t id, const std::string& key = "probe") {
    return cluster.server(id).ask_shown({"SET", key, std::to_string(++probes_)}, soon());
  }

  /// The same key. "": no answer in time.
  static std::string get(KvCluster& cluster, std::uint64_t id,
                         const std::string& read_mode = "linearizable") {
    RespClient client(cluster.client_port(id));
    static_cast<void>(client.ask({"READMODE", read_mode}, soon()));
    const auto reply = client.ask({"GET", "probe"}, soon());
    return reply ? shown(*reply) : std::string();
  }

  /// Every server runs, and none gave up; these say what was written last.
  void expect_reads_and_no_faults(KvCluster& cluster, const std::vector<std::uint64_t>& readers) {
    for (const std::uint64_t id : readers) {
      EXPECT_TRUE(wait_until(soon(), [&] { return get(cluster, id) == last_read_; }))
          << "server " << id << ": " << get(cluster, id) << described(cluster);
    }
    for (std::uint64_t id = 1; id <= cluster.size(); ++id) {
      EXPECT_TRUE(cluster.server(id).process().is_running()) << described(cluster);
      const auto status = cluster.server(id).status(soon());
      ASSERT_TRUE(status);
      EXPECT_EQ(status->faulted, "") << status->json;
    }
  }

  /// Writes until the cluster says that there is no space.
  static bool write_until_refused(KvCluster& cluster, std::uint64_t id) {
    Flood flood(cluster.client_port(id), {});
    return wait_until(soon(), [&] { return flood.refused() > 100; });
  }

  std::uint64_t probes_ = 0;
  std::string last_read_;
};

class KvDiskFullTest : public KvFullFixture {
 protected:
  static constexpr std::uint64_t kDiskBytes = 96U << 20U;
  /// So small that the first file is 16 MiB: it is full sooner.
  static constexpr std::uint64_t kFirstBytes = 22U << 20U;

  static void SetUpTestSuite() {
    const TemporaryDirectory scratch(BUOYANT_BINARY_DIR "/tmp");
    in_the_way_ = prepare_small_disks(scratch.path());
  }

  void SetUp() override {
    if (!in_the_way_.empty()) {
      GTEST_SKIP() << "not run: " << in_the_way_;
    }
    for (std::uint64_t id = 1; id <= 2; ++id) {
      disks_.push_back(std::make_unique<SmallDisk>(directory_ / std::to_string(id), kDiskBytes));
      ASSERT_TRUE(disk(id).is_mounted());
      disk(id).fill(kFirstBytes);
    }
    cluster_ = std::make_unique<KvCluster>(cluster_options(3));
    load_ = std::make_unique<KvLoad>(patient_load(), ports_of(*cluster_, ids_));
    cluster_->start_voters();
    ASSERT_NE(cluster_->wait_leader(soon()), 0U) << described(*cluster_);
    for (std::uint64_t id = 1; id <= 2; ++id) {
      EXPECT_EQ(cluster_->server(id).status(soon())->db_bytes, 16U << 20U);
      disk(id).drain();
    }
    load_->start();
    ASSERT_TRUE(load_->wait_acknowledged(50, soon())) << described(*cluster_);
  }

  void TearDown() override {
    load_.reset();
    cluster_.reset();
    disks_.clear();
  }

  SmallDisk& disk(std::uint64_t id) { return *disks_[id - 1]; }

  /// One does not take entries any more, the others go on.
  void fill_first() {
    disk(1).fill();
    Flood flood(cluster_->client_port(3), {});
    ASSERT_TRUE(wait_low(*cluster_, 1)) << described(*cluster_);
    // A majority has space: the leader goes on, until the first server's own write meets the end.
    ASSERT_TRUE(wait_until(soon(), [&] {
      return cluster_->server(1).log().find("no space") != std::string::npos || is_behind(1);
    })) << described(*cluster_);
    const std::uint64_t written = flood.acknowledged();
    EXPECT_TRUE(wait_until(soon(), [&] { return flood.acknowledged() > written + 1000; }))
        << described(*cluster_);
    EXPECT_EQ(cluster_->server(1).status(soon())->faulted, "") << described(*cluster_);
  }

  bool is_behind(std::uint64_t id) {
    constexpr std::uint64_t kFar = 4000;
    const auto own = cluster_->server(id).status(within(seconds(2)));
    const auto other = cluster_->server(3).status(within(seconds(2)));
    return own && other && own->last + kFar < other->last;
  }

  void write_probe() {
    ASSERT_EQ(set(*cluster_, 3), "+OK");
    last_read_ = get(*cluster_, 3);
  }

  /// No majority has space, and all say so, at one time: with writes under way a server may count
  /// itself in or out of it for a moment.
  void expect_full() {
    std::string reply;
    EXPECT_TRUE(wait_until(soon(),
                           [&] {
                             reply = set(*cluster_, 3, "attempt");
                             return reply.starts_with("-NOSPACE") && is_low(*cluster_, 1) &&
                                    is_low(*cluster_, 2);
                           }))
        << reply << described(*cluster_);
  }

  void drain_and_expect_service() {
    disk(1).drain();
    disk(2).drain();
    const auto drained = Clock::now();
    double longest = 0;
    for (const std::uint64_t id : ids_) {
      longest = std::max(longest, wait_service(id, drained));
    }
    EXPECT_LT(longest, 5) << described(*cluster_);
    EXPECT_TRUE(wait_until(soon(), [&] { return !is_low(*cluster_, 1) && !is_low(*cluster_, 2); }))
        << described(*cluster_);
    expect_sound(*cluster_, *load_, ids_);
    std::cout << "service after " << longest << " s with space\n";
  }

  /// SETs through each server until it takes one; how long that was after the space came back.
  double wait_service(std::uint64_t id, Clock::time_point since) {
    std::string reply;
    EXPECT_TRUE(wait_until(soon(),
                           [&] {
                             reply = set(*cluster_, id);
                             return reply == "+OK";
                           }))
        << reply << described(*cluster_);
    return std::chrono::duration<double>(Clock::now() - since).count();
  }

  static inline std::string in_the_way_;
  const std::vector<std::uint64_t> ids_ = {1, 2, 3};
  std::vector<std::unique_ptr<SmallDisk>> disks_;
  std::unique_ptr<KvCluster> cluster_;
  std::unique_ptr<KvLoad> load_;
};

TEST_F(KvDiskFullTest, WritesStopBeforeAnythingBreaksAndReturnWithTheSpace) {
  write_probe();
  disk(1).fill();
  disk(2).fill();
  ASSERT_TRUE(write_until_refused(*cluster_, 3)) << described(*cluster_);
  expect_full();

  // Neither has met the end: all that is committed is everywhere.
  expect_reads_and_no_faults(*cluster_, ids_);
  for (int round = 0; round < 3; ++round) {
    const std::uint64_t before = cluster_->wait_leader(soon());
    ASSERT_NE(before, 0U) << described(*cluster_);
    EXPECT_EQ(
        cluster_->ask_any({before}, {"RAFT.TRANSFER", std::to_string(before % 3 + 1)}, soon()), "");
    expect_reads_and_no_faults(*cluster_, ids_);
  }
  expect_full();
  drain_and_expect_service();
}

TEST_F(KvDiskFullTest, AServerWhoseOwnWritesMeetTheEndVotesAndStarts) {
  write_probe();
  fill_first();
  // It lacks what was committed since, so others answer for it; what it has it gives.
  expect_reads_and_no_faults(*cluster_, {2, 3});
  EXPECT_TRUE(wait_until(soon(), [&] { return get(*cluster_, 1, "stale") == last_read_; }));

  disk(2).fill();
  ASSERT_TRUE(write_until_refused(*cluster_, 3)) << described(*cluster_);
  expect_full();
  // Without the third, only the vote of the first, out of its reserve, makes the second lead.
  cluster_->server(3).kill();
  EXPECT_EQ(cluster_->wait_leader(soon()), 2U) << described(*cluster_);
  cluster_->server(3).start();
  expect_reads_and_no_faults(*cluster_, {2, 3});
  // A start on a full disk.
  cluster_->server(1).kill();
  cluster_->server(1).start();
  expect_reads_and_no_faults(*cluster_, {2, 3});
  EXPECT_TRUE(wait_until(soon(), [&] { return get(*cluster_, 1, "stale") == last_read_; }));
  expect_full();
  drain_and_expect_service();
}

/// The log's file has a bound.
class KvLogFullTest : public KvFullFixture {
 protected:
  static constexpr std::uint64_t kBound = 16U << 20U;

  static KvClusterOptions with_bound(KvClusterOptions options) {
    options.flags.insert(options.flags.end(), {"--map-bytes-max", std::to_string(kBound)});
    return options;
  }

  const std::vector<std::uint64_t> ids_ = {1, 2, 3};
  KvCluster cluster_{with_bound(cluster_options(3))};
  KvLoad load_{patient_load(), ports_of(cluster_, ids_)};
};

TEST_F(KvLogFullTest, MoreIsWrittenThanTheLogTakes) {
  cluster_.start_voters();
  const std::uint64_t leader = cluster_.wait_leader(soon());
  ASSERT_NE(leader, 0U) << described(cluster_);
  load_.start();
  std::uint64_t refused = 0;
  {
    Flood flood(cluster_.client_port(leader), {});
    constexpr std::uint64_t kMoreThanTheLog = 24'000;
    EXPECT_TRUE(wait_until(soon(), [&] { return flood.acknowledged() > kMoreThanTheLog; }))
        << described(cluster_);
    refused = flood.refused();
  }

  ASSERT_TRUE(wait_until(soon(), [&] { return set(cluster_, leader) == "+OK"; }))
      << described(cluster_);
  last_read_ = get(cluster_, leader);
  expect_reads_and_no_faults(cluster_, ids_);
  for (const std::uint64_t id : ids_) {
    EXPECT_LE(cluster_.server(id).status(soon())->db_bytes, kBound);
  }
  expect_sound(cluster_, load_, ids_);
  std::cout << refused << " writes were refused meanwhile\n";
}

}  // namespace buoyant::process
