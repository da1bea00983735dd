// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The disk of one server of three fails a call, under load: the server stops taking part and
/// says so, the others go on, and after a restart on a good disk it is one of them again.
///
/// BUOYANT_DISK_FAULTS=all has every fault strike leaders and followers.

#include "tests/process/kv_disk_fixture.h"

#include <cerrno>
#include <ostream>

namespace buoyant::process::kv_disk_fault_test {

struct Case {
  const char* name;
  DiskFault fault;
  Victim victim = Victim::kLeader;

  friend void PrintTo(const Case& wanted, std::ostream* out) { *out << wanted.name; }
};

DiskFault failing(std::uint32_t calls, std::int64_t spared = 0, std::int64_t times = 1'000'000) {
  DiskFault fault;
  fault.calls = calls;
  fault.part = kLogFile;
  fault.code = EIO;
  fault.spared = spared;
  fault.times = times;
  return fault;
}

/// A file system that has no space even for what is allocated already: copy-on-write ones.
DiskFault without_any_space() {
  DiskFault fault = failing(kAnyWrite | fault_shim::kAllocate);
  fault.code = ENOSPC;
  return fault;
}

std::vector<Case> cases() {
  std::vector<Case> chosen = {
      {"SyncFailsOnceOnLeader", failing(fault_shim::kSync, 0, 1), Victim::kLeader},
      {"SyncFailsOnceOnFollower", failing(fault_shim::kSync, 0, 1), Victim::kFollower},
      {"WriteFailsOnFollower", failing(fault_shim::kWrite), Victim::kFollower},
      {"MetaPageFailsOnFollower", failing(fault_shim::kDurableWrite), Victim::kFollower},
  };
  if (are_all_disk_faults_wanted()) {
    const std::vector<Case> more = {
        {"SyncFailsOnLeader", failing(fault_shim::kSync), Victim::kLeader},
        {"SyncFailsOnFollower", failing(fault_shim::kSync), Victim::kFollower},
        {"TwentiethSyncFailsOnceOnLeader", failing(fault_shim::kSync, 19, 1), Victim::kLeader},
        {"TwentiethSyncFailsOnceOnFollower", failing(fault_shim::kSync, 19, 1), Victim::kFollower},
        {"WriteFailsOnceOnLeader", failing(fault_shim::kWrite, 0, 1), Victim::kLeader},
        {"WriteFailsOnceOnFollower", failing(fault_shim::kWrite, 0, 1), Victim::kFollower},
        {"TwentiethWriteFailsOnceOnLeader", failing(fault_shim::kWrite, 19, 1), Victim::kLeader},
        {"TwentiethWriteFailsOnceOnFollower", failing(fault_shim::kWrite, 19, 1),
         Victim::kFollower},
        {"WriteFailsOnLeader", failing(fault_shim::kWrite), Victim::kLeader},
        {"MetaPageFailsOnLeader", failing(fault_shim::kDurableWrite), Victim::kLeader},
        {"MetaPageFailsOnceOnLeader", failing(fault_shim::kDurableWrite, 0, 1), Victim::kLeader},
        {"MetaPageFailsOnceOnFollower", failing(fault_shim::kDurableWrite, 0, 1),
         Victim::kFollower},
        {"NoSpaceInTheReserveOnLeader", without_any_space(), Victim::kLeader},
        {"NoSpaceInTheReserveOnFollower", without_any_space(), Victim::kFollower},
        {"EverythingFailsOnLeader", failing(kAnyWrite | fault_shim::kSync | fault_shim::kAllocate),
         Victim::kLeader},
        {"EverythingFailsOnFollower",
         failing(kAnyWrite | fault_shim::kSync | fault_shim::kAllocate), Victim::kFollower},
    };
    chosen.insert(chosen.end(), more.begin(), more.end());
  }
  return chosen;
}

class KvDiskFaultTest : public KvDiskFixture, public ::testing::WithParamInterface<Case> {
 protected:
  /// In its status, over RESP and HTTP, in the metrics, and in one line of its log.
  void expect_says_that_it_is_faulted(std::uint64_t id) {
    const auto status = cluster_->server(id).status(soon());
    ASSERT_TRUE(status) << cluster_->server(id).log();
    EXPECT_EQ(status->faulted, "a write to storage failed");
    EXPECT_NE(status->json.find("restart this server"), std::string::npos) << status->json;
    EXPECT_NE(get(id, "/status").find("\"role\":\"faulted\""), std::string::npos);
    EXPECT_TRUE(has_metric(id, "faulted 1")) << get(id, "/metrics");
    EXPECT_TRUE(has_metric(id, "storage_failed 1")) << get(id, "/metrics");
    EXPECT_TRUE(has_metric(id, "is_leader 0")) << get(id, "/metrics");
    EXPECT_EQ(count_in_log(id, "faulted: a write to storage failed"), 1U)
        << cluster_->server(id).log();
    const std::string code = std::to_string(GetParam().fault.code);
    EXPECT_EQ(count_in_log(id, "write to the log (" + code + "); check its disk"), 1U)
        << cluster_->server(id).log();
  }
};

TEST_P(KvDiskFaultTest, TheServerIsFaultedAndTheOthersGoOn) {
  start();
  const std::uint64_t victim = find(GetParam().victim);
  ASSERT_NE(victim, 0U) << described(*cluster_);

  disk(victim).set(GetParam().fault);

  // Some calls are made only when the journal is full.
  const std::string large(200'000, 'l');
  EXPECT_TRUE(wait_until(soon(), [&] {
    static_cast<void>(cluster_->ask_any(ids_, {"SET", "large", large}, within(seconds(5))));
    return has_role(victim, "faulted");
  })) << described(*cluster_);
  EXPECT_GE(disk(victim).struck(), 1U);
  expect_others_go_on(victim);
  // A later call that goes well does not make it believe in its disk again.
  expect_says_that_it_is_faulted(victim);
  EXPECT_TRUE(
      cluster_->server(victim).ask_shown({"SET", "x", "y"}, soon()).starts_with("-FAULTED"));
  restart_on_good_disk(victim);
  EXPECT_TRUE(wait_until(soon(), [&] { return has_metric(victim, "faulted 0"); }))
      << described(*cluster_);
  EXPECT_TRUE(load_->wait_acknowledged(50, soon())) << described(*cluster_);
  expect_sound(*cluster_, *load_, ids_);
}

class KvBadDiskTest : public KvDiskFixture {};

TEST_F(KvBadDiskTest, AStartOnItEndsAtOnceAndSaysWhy) {
  start();
  const std::uint64_t victim = find(Victim::kFollower);
  ASSERT_NE(victim, 0U);
  disk(victim).set(failing(kAnyWrite | fault_shim::kSync));
  ASSERT_TRUE(wait_until(soon(), [&] { return has_role(victim, "faulted"); }))
      << described(*cluster_);
  cluster_->server(victim).kill();

  cluster_->server(victim).start();

  constexpr int kStorageFailed = 10;
  EXPECT_EQ(cluster_->server(victim).process().wait(soon()), (Ended{kStorageFailed, 0}));
  EXPECT_EQ(count_in_log(victim, "cannot start: the disk or the file system failed: "), 1U)
      << cluster_->server(victim).log();
  expect_others_serve(victim);
  disk(victim).heal();
  cluster_->server(victim).start();
  expect_sound(*cluster_, *load_, ids_);
}

INSTANTIATE_TEST_SUITE_P(Faults, KvDiskFaultTest, ::testing::ValuesIn(cases()),
                         [](const auto& each) { return std::string(each.param.name); });

}  // namespace buoyant::process::kv_disk_fault_test
