// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Writes at full speed while a follower stands still: the leader's memory and its database stay
/// bounded, and the follower catches up afterwards.
///
/// BUOYANT_STOPPED_SECONDS=300 makes the long run of it.

#include "tests/process/kv_cluster_fixture.h"
#include "tests/process/kv_filler.h"
#include "tests/support/process/figures.h"

#include <algorithm>
#include <csignal>

namespace buoyant::process {

class KvStoppedFollowerTest : public KvClusterFixture {
 protected:
  /// What the leader has at a time, in MiB.
  struct Sizes {
    double memory = 0;
    double database = 0;

    void take_larger(const Sizes& other) {
      memory = std::max(memory, other.memory);
      database = std::max(database, other.database);
    }
  };

  static KvClusterOptions with_snapshots(KvClusterOptions options) {
    options.flags.insert(options.flags.end(), {"--snapshot-bytes", std::to_string(16U << 20U)});
    return options;
  }

  Sizes sizes_of(std::uint64_t id) {
    constexpr double kMebibyte = 1 << 20;
    const auto figures = figures_of(cluster_.server(id).process().pid());
    const auto status = cluster_.server(id).status(soon());
    return {figures ? static_cast<double>(figures->unclean_bytes) / kMebibyte : 0,
            status ? static_cast<double>(status->db_bytes) / kMebibyte : 0};
  }

  /// The largest sizes in so much time.
  Sizes watch(std::uint64_t id, Clock::duration duration) {
    Sizes largest;
    for (const Deadline end = within(duration); Clock::now() < end;) {
      largest.take_larger(sizes_of(id));
      rest(milliseconds(100));
    }
    return largest;
  }

  const std::vector<std::uint64_t> ids_ = {1, 2, 3};
  KvCluster cluster_{with_snapshots(cluster_options(3))};
};

TEST_F(KvStoppedFollowerTest, TheLeaderStaysBoundedAndTheFollowerCatchesUp) {
  const seconds duration(number_from_environment("BUOYANT_STOPPED_SECONDS", 8));
  cluster_.start_voters();
  const std::uint64_t leader = cluster_.wait_leader(soon());
  ASSERT_NE(leader, 0U) << described(cluster_);
  const std::uint64_t follower = leader % ids_.size() + 1;
  const Sizes idle = sizes_of(leader);
  std::uint64_t last = 0;

  Sizes first;
  Sizes second;
  std::uint64_t written = 0;
  {
    // The follower stops under load, with requests on their way to it.
    Flood flood(cluster_.client_port(leader), {});
    ASSERT_TRUE(wait_until(soon(), [&] { return flood.acknowledged() > 1000; }));
    cluster_.server(follower).process().signal(SIGSTOP);
    last = cluster_.server(leader).status(soon())->last;
    first = watch(leader, duration / 2);
    second = watch(leader, duration / 2);
    written = flood.acknowledged();
    EXPECT_EQ(flood.refused(), 0U);
  }
  cluster_.server(follower).process().signal(SIGCONT);
  const auto behind_at = Clock::now();

  EXPECT_TRUE(cluster_.wait_settled(ids_, within(seconds(60)))) << described(cluster_);
  const std::chrono::duration<double> caught_up = Clock::now() - behind_at;
  EXPECT_EQ(cluster_.wait_leader(soon()), leader) << "it was deposed";
  EXPECT_GT(cluster_.server(follower).status(soon())->snapshot, last) << "it needed no snapshot";
  // A state of 1 MiB, the entries in memory, a window to each follower, a snapshot on its way.
  constexpr double kMemoryMax = 64;
  EXPECT_LT(first.memory - idle.memory, kMemoryMax);
  EXPECT_LT(second.memory - idle.memory, kMemoryMax);
  // What is between two snapshots, the tail that is kept, and pages that wait for use; the file
  // grows in steps of 64 MiB.
  constexpr double kDatabaseMax = 512;
  EXPECT_LT(second.database, std::max(kDatabaseMax, 1.25 * first.database));
  EXPECT_EQ(cluster_.compare_states(ids_, soon()), "");
  EXPECT_TRUE(cluster_.stop_all(within(seconds(5))));
  std::cout << written << " writes of 1 KiB in " << duration.count() << " s; memory " << idle.memory
            << " MiB before, then at most " << first.memory << " and " << second.memory
            << "; database at most " << first.database << " and " << second.database
            << " MiB; caught up in " << caught_up.count() << " s\n";
}

}  // namespace buoyant::process
