// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/chaos.h"

#include "tests/simulation/cluster_fixture.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <set>
#include <string>

namespace buoyant::simulation::chaos_test {

using std::chrono::seconds;

class ChaosTest : public ClusterFixture {
 protected:
  /// The world with these faults, for a minute.
  void suffer(FaultSet faults, std::uint64_t count = 3) {
    plan.faults = faults;
    sink = [this](const TraceEvent& event) {
      seen.insert(event.what);
      details.insert(event.detail);
    };
    make_servers(count);
    start_all();
    chaos = std::make_unique<Chaos>(*world, servers);
    chaos->start();
    run_for(seconds(60));
  }

  void heal() {
    chaos->heal();
    run_for(seconds(30));
  }

  [[nodiscard]] bool has_seen(const char* what) const { return seen.contains(what); }

  /// A detail that begins so, and is about a write.
  [[nodiscard]] bool has_detail_like(const std::string& start) const {
    return std::any_of(details.begin(), details.end(), [&](const std::string& detail) {
      return detail.starts_with(start) && detail.ends_with(" is written");
    });
  }

  std::size_t corrupt_disks() {
    return static_cast<std::size_t>(
        std::count_if(servers.begin(), servers.end(),
                      [](const auto& each) { return each->disk().has_corruption(); }));
  }

