// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/simulation/network_fixture.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace buoyant::simulation::network_fault_test {

using network_fixture::Log;
using std::chrono::milliseconds;
using std::chrono::seconds;

class NetworkFaultTest : public network_fixture::NetworkFixture {};

TEST_F(NetworkFaultTest, AResetIsToldToBothSides) {
  connect();
  Random random(1);

  network->reset_one(random, false);
  run_for(milliseconds(500));

  EXPECT_EQ(dialler.log, Log{"connection reset"});
  EXPECT_EQ(acceptor.log, Log{"connection reset"});
}

TEST_F(NetworkFaultTest, AHalfOpenConnectionIsToldToOneSideMuchLater) {
  connect();
  Random random(2);

  network->reset_one(random, true);
  run_for(milliseconds(9));
  EXPECT_EQ(dialler.log.size() + acceptor.log.size(), 1U);
  send("a");
  send("x", Side::kAcceptor);
  run_for(seconds(11));

  EXPECT_EQ(dialler.log, Log{"connection reset"});
  EXPECT_EQ(acceptor.log, Log{"connection reset"});
  EXPECT_EQ(acceptor.text + dialler.text, "");
}

TEST_F(NetworkFaultTest, WithoutConnectionsThereIsNothingToReset) {
  Random random(1);

  network->reset_one(random, false);

  EXPECT_EQ(network->held(), 0U);
}

TEST_F(NetworkFaultTest, HealingTellsOfHalfOpenConnectionsAtOnce) {
  connect();
  Random random(2);
  network->reset_one(random, true);

  network->heal();
  run_for(milliseconds(9));

  EXPECT_EQ(dialler.log, Log{"connection reset"});
  EXPECT_EQ(acceptor.log, Log{"connection reset"});
}

TEST_F(NetworkFaultTest, HealingOpensEveryLink) {
  connect();
  block();
  block();
  send("a");
  run_for(seconds(1));

  network->heal();
  run_for(seconds(10));

  EXPECT_EQ(acceptor.text, "a");
  EXPECT_EQ(acceptor.log, Log{});
}

TEST_F(NetworkFaultTest, WhoListensHearsWhenALinkIsCutAndJoined) {
  std::vector<std::string> heard;
  sink = [&](const TraceEvent& event) {
    heard.push_back(event.what + std::to_string(event.numbers.at(0)));
  };

  network->block(ServerId(1), ServerId(2));
  network->block(ServerId(1), ServerId(2));
  network->unblock(ServerId(1), ServerId(2));
  EXPECT_EQ(heard, Log{"cut2"});
  network->unblock(ServerId(1), ServerId(2));
  network->block(ServerId(2), ServerId(1));
  network->heal();

  EXPECT_EQ(heard, (Log{"cut2", "join2", "cut1", "join1"}));
}

}  // namespace buoyant::simulation::network_fault_test
