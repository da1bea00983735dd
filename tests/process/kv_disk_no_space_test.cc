// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The kernel says that there is no space, under load: nobody is faulted by it, and when there is
/// space again all goes on without a restart.
///
/// BUOYANT_DISK_FAULTS=all has every call say so, on leaders and followers.

#include "tests/process/kv_disk_fixture.h"
#include "tests/process/kv_filler.h"
#include "tests/support/process/resp_client.h"

#include <cerrno>
#include <ostream>

namespace buoyant::process::kv_disk_no_space_test {

/// More than the file has room for: 64 MiB at first.
constexpr std::uint64_t kFillKeys = 320;
constexpr std::size_t kFillBytes = std::size_t{256} << 10U;

struct Case {
  const char* name;
  std::uint32_t calls;
  int code;
  Victim victim;

  friend void PrintTo(const Case& wanted, std::ostream* out) { *out << wanted.name; }
};

std::vector<Case> cases() {
  std::vector<Case> chosen = {
      {"WriteOnLeader", fault_shim::kWrite, ENOSPC, Victim::kLeader},
  };
  if (are_all_disk_faults_wanted()) {
    const std::vector<Case> more = {
        {"WriteOnFollower", fault_shim::kWrite, ENOSPC, Victim::kFollower},
        {"QuotaOfWriteOnLeader", fault_shim::kWrite, EDQUOT, Victim::kLeader},
        {"QuotaOfWriteOnFollower", fault_shim::kWrite, EDQUOT, Victim::kFollower},
        {"SyncOnLeader", fault_shim::kSync, ENOSPC, Victim::kLeader},
        {"SyncOnFollower", fault_shim::kSync, ENOSPC, Victim::kFollower},
    };
    chosen.insert(chosen.end(), more.begin(), more.end());
  }
  return chosen;
}

class KvDiskNoSpaceOnceTest : public KvDiskFixture, public ::testing::WithParamInterface<Case> {};

TEST_P(KvDiskNoSpaceOnceTest, TheWriteIsTriedAgainAndNobodyIsFaulted) {
  start();
  const std::uint64_t victim = find(GetParam().victim);
  ASSERT_NE(victim, 0U);

  disk(victim).set(
      {.calls = GetParam().calls, .part = kLogFile, .code = GetParam().code, .times = 1});

  EXPECT_TRUE(wait_until(soon(), [&] { return disk(victim).struck() == 1; }));
  EXPECT_TRUE(load_->wait_acknowledged(100, soon())) << described(*cluster_);
  EXPECT_TRUE(has_metric(victim, "faulted 0")) << get(victim, "/metrics");
  expect_sound(*cluster_, *load_, ids_);
}

INSTANTIATE_TEST_SUITE_P(Faults, KvDiskNoSpaceOnceTest, ::testing::ValuesIn(cases()),
                         [](const auto& each) { return std::string(each.param.name); });

class KvDiskNoSpaceTest : public KvDiskFixture {
 protected:
  /// So that no snapshot makes room.
  static std::vector<std::string> never() {
    return {"--snapshot-entries", "1000000000", "--snapshot-bytes", "1000000000000"};
  }

  /// What a linearizable read gives there; "": no answer in time.
  [[nodiscard]] std::string read(std::uint64_t through) const {
    RespClient client(cluster_->client_port(through));
    static_cast<void>(client.ask({"READMODE", "linearizable"}, soon()));
    const auto reply = client.ask({"GET", "probe"}, soon());
    return reply ? shown(*reply) : std::string();
  }

  void expect_reads() {
    for (const std::uint64_t id : ids_) {
      EXPECT_TRUE(wait_until(soon(), [&] { return read(id) == "$written"; }))
          << "server " << id << ": " << read(id) << described(*cluster_);
    }
  }

  void expect_transfer() {
    const std::uint64_t before = cluster_->wait_leader(soon());
    ASSERT_NE(before, 0U) << described(*cluster_);
    const std::string to = std::to_string(before % ids_.size() + 1);
    EXPECT_EQ(cluster_->ask_any({before}, {"RAFT.TRANSFER", to}, soon()), "")
        << described(*cluster_);
  }

