// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The disk of one server of three hangs, or is slow, under load: a leader whose disk hangs gives
/// way after the disk-stall limit and does not stand again before its disk answers.
///
/// BUOYANT_DISK_FAULTS=all has the leader's be slow too, BUOYANT_DISK_STUCK_SECONDS=60 lets it hang
/// for so long.

#include "tests/process/kv_disk_fixture.h"

#include <csignal>

namespace buoyant::process::kv_disk_stall_test {

class KvDiskStallTest : public KvDiskFixture {
 protected:
  static DiskFault stuck() {
    return {.action = fault_shim::Action::kStuck,
            .calls = kAnyWrite | fault_shim::kSync,
            .part = kLogFile};
  }

  static DiskFault slow() {
    return {.action = fault_shim::Action::kSlow,
            .calls = fault_shim::kSync,
            .part = kLogFile,
            .milliseconds = 200};
  }

  /// Nobody else is there to lead for some election timeouts, and still it does not stand.
  void expect_does_not_stand(std::uint64_t victim) {
    for (const std::uint64_t id : ids_) {
      if (id != victim) {
        cluster_->server(id).process().signal(SIGSTOP);
      }
    }
    const bool stood = wait_until(within(seconds(3)), [&] {
      return has_role(victim, "candidate") || has_role(victim, "leader");
    });
    for (const std::uint64_t id : ids_) {
      if (id != victim) {
        cluster_->server(id).process().signal(SIGCONT);
      }
    }
    EXPECT_FALSE(stood) << described(*cluster_);
  }

  const std::uint64_t stuck_seconds_ = number_from_environment("BUOYANT_DISK_STUCK_SECONDS", 0);
};

TEST_F(KvDiskStallTest, AStuckLeaderGivesWayAndComesBackByItself) {
  start();
  const std::uint64_t victim = find(Victim::kLeader);
  ASSERT_NE(victim, 0U);

  disk(victim).set(stuck());

  expect_others_go_on(victim);
  EXPECT_GE(disk(victim).struck(), 1U);
  EXPECT_GE(count_in_log(victim, "(the disk is stalled)"), 1U) << cluster_->server(victim).log();
  EXPECT_TRUE(has_role(victim, "follower")) << described(*cluster_);
  expect_does_not_stand(victim);
  expect_others_go_on(victim);
  rest(seconds(stuck_seconds_));
  EXPECT_TRUE(has_metric(victim, "faulted 0")) << get(victim, "/metrics");
  EXPECT_FALSE(has_metric(victim, "storage_oldest_write_seconds 0")) << get(victim, "/metrics");
  EXPECT_TRUE(load_->wait_acknowledged(50, soon())) << described(*cluster_);
  disk(victim).heal();
  EXPECT_TRUE(load_->wait_acknowledged(50, soon())) << described(*cluster_);
  expect_sound(*cluster_, *load_, ids_);
}

TEST_F(KvDiskStallTest, AStuckServerStopsWhenItIsToldTo) {
  start();
  const std::uint64_t victim = find(Victim::kFollower);
  ASSERT_NE(victim, 0U);

  disk(victim).set(stuck());

  EXPECT_TRUE(wait_until(soon(), [&] { return disk(victim).struck() > 0; }));
  expect_others_go_on(victim);
  restart_on_good_disk(victim);
  EXPECT_TRUE(load_->wait_acknowledged(50, soon())) << described(*cluster_);
  expect_sound(*cluster_, *load_, ids_);
}

TEST_F(KvDiskStallTest, ASlowFollowerDoesNotSlowTheOthers) {
  start();
  const std::uint64_t victim = find(Victim::kFollower);
  ASSERT_NE(victim, 0U);

  // Who calls at the slow one waits for what it applies.
  std::vector<std::uint64_t> others = ids_;
  std::erase(others, victim);
  load_->set_ports(ports_of(*cluster_, others));
  disk(victim).set(slow());

  EXPECT_TRUE(wait_until(soon(), [&] { return disk(victim).struck() > 0; }));
  EXPECT_TRUE(load_->wait_acknowledged(1000, soon())) << described(*cluster_);
  EXPECT_TRUE(has_metric(victim, "faulted 0")) << get(victim, "/metrics");
  disk(victim).heal();
  expect_sound(*cluster_, *load_, ids_);
}

TEST_F(KvDiskStallTest, ASlowLeaderGoesOn) {
  if (!are_all_disk_faults_wanted()) {
    GTEST_SKIP() << "one of BUOYANT_DISK_FAULTS=all";
  }
  start();
  const std::uint64_t victim = find(Victim::kLeader);
  ASSERT_NE(victim, 0U);

  disk(victim).set(slow());

  EXPECT_TRUE(wait_until(soon(), [&] { return disk(victim).struck() > 0; }));
  EXPECT_TRUE(load_->wait_acknowledged(100, soon())) << described(*cluster_);
  EXPECT_TRUE(has_metric(victim, "faulted 0")) << get(victim, "/metrics");
  disk(victim).heal();
  expect_sound(*cluster_, *load_, ids_);
}

}  // namespace buoyant::process::kv_disk_stall_test
