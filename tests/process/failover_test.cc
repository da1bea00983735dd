// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A leader that is gone is replaced in bounded time, and comes back as a follower.

#include "tests/process/echo_fixture.h"

#include <csignal>
#include <string>

namespace buoyant::process {

class FailoverTest : public EchoFixture {
 protected:
  void SetUp() override {
    cluster_.start_all();
    ASSERT_TRUE(cluster_.wait_settled(soon()));
  }

  /// Elections last up to two timeouts of 300 ms; some may split; the machine may be busy.
  static Deadline within_elections() { return within(seconds(10)); }

  EchoCluster cluster_{cluster_options(3)};
};

TEST_F(FailoverTest, TheOthersElectALeaderAndAKilledOneRejoins) {
  const auto first = cluster_.wait_leader(soon());
  ASSERT_TRUE(first);

  cluster_.server(*first).kill();
  const auto second = cluster_.wait_leader(within_elections());
  ASSERT_TRUE(second);
  EXPECT_NE(*second, *first);
  EXPECT_EQ(ask(cluster_.server(*second), "while one is gone"), "while one is gone");
  cluster_.server(*first).start();

  EXPECT_EQ(ask(cluster_.server(*first), "back again"), "back again");
  ASSERT_TRUE(cluster_.wait_settled(soon()));
  EXPECT_EQ(cluster_.compare_logs(), "");
  EXPECT_TRUE(cluster_.stop_all(within(seconds(5))));
}

TEST_F(FailoverTest, WithoutAMajorityALineGetsAnErrorInBoundedTime) {
  const auto leader = cluster_.wait_leader(soon());
  ASSERT_TRUE(leader);
  cluster_.server((*leader + 1) % 3).kill();
  cluster_.server((*leader + 2) % 3).kill();

  LineClient client(cluster_.server(*leader).client_port());
  client.send_line("nobody to agree");
  // Five election timeouts, and some for a busy machine.
  const std::string answer = client.read_line(within(seconds(5))).value_or("");

  EXPECT_TRUE(answer.starts_with("-UNKNOWN ") || answer.starts_with("-ERR ")) << answer;
}

TEST_F(FailoverTest, AfterAMajorityIsLostAndComesBackLinesAreEchoedAgain) {
  cluster_.server(0).kill();
  cluster_.server(1).kill();

  cluster_.server(0).start();
  cluster_.server(1).start();

  ASSERT_TRUE(cluster_.wait_settled(soon()));
  EXPECT_EQ(ask(cluster_.server(1), "again"), "again");
}

}  // namespace buoyant::process