  std::set<std::string> seen;
  std::set<std::string> details;
  std::unique_ptr<Chaos> chaos;
};

TEST_F(ChaosTest, WithoutFaultsNothingStrikes) {
  suffer({});

  for (const char* what : {"crash", "close", "pause", "block", "reset", "half_open", "slow_disk",
                           "stuck_disk", "full_disk", "corrupt", "faulted"}) {
    EXPECT_FALSE(has_seen(what)) << what;
  }
  EXPECT_EQ(violated(), "");
}

TEST_F(ChaosTest, ServersCrashByChance) {
  suffer({Fault::kCrash});

  EXPECT_TRUE(details.contains("by chance"));
  EXPECT_EQ(violated(), "");
}

TEST_F(ChaosTest, AllServersCrashAtOnce) {
  suffer({Fault::kClusterCrash});

  EXPECT_TRUE(details.contains("with all others"));
  EXPECT_EQ(violated(), "");
}

TEST_F(ChaosTest, ServersCrashBeforeAndAfterWrites) {
  suffer({Fault::kCrashAtWrite, Fault::kReset, Fault::kPause});

  EXPECT_TRUE(has_detail_like("before "));
  EXPECT_TRUE(has_detail_like("after "));
  EXPECT_EQ(violated(), "");
}

TEST_F(ChaosTest, MembersChange) {
  suffer({Fault::kMembership}, 5);

  EXPECT_TRUE(has_seen("change"));
  EXPECT_TRUE(details.contains("begins"));
  EXPECT_TRUE(details.contains("done"));
  const auto has_joint = [](const std::string& detail) {
    return detail.starts_with("at ") && detail.find(" from ") != std::string::npos;
  };
  EXPECT_TRUE(std::any_of(details.begin(), details.end(), has_joint));
  EXPECT_EQ(violated(), "");
}

TEST_F(ChaosTest, NodesAreClosedAndOpenedAgain) {
  suffer({Fault::kRestart});

  EXPECT_TRUE(has_seen("closed"));
  EXPECT_TRUE(details.contains("run 2"));
  EXPECT_EQ(violated(), "");
}

TEST_F(ChaosTest, ProcessesStandStill) {
  suffer({Fault::kPause});

  EXPECT_TRUE(has_seen("pause"));
  EXPECT_EQ(violated(), "");
}

TEST_F(ChaosTest, ConnectionsEnd) {
  suffer({Fault::kReset});

  EXPECT_TRUE(has_seen("reset"));
  EXPECT_EQ(violated(), "");
}

TEST_F(ChaosTest, ConnectionsEndOnOneSide) {
  suffer({Fault::kHalfOpen});

  EXPECT_TRUE(has_seen("half_open"));
  EXPECT_EQ(violated(), "");
}

TEST_F(ChaosTest, LinksAreBlockedAndOpened) {
  suffer({Fault::kClog});

  EXPECT_TRUE(has_seen("block"));
  EXPECT_TRUE(has_seen("unblock"));
  EXPECT_EQ(violated(), "");
}

TEST_F(ChaosTest, GroupsAreParted) {
  suffer({Fault::kPartition});

  EXPECT_TRUE(has_seen("block"));
  EXPECT_TRUE(has_seen("unblock"));
  EXPECT_EQ(violated(), "");
}

TEST_F(ChaosTest, ServersDoNotHearOrAreNotHeard) {
  suffer({Fault::kOneWay});

  EXPECT_TRUE(has_seen("block"));
  EXPECT_EQ(violated(), "");
}

TEST_F(ChaosTest, DisksAreSlow) {
  suffer({Fault::kSlowDisk});

  EXPECT_TRUE(has_seen("slow_disk"));
  EXPECT_EQ(violated(), "");
}

TEST_F(ChaosTest, DisksHang) {
  suffer({Fault::kStuckDisk});

  EXPECT_TRUE(has_seen("stuck_disk"));
  EXPECT_EQ(violated(), "");
}

TEST_F(ChaosTest, DisksAreFull) {
  suffer({Fault::kFullDisk});

  EXPECT_TRUE(has_seen("full_disk"));
  EXPECT_EQ(violated(), "");
}

TEST_F(ChaosTest, WritesFail) {
  suffer({Fault::kFailedWrite, Fault::kCrash});

  EXPECT_TRUE(has_seen("faulted"));
  EXPECT_EQ(violated(), "");
}

TEST_F(ChaosTest, ReadsFail) {
  suffer({Fault::kFailedRead});

  EXPECT_TRUE(std::any_of(servers.begin(), servers.end(),
                          [](const auto& each) { return each->disk().fail_next_read; }) ||
              has_seen("faulted"));
  EXPECT_EQ(violated(), "");
}

TEST_F(ChaosTest, RecordsGoBadOnAMinorityOfTheDisks) {
  suffer({Fault::kCorruptRecord}, 5);

  EXPECT_TRUE(has_seen("corrupt"));
  EXPECT_EQ(corrupt_disks(), 2U);
}

TEST_F(ChaosTest, WithTwoServersNoRecordGoesBad) {
  suffer({Fault::kCorruptRecord}, 2);

  EXPECT_FALSE(has_seen("corrupt"));
}

TEST_F(ChaosTest, HealedDisksAndLinksAreInOrder) {
  suffer({Fault::kPartition, Fault::kOneWay, Fault::kSlowDisk, Fault::kStuckDisk, Fault::kFullDisk,
          Fault::kFailedWrite, Fault::kFailedRead});

  chaos->heal();

  for (const auto& each : servers) {
    const Disk& disk = each->disk();
    EXPECT_FALSE(disk.full || disk.stuck || disk.fail_next_read || disk.fail_next_write);
    EXPECT_LT(disk.write_time, std::chrono::milliseconds(1));
    for (const auto& another : servers) {
      EXPECT_FALSE(network->is_blocked(each->id(), another->id()));
    }
  }
}

TEST_F(ChaosTest, HealingTakesTrapsAway) {
  suffer({});
  server(1).set_trap({.moment = WriteMoment::kSubmitted, .kind = WriteTrap::Kind::kAny});

  chaos->heal();
  run_for(seconds(1));
  server(2).crash("so that there is an election");
  server(3).crash("so that there is an election");
  server(2).start_later(seconds(5));
  server(3).start_later(seconds(5));
  run_for(seconds(30));

  EXPECT_EQ(context.totals.crashes, 2U);
}

TEST_F(ChaosTest, HealingLetsProcessesGoOn) {
  suffer({});
  server(1).process()->pause(context.now() + seconds(600));

  chaos->heal();

  EXPECT_FALSE(server(1).process()->is_paused());
}

TEST_F(ChaosTest, HealedServersRunAndNothingStrikesThem) {
  suffer({Fault::kCrash, Fault::kClusterCrash, Fault::kCrashAtWrite, Fault::kRestart, Fault::kPause,
          Fault::kFailedWrite});
  heal();
  seen.clear();
  details.clear();

  run_for(seconds(60));

  for (const auto& each : servers) {
    EXPECT_TRUE(each->is_running());
    EXPECT_FALSE(each->process()->is_paused());
  }
  EXPECT_FALSE(has_seen("crash") || has_seen("close") || has_seen("pause") || has_seen("faulted"));
  EXPECT_EQ(violated(), "");
}

}  // namespace buoyant::simulation::chaos_test
