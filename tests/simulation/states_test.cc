// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/states.h"

#include "tests/simulation/cluster_fixture.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

namespace buoyant::simulation::states_test {

using std::chrono::seconds;
using Numbers = std::vector<std::uint64_t>;

/// A cluster of one, which commits two entries: its configuration, and its leader's no-op.
class StatesTest : public ClusterFixture {
 protected:
  void SetUp() override {
    make_servers(1);
    server(1).start();
    run_for(seconds(5));
    ASSERT_EQ(leader(), &server(1));
    sink = [this](const TraceEvent& event) {
      if (std::string_view(event.what) == "state") {
        heard.push_back(event);
      }
    };
  }

  std::vector<TraceEvent> heard;
  States states{context};
};

TEST_F(StatesTest, ToldIsHowFarAServerIs) {
  states.look(servers);

  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(heard[0].server, ServerId(1));
  // Commit, applied, durable, last, first, no snapshot, a voter.
  EXPECT_EQ(heard[0].numbers, (Numbers{2, 2, 2, 2, 1, 0, 1}));
}

TEST_F(StatesTest, WhatIsKnownAlreadyIsNotToldAgain) {
  states.look(servers);
  states.look(servers);

  EXPECT_EQ(heard.size(), 1U);
}

TEST_F(StatesTest, AnotherRunIsToldAgain) {
  states.look(servers);
  server(1).crash("by the test");
  run_for(seconds(1));
  states.look(servers);
  EXPECT_EQ(heard.size(), 1U) << "nothing runs that could be looked at";

  server(1).start();
  states.look(servers);

  EXPECT_EQ(heard.size(), 2U);
}

TEST_F(StatesTest, LookingIsNotInTheHash) {
  const std::uint64_t before = context.hash();

  states.look(servers);

  EXPECT_EQ(context.hash(), before);
}

}  // namespace buoyant::simulation::states_test
