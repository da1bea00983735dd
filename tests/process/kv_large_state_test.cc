// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A large state machine: writes go on while its snapshot is created, sent and installed, no
/// loop is held for long, and no server needs much memory beyond the state itself.
///
/// BUOYANT_STATE_MIB=1024 makes the long run of it. BUOYANT_STATE_STRICT=1 holds the figures to
/// what is promised of a release build on a machine that has nothing else to do.

#include "tests/process/kv_cluster_fixture.h"
#include "tests/process/kv_filler.h"
#include "tests/process/latency_probe.h"
#include "tests/process/snapshot_files.h"
#include "tests/support/process/figures.h"

#include <algorithm>
#include <map>
#include <optional>

namespace buoyant::process {

class KvLargeStateTest : public KvClusterFixture {
 protected:
  /// Beyond the state itself, in MiB.
  static constexpr double kMemoryMax = 64;
  static constexpr std::size_t kValueBytes = std::size_t{4} << 10U;

  /// What is watched while something goes on.
  struct Phase {
    LatencyProbe::Latencies latencies;
    double turn_longest_ms = 0;
    /// Of the two that have the state, the larger growth since the beginning of the phase.
    double memory_mebibytes = 0;
    /// The most that the third one had.
    double memory_of_third = 0;
    double seconds = 0;
  };

  static KvClusterOptions without_snapshots_of_its_own(KvClusterOptions options) {
    // Default timeouts; snapshots only when they are asked for.
    options.flags = {"--snapshot-entries", "1000000000",      "--snapshot-bytes",
                     "1000000000000",      "--map-bytes-max", "17179869184"};
    return options;
  }

  double memory_of(std::uint64_t id) {
    constexpr double kMebibyte = 1 << 20;
    const auto figures = figures_of(cluster_.server(id).process().pid());
    return figures ? static_cast<double>(figures->unclean_bytes) / kMebibyte : 0;
  }

  /// Watches the servers until it is over.
  Phase watch(LatencyProbe& probe, Deadline deadline, auto&& is_over) {
    std::map<std::uint64_t, double> before;
    for (const std::uint64_t id : ids_) {
      before[id] = memory_of(id);
    }
    probe.take();
    const auto begin = Clock::now();
    Phase phase;
    bool is_done = false;
    while (!is_done && Clock::now() < deadline) {
      rest(milliseconds(50));
      is_done = is_over();
      for (const std::uint64_t id : ids_) {
        double& largest = id == third_ ? phase.memory_of_third : phase.memory_mebibytes;
        largest = std::max(largest, memory_of(id) - (id == third_ ? 0 : before[id]));
      }
    }
    EXPECT_TRUE(is_done) << described(cluster_);
    phase.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    phase.latencies = probe.take();
    for (const auto& [id, status] : cluster_.statuses(soon())) {
      phase.turn_longest_ms = std::max(phase.turn_longest_ms, status.turn_longest_ms);
    }
    return phase;
  }

  static void print(const char* name, const Phase& phase) {
    std::cout << name << ": " << phase.seconds << " s, " << phase.latencies.writes
              << " writes, commit p50 " << phase.latencies.p50_ms << " ms, p99 "
              << phase.latencies.p99_ms << " ms, max " << phase.latencies.max_ms
              << " ms; longest turn so far " << phase.turn_longest_ms << " ms; memory +"
              << phase.memory_mebibytes << " MiB, third server " << phase.memory_of_third
              << " MiB\n";
  }

  const std::vector<std::uint64_t> ids_ = {1, 2, 3};
  /// The server that is away until there is a snapshot.
  std::uint64_t third_ = 0;
  const std::uint64_t mebibytes_ = number_from_environment("BUOYANT_STATE_MIB", 64);
  const bool is_strict_ = number_from_environment("BUOYANT_STATE_STRICT", 0) != 0;
  /// As much time as it takes to move the state at 4 MiB/s, on any machine.
  const seconds patience_ = seconds(60 + mebibytes_ / 4);
  KvCluster cluster_{without_snapshots_of_its_own(cluster_options(3))};
};

TEST_F(KvLargeStateTest, ASnapshotIsCreatedSentAndInstalledBesideTheWrites) {
  cluster_.start_voters();
  const std::uint64_t leader = cluster_.wait_leader(soon());
  ASSERT_NE(leader, 0U) << described(cluster_);
  KvServer& server = cluster_.server(leader);
  const std::uint64_t keys = (mebibytes_ << 20U) / kValueBytes;
  third_ = leader % ids_.size() + 1;
  const std::uint64_t other = third_ % ids_.size() + 1;
  cluster_.server(third_).kill();
  ASSERT_TRUE(fill(server.client_port(), "state", keys, kValueBytes, within(patience_)));
  ASSERT_TRUE(cluster_.wait_settled({leader, other}, soon()));

  LatencyProbe probe(server.client_port(), milliseconds(5));
  const Deadline calm = within(seconds(5));
  const Phase before = watch(probe, soon(), [&] { return Clock::now() > calm; });
  print("before", before);

  RespClient asking(server.client_port());
  asking.send({"RAFT.SNAPSHOT"});
  std::optional<RespValue> reply;
  const Phase creating = watch(probe, within(patience_), [&] {
    asking.pump();
    reply = asking.take();
    return reply.has_value();
  });
  ASSERT_FALSE(!reply || reply->is_error()) << (reply ? shown(*reply) : "no reply");
  print("creating", creating);
  ASSERT_GT(snapshot_bytes(server.data_path()), (mebibytes_ << 20U) / 2);

  ASSERT_GT(server.status(soon())->first, 10U) << "the log was not purged";

  KvServer& third = cluster_.server(third_);
  third.start();
  const Phase sending = watch(probe, within(patience_), [&] {
    const auto status = third.status(within(milliseconds(300)));
    const auto own = server.status(within(milliseconds(300)));
    return status && own && status->snapshot > 0 && status->applied + 100 > own->commit;
  });
  print("sending and installing", sending);

  const double p99_max_ms =
      is_strict_ ? 3 * before.latencies.p99_ms : std::max(10 * before.latencies.p99_ms, 100.0);
  for (const Phase* phase : {&creating, &sending}) {
    EXPECT_EQ(phase->latencies.failures, 0U);
    EXPECT_GT(phase->latencies.writes, 0U);
    EXPECT_LT(phase->latencies.p99_ms, p99_max_ms);
    EXPECT_LT(phase->memory_mebibytes, kMemoryMax);
  }
  EXPECT_LT(sending.memory_of_third, memory_of(leader) + kMemoryMax);
  EXPECT_LT(sending.turn_longest_ms, is_strict_ ? 2.0 : 20.0);
  EXPECT_EQ(cluster_.wait_leader(soon()), leader) << "it was deposed";
}

}  // namespace buoyant::process
