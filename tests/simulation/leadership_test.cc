// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/leadership.h"

#include "simulation/chaos.h"
#include "tests/simulation/cluster_fixture.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <string>

namespace buoyant::simulation::leadership_test {

using std::chrono::milliseconds;
using std::chrono::seconds;

class LeadershipTest : public ClusterFixture {
 protected:
  /// A cluster with a leader.
  void make(FaultSet faults = {}) {
    plan.faults = faults;
    sink = [this](const TraceEvent& event) {
      seen.insert(event.what);
      details.insert(event.what + std::string(" ") + event.detail);
    };
    make_servers(3);
    start_all();
    run_for(seconds(3));
    ASSERT_NE(leader(), nullptr);
  }

  void suffer(Duration time) {
    Chaos chaos(*world, servers);
    chaos.start();
    run_for(time);
    chaos.heal();
    run_for(seconds(10));
  }

  std::set<std::string> seen;
  std::set<std::string> details;
};

TEST_F(LeadershipTest, ATransferIsRecordedAndCalledBack) {
  make();
  Server& first = *leader();
  Server& target = server(first.id().value() % 3 + 1);
  std::optional<Result<ServerId>> outcome;

  EXPECT_TRUE(transfer_through(context, first, target.id(),
                               [&](const Result<ServerId>& result) { outcome = result; }));
  run_for(seconds(1));

  ASSERT_TRUE(outcome.has_value());
  EXPECT_EQ(*outcome, target.id());
  EXPECT_EQ(leader(), &target);
  EXPECT_TRUE(seen.contains("transferred"));
  EXPECT_EQ(first.calls()->open(), 0U);
}

TEST_F(LeadershipTest, ARefusedTransferIsNotCalledBack) {
  make();

  EXPECT_FALSE(transfer_through(context, *leader(), ServerId(9), nullptr));

  EXPECT_EQ(leader()->calls()->open(), 0U);
  EXPECT_TRUE(details.contains("transfer to 9: invalid_configuration"));
}

TEST_F(LeadershipTest, ALeaderHasToHeedItsDiskAfterAWhile) {
  make();
  Server& leading = *leader();
  EXPECT_FALSE(has_long_been_low(context, leading));

  leading.disk().low_since = context.now();
  EXPECT_FALSE(has_long_been_low(context, leading));
  run_for(milliseconds(20));
  leading.disk().low_since = context.now() - plan.election_timeout * 3;

  EXPECT_TRUE(leader() != &leading || has_long_been_low(context, leading));
}

TEST_F(LeadershipTest, AFollowerMayBeLowForLong) {
  make();
  Server& follower = server(leader()->id().value() % 3 + 1);

  follower.disk().low_since = context.now() - plan.election_timeout * 3;

  EXPECT_FALSE(has_long_been_low(context, follower));
}

TEST_F(LeadershipTest, TransfersStrikeThroughAnyServerToAnybody) {
  make({Fault::kTransfer});

  suffer(seconds(60));

  EXPECT_TRUE(details.contains("transfer to 0"));
  EXPECT_TRUE(details.contains("transferred to 1"));
  EXPECT_TRUE(details.contains("transferred to 3"));
  EXPECT_TRUE(details.contains("transferred invalid_configuration") ||
              details.contains("transfer to 4: invalid_configuration"));
  EXPECT_EQ(violated(), "");
}

TEST_F(LeadershipTest, DisksRunLowAndHaveSpaceAgain) {
  make({Fault::kLowDisk});

  suffer(seconds(60));

  EXPECT_TRUE(seen.contains("low_disk"));
  EXPECT_FALSE(server(1).disk().low_since.has_value());
  EXPECT_EQ(leader()->node().status().space, SpaceState::kEnough);
  EXPECT_EQ(violated(), "");
}

TEST_F(LeadershipTest, ServersPreferWhatTheirSeedSays) {
  make({Fault::kPreferences});
  run_for(seconds(30));

  const Preference wanted = leader()->preference();
  for (const auto& each : servers) {
    EXPECT_FALSE(wanted == Preference::kAvoid && each->preference() != Preference::kAvoid);
    EXPECT_FALSE(wanted == Preference::kNormal && each->preference() == Preference::kPrefer);
  }
}

}  // namespace buoyant::simulation::leadership_test
