// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Strangers on the peer port, and peers that stop: the cluster goes on, and says what it saw.

#include "tests/process/echo_fixture.h"
#include "tests/support/process/echo_load.h"
#include "tests/support/process/figures.h"

#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

namespace buoyant::process {

class BadPeerTest : public EchoFixture {
 protected:
  /// `election_ms`: how long a machine may stand still before a server takes its leader for lost.
  explicit BadPeerTest(int election_ms = 3000)
      : cluster_(with_election_timeout(cluster_options(3), election_ms)) {}

  void SetUp() override {
    cluster_.start_all();
    ASSERT_TRUE(cluster_.wait_settled(soon()));
  }

  void TearDown() override {
    ASSERT_TRUE(cluster_.wait_settled(soon()));
    EXPECT_EQ(cluster_.compare_logs(), "");
    EXPECT_TRUE(cluster_.stop_all(within(seconds(5))));
  }

  std::uint64_t leader_term() { return cluster_.server(0).status(soon())->term; }

  EchoCluster cluster_;

 private:
  static EchoClusterOptions with_election_timeout(EchoClusterOptions options, int election_ms) {
    options.flags = {"--election-ms", std::to_string(election_ms), "--heartbeat-ms", "50"};
    return options;
  }
};

TEST_F(BadPeerTest, BytesThatAreNoHandshakeEndTheirConnectionOnly) {
  const std::uint64_t term = leader_term();
  LineClient stranger(cluster_.server(0).options().peer_port);
  stranger.send_bytes("GET / HTTP/1.1\r\nHost: nobody in particular here\r\n\r\n");

  EXPECT_TRUE(stranger.wait_closed(soon()));
  EXPECT_TRUE(cluster_.server(0).wait_log("warn", soon())) << cluster_.server(0).log();

  EXPECT_EQ(ask(cluster_.server(0), "still here"), "still here");
  EXPECT_EQ(leader_term(), term);
}

TEST_F(BadPeerTest, AStrangerThatSaysNothingIsEndedAfterAWhile) {
  const std::uint64_t term = leader_term();
  LineClient stranger(cluster_.server(1).options().peer_port);

  EXPECT_TRUE(stranger.wait_closed(soon()));
  EXPECT_EQ(ask(cluster_.server(1), "still here"), "still here");
  EXPECT_EQ(leader_term(), term);
}

TEST_F(BadPeerTest, AServerOfAnotherClusterIsRefusedAndTheOthersGoOn) {
  const std::uint64_t term = leader_term();
  EchoServerOptions options = server_options();
  options.directory = directory_ / "stranger";
  std::filesystem::create_directories(options.directory);
  options.cluster = "another";
  options.id = 9;
  options.members = {{9, options.peer_port},
                     {1, cluster_.server(0).options().peer_port},
                     {2, cluster_.server(1).options().peer_port}};
  EchoServer stranger(options);

  stranger.start();

  EXPECT_TRUE(stranger.wait_log("cluster", soon())) << stranger.log();
  EXPECT_TRUE(cluster_.server(0).wait_log("cluster", soon())) << cluster_.server(0).log();
  EXPECT_EQ(ask(cluster_.server(0), "still here"), "still here");
  EXPECT_EQ(leader_term(), term);
  EXPECT_EQ(stranger.stop(within(seconds(5))), (Ended{0, 0}));
}

class StoppedPeerTest : public BadPeerTest {
 protected:
  StoppedPeerTest() : BadPeerTest(300) {}

  EchoLoad make_load() {
    EchoLoadOptions options{cluster_.client_ports(), 2, 32};
    // In seconds a fast machine makes so many entries that a snapshot takes the place of what the
    // stopped server missed; then it has no such lines to compare.
    options.lines_per_second = 20'000;
    return EchoLoad(options);
  }

  void expect_all_there(EchoLoad& load) {
    ASSERT_TRUE(load.drain(soon()));
    ASSERT_TRUE(cluster_.wait_settled(soon()));
    AppliedLog log;
    ASSERT_EQ(cluster_.server(0).read_applied(log), "");
    const std::set<std::string> texts = log.texts();
    for (const std::string& line : load.fates().acknowledged) {
      ASSERT_EQ(texts.count(line), 1U) << line;
    }
    for (const std::string& line : load.fates().refused) {
      ASSERT_EQ(texts.count(line), 0U) << line;
    }
    EXPECT_TRUE(load.fates().wrong.empty());
  }
};

TEST_F(StoppedPeerTest, AFollowerThatStopsReadingForSecondsCatchesUpAndCostsBoundedMemory) {
  const auto leader = cluster_.wait_leader(soon());
  ASSERT_TRUE(leader);
  EchoServer& stopped = cluster_.server((*leader + 1) % 3);
  EchoLoad load = make_load();
  load.run_for(milliseconds(300));

  stopped.process().signal(SIGSTOP);
  const std::size_t before = load.fates().acknowledged.size();
  load.run_for(seconds(4));
  // A busy machine needs longer for so many.
  const bool are_many = wait_until(soon(), [&] {
    load.run_for(milliseconds(10));
    return load.fates().acknowledged.size() > before + 500;
  });
  const auto figures = figures_of(cluster_.server(*leader).process().pid());
  stopped.process().signal(SIGCONT);
  load.run_for(milliseconds(500));

  EXPECT_TRUE(are_many);
  EXPECT_LT(figures->unclean_bytes, std::uint64_t{128} << 20U);
  expect_all_there(load);
}

TEST_F(StoppedPeerTest, ALeaderThatIsStoppedIsReplacedAndFollowsWhenItGoesOn) {
  const auto leader = cluster_.wait_leader(soon());
  ASSERT_TRUE(leader);
  const std::uint64_t term = leader_term();
  EchoLoad load = make_load();
  load.run_for(milliseconds(300));

  cluster_.server(*leader).process().signal(SIGSTOP);
  load.run_for(seconds(3));
  const bool is_replaced = wait_until(soon(), [&] {
    load.run_for(milliseconds(10));
    const auto status = cluster_.server((*leader + 1) % 3).status(soon());
    return status && status->leader != 0 && status->leader != *leader + 1;
  });
  cluster_.server(*leader).process().signal(SIGCONT);
  load.run_for(milliseconds(500));

  EXPECT_TRUE(is_replaced);
  expect_all_there(load);
  EXPECT_GT(leader_term(), term);
}

}  // namespace buoyant::process