  /// The log's file can get no larger.
  void fill_disk(std::uint64_t id) {
    disk(id).set({.calls = fault_shim::kAllocate, .part = kLogFile, .code = ENOSPC});
  }

  bool fill_log(std::uint64_t through) {
    return fill(cluster_->client_port(through), "fill", kFillKeys, kFillBytes, soon());
  }

  void set_until_refused(std::uint64_t through, std::string& reply) {
    const std::string value(kFillBytes, 'x');
    wait_until(soon(), [&] {
      reply = cluster_->server(through).ask_shown({"SET", "large", value}, soon());
      return reply.starts_with("-NOSPACE");
    });
  }
};

TEST_F(KvDiskNoSpaceTest, OneFullDiskStopsNobody) {
  start(never());
  const std::uint64_t victim = find(Victim::kFollower);
  ASSERT_NE(victim, 0U);
  fill_disk(victim);

  EXPECT_TRUE(fill_log(find(Victim::kLeader))) << described(*cluster_);

  EXPECT_TRUE(wait_until(soon(), [&] { return disk(victim).struck() > 0; }));
  expect_others_serve(victim);
  EXPECT_TRUE(has_metric(victim, "faulted 0")) << get(victim, "/metrics");
  EXPECT_TRUE(has_metric(victim, "storage_space_low 1")) << get(victim, "/metrics");
  disk(victim).heal();
  expect_sound(*cluster_, *load_, ids_);
}

TEST_F(KvDiskNoSpaceTest, AMajorityOfFullDisksRefusesWritesUntilThereIsSpace) {
  start(never());
  const std::uint64_t leader = find(Victim::kLeader);
  ASSERT_NE(leader, 0U);
  ASSERT_EQ(cluster_->ask_any({leader}, {"SET", "probe", "written"}, soon()), "");
  const std::uint64_t follower = leader % ids_.size() + 1;
  fill_disk(leader);
  fill_disk(follower);

  std::string reply;
  set_until_refused(leader, reply);

  EXPECT_TRUE(reply.starts_with("-NOSPACE")) << reply << described(*cluster_);
  // Reads and elections go on, though statvfs still promises space here.
  expect_reads();
  for (std::size_t round = 0; round < ids_.size(); ++round) {
    expect_transfer();
    expect_reads();
  }
  for (const std::uint64_t id : ids_) {
    EXPECT_TRUE(has_metric(id, "faulted 0")) << get(id, "/metrics");
    // It was heard of before a write met the end.
    EXPECT_EQ(count_in_log(id, "the disk is full"), 0U) << cluster_->server(id).log();
  }
  disk(leader).heal();
  disk(follower).heal();
  EXPECT_EQ(cluster_->ask_any(ids_, {"SET", "alive", "x"}, soon()), "") << described(*cluster_);
  EXPECT_TRUE(load_->wait_acknowledged(100, soon())) << described(*cluster_);
  expect_sound(*cluster_, *load_, ids_);
}

TEST_F(KvDiskNoSpaceTest, AMajorityOfFullDisksMakesRoomBySnapshots) {
  start();
  const std::uint64_t leader = find(Victim::kLeader);
  ASSERT_NE(leader, 0U);
  const std::uint64_t follower = leader % ids_.size() + 1;
  fill_disk(leader);
  fill_disk(follower);

  {
    Flood flood(cluster_->client_port(leader),
                {.keys = 4, .value_bytes = kFillBytes, .connections = 1, .window = 4});
    EXPECT_TRUE(wait_until(soon(), [&] { return flood.acknowledged() > kFillKeys; }))
        << flood.acknowledged() << described(*cluster_);
  }

  for (const std::uint64_t id : {leader, follower}) {
    EXPECT_GT(disk(id).struck(), 0U);
    EXPECT_TRUE(has_metric(id, "faulted 0")) << get(id, "/metrics");
  }
  expect_sound(*cluster_, *load_, ids_);
}

}  // namespace buoyant::process::kv_disk_no_space_test
