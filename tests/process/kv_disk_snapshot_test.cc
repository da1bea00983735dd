// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The files of snapshots cannot be written on one server of three, under load: nobody is faulted
/// by it, the server says so, and takes or receives its snapshot when the disk is good again.
///
/// BUOYANT_DISK_FAULTS=all has each of the calls fail.

#include "tests/process/kv_disk_fixture.h"
#include "tests/process/kv_filler.h"

#include <cerrno>
#include <ostream>

namespace buoyant::process::kv_disk_snapshot_test {

struct Case {
  const char* name;
  std::uint32_t calls;
  int code;

  friend void PrintTo(const Case& wanted, std::ostream* out) { *out << wanted.name; }
};

std::vector<Case> cases() {
  std::vector<Case> chosen = {{"Sync", fault_shim::kSync, EIO}};
  if (are_all_disk_faults_wanted()) {
    const std::vector<Case> more = {{"Write", fault_shim::kWrite, EIO},
                                    {"WriteWithoutSpace", fault_shim::kWrite, ENOSPC},
                                    {"Open", fault_shim::kOpen, EIO},
                                    {"Rename", fault_shim::kRename, EIO}};
    chosen.insert(chosen.end(), more.begin(), more.end());
  }
  return chosen;
}

class KvDiskSnapshotTest : public KvDiskFixture, public ::testing::WithParamInterface<Case> {
 protected:
  void strike(std::uint64_t id, const std::string& part) {
    disk(id).set({.calls = GetParam().calls, .part = part, .code = GetParam().code});
  }

  [[nodiscard]] std::uint64_t snapshot_of(std::uint64_t id) {
    const auto status = cluster_->server(id).status(within(seconds(2)));
    return status ? status->snapshot : 0;
  }

  static std::vector<std::string> often() { return {"--snapshot-entries", "300"}; }
};

TEST_P(KvDiskSnapshotTest, OneThatCannotBeTakenIsTakenLater) {
  start(often());
  const std::uint64_t victim = find(Victim::kLeader);
  ASSERT_NE(victim, 0U);

  strike(victim, "/snapshots");

  EXPECT_TRUE(wait_until(soon(), [&] {
    const auto status = cluster_->server(victim).status(within(seconds(2)));
    return status && !status->snapshot_trouble.empty();
  })) << described(*cluster_);
  EXPECT_FALSE(has_metric(victim, "snapshots_failed_total 0")) << get(victim, "/metrics");
  EXPECT_GE(count_in_log(victim, "a snapshot could not be taken"), 1U)
      << cluster_->server(victim).log();
  EXPECT_TRUE(has_metric(victim, "faulted 0")) << get(victim, "/metrics");
  EXPECT_TRUE(load_->wait_acknowledged(100, soon())) << described(*cluster_);
  const std::uint64_t before = snapshot_of(victim);
  disk(victim).heal();
  EXPECT_TRUE(wait_until(soon(), [&] { return snapshot_of(victim) > before; }))
      << described(*cluster_);
  expect_sound(*cluster_, *load_, ids_);
}

TEST_P(KvDiskSnapshotTest, OneThatCannotBeReceivedIsReceivedLater) {
  start(often());
  const std::uint64_t victim = find(Victim::kFollower);
  ASSERT_NE(victim, 0U);
  const auto before = cluster_->server(victim).status(soon());
  ASSERT_TRUE(before);
  cluster_->server(victim).kill();
  ASSERT_TRUE(wait_until(soon(), [&] {
    const std::uint64_t leader = cluster_->wait_leader(soon());
    const auto status = cluster_->server(leader == 0 ? 1 : leader).status(soon());
    return leader != 0 && status && status->first > before->last + 1;
  })) << described(*cluster_);

  strike(victim, "/snapshots/incoming");
  cluster_->server(victim).start();

  EXPECT_TRUE(wait_until(soon(), [&] {
    return count_in_log(victim, "a snapshot could not be taken in") > 0;
  })) << described(*cluster_);
  EXPECT_GE(disk(victim).struck(), 1U);
  EXPECT_LE(snapshot_of(victim), before->last) << described(*cluster_);
  EXPECT_TRUE(load_->wait_acknowledged(50, soon())) << described(*cluster_);
  EXPECT_TRUE(has_metric(victim, "faulted 0")) << get(victim, "/metrics");
  disk(victim).heal();
  EXPECT_TRUE(wait_until(soon(), [&] { return snapshot_of(victim) > before->last; }))
      << described(*cluster_);
  expect_sound(*cluster_, *load_, ids_);
}

INSTANTIATE_TEST_SUITE_P(Faults, KvDiskSnapshotTest, ::testing::ValuesIn(cases()),
                         [](const auto& each) { return std::string(each.param.name); });

}  // namespace buoyant::process::kv_disk_snapshot_test
