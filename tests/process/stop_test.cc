// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// SIGTERM and SIGINT at any moment: exit code 0 within 5 s.

#include "tests/process/echo_fixture.h"
#include "tests/support/process/echo_load.h"

#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

namespace buoyant::process {

class StopTest : public EchoFixture {
 protected:
  static Deadline in_time() { return within(seconds(5)); }
};

TEST_F(StopTest, EveryMomentOfStartingUp) {
  EchoServerOptions options = server_options();
  constexpr int kMoments = 10;
  for (int moment = 0; moment < kMoments; ++moment) {
    options.directory = directory_ / std::to_string(moment);
    std::filesystem::create_directories(options.directory);
    EchoServer server(options);
    server.start();
    // Before main() takes the signals over, the system ends a process as it does any other.
    ASSERT_TRUE(wait_until(soon(), [&] { return server.catches(SIGTERM); }));
    ::poll(nullptr, 0, 4 * moment);
    EXPECT_EQ(server.stop(in_time()), (Ended{0, 0})) << "after " << 4 * moment << " ms";
    server.start();
    EXPECT_EQ(ask(server, "works"), "works");
    EXPECT_EQ(server.stop(in_time()), (Ended{0, 0}));
  }
}

TEST_F(StopTest, EveryMomentOfAnElection) {
  EchoCluster cluster(cluster_options(3));
  constexpr int kMoments = 10;
  for (int moment = 0; moment < kMoments; ++moment) {
    cluster.start_all();
    for (std::size_t at = 0; at < cluster.size(); ++at) {
      ASSERT_TRUE(wait_until(soon(), [&] { return cluster.server(at).catches(SIGTERM); }));
    }
    ::poll(nullptr, 0, 60 * moment);
    EXPECT_TRUE(cluster.stop_all(in_time())) << "after " << 60 * moment << " ms";
  }
}

TEST_F(StopTest, UnderLoad) {
  EchoCluster cluster(cluster_options(3));
  cluster.start_all();
  ASSERT_TRUE(cluster.wait_settled(soon()));
  EchoLoad load({cluster.client_ports(), 4, 64});
  load.run_for(seconds(1));

  EXPECT_TRUE(cluster.stop_all(in_time()));
  load.drain(within(seconds(1)));

  EXPECT_TRUE(load.fates().wrong.empty());
  EXPECT_GT(load.fates().acknowledged.size(), 100U);
}

TEST_F(StopTest, WithClientsThatNeverReadAndNeverClose) {
  EchoServer server(server_options());
  server.start();
  ASSERT_EQ(ask(server, "works"), "works");
  std::vector<LineClient> stuck;
  for (int clients = 0; clients < 10; ++clients) {
    stuck.emplace_back(server.client_port());
    for (int lines = 0; lines < 500; ++lines) {
      stuck.back().send_line(std::string(8192, 's'));
    }
  }
  const Deadline end = within(seconds(1));
  while (Clock::now() < end) {
    for (LineClient& client : stuck) {
      client.send_only();
    }
    pause_briefly();
  }

  EXPECT_EQ(server.stop(in_time()), (Ended{0, 0}));
}

TEST_F(StopTest, WithLinesThatWaitForAMajorityThatIsNotThere) {
  EchoCluster cluster(cluster_options(3));
  cluster.start_all();
  const auto leader = cluster.wait_leader(soon());
  ASSERT_TRUE(leader);
  cluster.server((*leader + 1) % 3).kill();
  cluster.server((*leader + 2) % 3).kill();
  LineClient client(cluster.server(*leader).client_port());
  client.send_line("waits");
  ASSERT_TRUE(client.flush(soon()));

  EXPECT_EQ(cluster.server(*leader).stop(in_time()), (Ended{0, 0}));
  const std::string answer = client.read_line(soon()).value_or("-UNKNOWN closed");
  EXPECT_TRUE(answer.starts_with("-UNKNOWN ") || answer.starts_with("-ERR ")) << answer;
}

TEST_F(StopTest, ALeaderHandsOverBeforeItEnds) {
  EchoClusterOptions options = cluster_options(3);
  // Nobody would notice for long that it is gone.
  options.flags = {"--election-ms", "4000", "--heartbeat-ms", "50"};
  EchoCluster cluster(options);
  cluster.start_all();
  const auto leader = cluster.wait_leader(soon());
  ASSERT_TRUE(leader);
  ASSERT_TRUE(cluster.wait_settled(soon()));

  EXPECT_EQ(cluster.server(*leader).stop(in_time()), (Ended{0, 0}));
  const auto next = cluster.wait_leader(within(seconds(2)));

  ASSERT_TRUE(next);
  EXPECT_EQ(ask(cluster.server(*next), "goes on"), "goes on");
}

TEST_F(StopTest, ByInterrupt) {
  EchoServer server(server_options());
  server.start();
  ASSERT_EQ(ask(server, "works"), "works");

  server.process().signal(SIGINT);

  EXPECT_EQ(server.process().wait(in_time()), (Ended{0, 0}));
}

}  // namespace buoyant::process
