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

using namespace fault_shim;

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

std::vector<Case> cases() {
  std::vector<Case> chosen = {
      {"SyncFailsOnceOnLeader", failing(kSync, 0, 1), Victim::kLeader},
      {"SyncFailsOnceOnFollower", failing(kSync, 0, 1), Victim::kFollower},
      {"WriteFailsOnFollower", failing(kWrite), Victim::kFollower},
      {"MetaPageFailsOnFollower", failing(kDurableWrite), Victim::kFollower},
  };
  if (are_all_disk_faults_wanted()) {
    const std::vector<Case> more = {
        {"SyncFailsOnLeader", failing(kSync), Victim::kLeader},
        {"SyncFailsOnFollower", failing(kSync), Victim::kFollower},
        {"TwentiethSyncFailsOnceOnLeader", failing(kSync, 19, 1), Victim::kLeader},
        {"TwentiethSyncFailsOnceOnFollower", failing(kSync, 19, 1), Victim::kFollower},
        {"WriteFailsOnceOnLeader", failing(kWrite, 0, 1), Victim::kLeader},
        {"WriteFailsOnceOnFollower", failing(kWrite, 0, 1), Victim::kFollower},
        {"TwentiethWriteFailsOnceOnLeader", failing(kWrite, 19, 1), Victim::kLeader},
        {"TwentiethWriteFailsOnceOnFollower", failing(kWrite, 19, 1), Victim::kFollower},
        {"WriteFailsOnLeader", failing(kWrite), Victim::kLeader},
        {"MetaPageFailsOnLeader", failing(kDurableWrite), Victim::kLeader},
        {"MetaPageFailsOnceOnLeader", failing(kDurableWrite, 0, 1), Victim::kLeader},
        {"MetaPageFailsOnceOnFollower", failing(kDurableWrite, 0, 1), Victim::kFollower},
        {"EverythingFailsOnLeader", failing(kAnyWrite | kSync | kAllocate), Victim::kLeader},
        {"EverythingFailsOnFollower", failing(kAnyWrite | kSync | kAllocate), Victim::kFollower},
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
    EXPECT_EQ(count_in_log(id, "write to the log (5); check its disk"), 1U)
        << cluster_->server(id).log();
  }
};

TEST_P(KvDiskFaultTest, TheServerIsFaultedAndTheOthersGoOn) {
  start();
  const std::uint64_t victim = find(GetParam().victim);
  ASSERT_NE(victim, 0U) << described(*cluster_);

  disk(victim).set(GetParam().fault);

  EXPECT_TRUE(wait_until(soon(), [&] { return has_role(victim, "faulted"); }))
      << described(*cluster_);
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

INSTANTIATE_TEST_SUITE_P(Faults, KvDiskFaultTest, ::testing::ValuesIn(cases()),
                         [](const auto& each) { return std::string(each.param.name); });

}  // namespace buoyant::process::kv_disk_fault_test
