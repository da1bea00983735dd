// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// buoyant-kv end to end: three processes, and the client programs that people have.

#include "tests/process/kv_fixture.h"
#include "tests/support/process/line_client.h"

#include <string>

namespace buoyant::process {

class KvProcessTest : public KvProcessFixture {
 protected:
  void SetUp() override {
    cluster_.start_all();
    leader_ = cluster_.wait_leader(in_time());
    ASSERT_TRUE(leader_);
    ASSERT_TRUE(cluster_.wait_settled(in_time()));
  }

  void TearDown() override { EXPECT_TRUE(cluster_.stop_all(within(seconds(5)))); }

  EchoServer& leader() { return cluster_.server(*leader_); }

  EchoServer& follower() { return cluster_.server((*leader_ + 1) % cluster_.size()); }

  static testing::AssertionResult comes_to_be(EchoServer& server, const std::string& role) {
    std::string last = "no status";
    const bool is_it = wait_until(in_time(), [&] {
      const auto status = server.status(within(seconds(1)));
      last = status ? status->role : last;
      return last == role;
    });
    return is_it ? testing::AssertionSuccess() : testing::AssertionFailure() << "it is " << last;
  }

  EchoCluster cluster_{kv_options()};
  std::optional<std::size_t> leader_;
};

TEST_F(KvProcessTest, RedisCliReadsOnEachServerWhatItWroteOnAnother) {
  EXPECT_EQ(cli(leader(), {"set", "key", "value"}), "OK");
  EXPECT_EQ(cli(follower(), {"get", "key"}), "value");
  EXPECT_EQ(cli(follower(), {"set", "key", "other", "nx"}), "");
  EXPECT_EQ(cli(follower(), {"getset", "key", "third"}), "value");
  EXPECT_EQ(cli(leader(), {"append", "key", "!"}), "6");
  EXPECT_EQ(cli(follower(), {"strlen", "key"}), "6");
  EXPECT_EQ(cli(leader(), {"mset", "a", "1", "b", "2"}), "OK");
  EXPECT_EQ(cli(follower(), {"mget", "a", "b", "key"}), "1\n2\nthird!");
  EXPECT_EQ(cli(follower(), {"incr", "a"}), "2");
  EXPECT_EQ(cli(leader(), {"incrby", "a", "40"}), "42");
  EXPECT_EQ(cli(leader(), {"decr", "a"}), "41");
  EXPECT_EQ(cli(follower(), {"cas", "a", "41", "7"}), "1");
  EXPECT_EQ(cli(follower(), {"cas", "a", "41", "8"}), "0");
  EXPECT_EQ(cli(leader(), {"exists", "a", "b", "c"}), "2");
  EXPECT_EQ(cli(leader(), {"del", "a", "b", "c"}), "2");
  EXPECT_EQ(cli(follower(), {"dbsize"}), "1");
}

TEST_F(KvProcessTest, RedisBenchmarkRunsAsItIs) {
  const std::string said =
      run_tool({"redis-benchmark", "-p", std::to_string(follower().client_port()), "-t", "set,get",
                "-P", "16", "-c", "50", "-d", "256", "-n", "20000", "-q"});

  EXPECT_NE(said.find("SET: "), std::string::npos) << said;
  EXPECT_NE(said.find("GET: "), std::string::npos) << said;
  EXPECT_EQ(said.find("rror"), std::string::npos) << said;
  EXPECT_EQ(said.find("WARNING"), std::string::npos) << said;
  EXPECT_EQ(cli(leader(), {"strlen", "key:__rand_int__"}), "256");
}

TEST_F(KvProcessTest, AllServersHaveTheSameState) {
  run_tool({"redis-benchmark", "-p", std::to_string(leader().client_port()), "-t", "set,incr,mset",
            "-P", "16", "-c", "20", "-n", "5000", "-r", "1000", "-q"});
  ASSERT_TRUE(cluster_.wait_settled(in_time()));

  const std::string hash = cli(cluster_.server(0), {"raft.hash"});
  EXPECT_EQ(cli(cluster_.server(1), {"raft.hash"}), hash);
  EXPECT_EQ(cli(cluster_.server(2), {"raft.hash"}), hash);
  EXPECT_NE(hash.find('\n'), std::string::npos) << hash;
}

TEST_F(KvProcessTest, ACommandOfASessionIsAppliedOnceThroughAnyServer) {
  const std::string id = cli(leader(), {"session.open"});

  for (std::size_t at = 0; at < cluster_.size(); ++at) {
    EXPECT_EQ(cli(cluster_.server(at), {"session.do", id, "1", "incr", "n"}), "1");
  }
  leader().kill();
  EXPECT_TRUE(wait_until(in_time(), [&] {
    return cli(follower(), {"session.do", id, "1", "incr", "n"}) == "1";
  }));
  EXPECT_EQ(cli(follower(), {"get", "n"}), "1");
  EXPECT_EQ(cli(follower(), {"session.do", id, "2", "incr", "n"}), "2");
  EXPECT_TRUE(cli(follower(), {"session.do", id, "1", "incr", "n"}).starts_with("ERR"));
  EXPECT_TRUE(cli(follower(), {"session.do", "999", "1", "incr", "n"}).starts_with("ERR"));
  leader().start();
  EXPECT_TRUE(cluster_.wait_settled(in_time()));
}

TEST_F(KvProcessTest, ReadsOfEachModeAreAnsweredOnEachServer) {
  ASSERT_EQ(cli(leader(), {"set", "key", "value"}), "OK");
  for (std::size_t at = 0; at < cluster_.size(); ++at) {
    LineClient client(cluster_.server(at).client_port());
    for (const char* mode : {"linearizable", "lease"}) {
      client.send_bytes("READMODE " + std::string(mode) + "\r\nGET key\r\n");
      EXPECT_EQ(client.read_line(in_time()), "+OK\r");
      EXPECT_EQ(client.read_line(in_time()), "$5\r");
      EXPECT_EQ(client.read_line(in_time()), "value\r");
    }
    client.send_bytes("READMODE stale\r\nGET key\r\n");
    EXPECT_EQ(client.read_line(in_time()), "+OK\r");
    EXPECT_TRUE(client.read_line(in_time()).value_or("").starts_with("$"));
  }
}

TEST_F(KvProcessTest, LeadershipGoesWhereItIsToldTo) {
  EchoServer& target = follower();

  EXPECT_EQ(cli(leader(), {"raft.transfer", std::to_string(target.id())}), "OK");
  EXPECT_EQ(target.status(in_time())->role, "leader");
  EXPECT_EQ(cli(target, {"raft.transfer"}), "OK");
  EXPECT_TRUE(wait_until(in_time(), [&] { return target.status(in_time())->role != "leader"; }));
}

TEST_F(KvProcessTest, AServerLosesItsVoteAndGetsItBack) {
  const std::string id = std::to_string(follower().id());

  EXPECT_EQ(cli(follower(), {"raft.demote", id}), "OK");
  EXPECT_TRUE(comes_to_be(follower(), "learner"));
  EXPECT_EQ(cli(leader(), {"raft.demote", id}), "OK");
  EXPECT_NE(cli(leader(), {"raft.members"}).find("learner"), std::string::npos);

  EXPECT_EQ(cli(leader(), {"raft.promote", id}), "OK");
  EXPECT_TRUE(comes_to_be(follower(), "follower"));
  EXPECT_EQ(cli(follower(), {"raft.promote", id}), "OK");
  EXPECT_EQ(cli(leader(), {"raft.members"}).find("learner"), std::string::npos);
  EXPECT_EQ(cli(leader(), {"raft.promote", "9"}), "ERR this server is not a member");
}

TEST_F(KvProcessTest, AServerIsRemovedAndAddedAgain) {
  EchoServer& removed = follower();
  const std::string id = std::to_string(removed.id());
  const std::string address = loopback(removed.options().peer_port);

  EXPECT_EQ(cli(removed, {"raft.remove", id}), "OK");
  EXPECT_TRUE(comes_to_be(removed, "removed"));
  EXPECT_TRUE(cli(removed, {"set", "key", "value"}).starts_with("NOLEADER"));
  EXPECT_TRUE(cli(removed, {"raft.add", id, address}).starts_with("NOLEADER"));
  EXPECT_EQ(cli(leader(), {"raft.remove", id}), "OK");
  EXPECT_EQ(cli(leader(), {"set", "key", "value"}), "OK");

  EXPECT_EQ(cli(leader(), {"raft.add", id, address, "learner"}), "OK");
  EXPECT_TRUE(comes_to_be(removed, "learner"));
  EXPECT_EQ(cli(leader(), {"raft.add", id, address}), "OK");
  EXPECT_TRUE(comes_to_be(removed, "follower"));
  EXPECT_EQ(cli(removed, {"get", "key"}), "value");
}

TEST_F(KvProcessTest, ALeaderThatIsRemovedHandsOver) {
  EchoServer& removed = leader();

  EXPECT_EQ(cli(follower(), {"raft.remove", std::to_string(removed.id())}), "OK");

  EXPECT_TRUE(comes_to_be(removed, "removed"));
  EXPECT_TRUE(cli(removed, {"set", "key", "value"}).starts_with("NOLEADER"));
  EXPECT_TRUE(wait_until(in_time(), [&] {
    return cli(follower(), {"set", "key", "value"}) == "OK";
  }));
}

TEST_F(KvProcessTest, AServerThatIsNotThereDoesNotKeepOthersFromChanges) {
  const std::string nowhere = loopback(free_ports(1).front());
  const std::string id = std::to_string(follower().id());
  const auto begin = Clock::now();

  EXPECT_TRUE(cli(follower(), {"raft.add", "9", nowhere}).starts_with("UNKNOWN"));

  // Five election timeouts, and what redis-cli needs.
  EXPECT_LT(Clock::now() - begin, seconds(3));
  EXPECT_TRUE(cli(leader(), {"raft.demote", id}).starts_with("BUSY"));
  EXPECT_EQ(cli(follower(), {"raft.remove", "9"}), "OK");
  EXPECT_EQ(cli(leader(), {"raft.demote", id}), "OK");
}

TEST_F(KvProcessTest, NothingIsLostWithTheLeader) {
  ASSERT_EQ(cli(leader(), {"set", "key", "value"}), "OK");
  leader().kill();
  EchoServer& other = follower();

  EXPECT_TRUE(wait_until(in_time(), [&] { return cli(other, {"get", "key"}) == "value"; }));

  leader().start();
  ASSERT_TRUE(cluster_.wait_settled(in_time()));
  EXPECT_EQ(cli(leader(), {"get", "key"}), "value");
}

TEST_F(KvProcessTest, WithoutAMajorityARequestEndsInTime) {
  leader().kill();
  cluster_.server((*leader_ + 2) % 3).kill();
  const auto begin = Clock::now();

  const std::string answer = cli(follower(), {"set", "key", "value"});

  EXPECT_TRUE(answer.starts_with("NOLEADER") || answer.starts_with("UNKNOWN")) << answer;
  // Five election timeouts, and what redis-cli needs.
  EXPECT_LT(Clock::now() - begin, seconds(3));
  EXPECT_EQ(cli(follower(), {"set", "key", "value"}).substr(0, 8), "NOLEADER");
  leader().start();
  cluster_.server((*leader_ + 2) % 3).start();
  EXPECT_TRUE(cluster_.wait_settled(in_time()));
}

TEST_F(KvProcessTest, WhatIsNoProtocolIsAnsweredAndTheConnectionClosed) {
  LineClient client(leader().client_port());
  client.send_bytes("PING\r\n*1\r\n$99999999999\r\n");

  EXPECT_EQ(client.read_line(in_time()), "+PONG\r");
  EXPECT_EQ(client.read_line(in_time()), "-ERR Protocol error: invalid bulk length\r");
  EXPECT_TRUE(client.wait_closed(in_time()));
}

TEST_F(KvProcessTest, TheStatusHasWhatItsReadersRelyOn) {
  const std::string status = cli(leader(), {"raft.status"});
  for (const char* field :
       {"id", "cluster", "role", "term", "leader", "commit", "applied", "first", "last", "durable",
        "snapshot", "members", "peers", "rss", "fds", "db", "faulted"}) {
    EXPECT_NE(status.find("\"" + std::string(field) + "\":"), std::string::npos) << field;
  }
  EXPECT_NE(cli(leader(), {"raft.trace"}).find("became leader"), std::string::npos);
  EXPECT_EQ(cli(leader(), {"raft.members"}).substr(0, 2), "1\n");
}

class KvSnapshotProcessTest : public KvProcessFixture {
 protected:
  std::uint64_t snapshot_index(EchoServer& server) {
    const std::string status = cli(server, {"raft.status"});
    const std::string label = "\"snapshot\":";
    const std::size_t at = status.find(label);
    return at == std::string::npos ? 0 : std::stoull(status.substr(at + label.size()));
  }

  void load(EchoServer& server) {
    run_tool({"redis-benchmark", "-p", std::to_string(server.client_port()), "-t", "set,incr", "-P",
              "16", "-c", "20", "-n", "5000", "-r", "1000", "-d", "100", "-q"});
  }
};

TEST_F(KvSnapshotProcessTest, AServerThatWasAwayGetsTheStateWithTheSnapshot) {
  EchoCluster cluster(kv_options({"--snapshot-entries", "500"}));
  cluster.start_all();
  const auto leader = cluster.wait_leader(in_time());
  ASSERT_TRUE(leader);
  EchoServer& away = cluster.server((*leader + 1) % 3);
  const std::string id = cli(cluster.server(*leader), {"session.open"});
  ASSERT_EQ(cli(cluster.server(*leader), {"session.do", id, "1", "incr", "n"}), "1");
  away.kill();
  load(cluster.server(*leader));
  ASSERT_EQ(cli(cluster.server(*leader), {"raft.snapshot"}), "OK");
  EXPECT_GT(snapshot_index(cluster.server(*leader)), 5000U);

  away.start();
  ASSERT_TRUE(cluster.wait_settled(in_time()));

  const std::string hash = cli(cluster.server(*leader), {"raft.hash"});
  EXPECT_EQ(cli(away, {"raft.hash"}), hash);
  EXPECT_EQ(cli(away, {"session.do", id, "1", "incr", "n"}), "1");
  EXPECT_TRUE(cluster.stop_all(within(seconds(5))));
}

TEST_F(KvSnapshotProcessTest, AllServersBeginAgainFromTheirSnapshots) {
  EchoCluster cluster(kv_options());
  cluster.start_all();
  ASSERT_TRUE(cluster.wait_leader(in_time()));
  load(cluster.server(0));
  ASSERT_TRUE(cluster.wait_settled(in_time()));
  for (std::size_t at = 0; at < cluster.size(); ++at) {
    ASSERT_EQ(cli(cluster.server(at), {"raft.snapshot"}), "OK");
  }
  ASSERT_EQ(cli(cluster.server(0), {"set", "last", "value"}), "OK");
  ASSERT_TRUE(cluster.wait_settled(in_time()));
  const std::string size = cli(cluster.server(0), {"dbsize"});

  ASSERT_TRUE(cluster.stop_all(within(seconds(5))));
  cluster.start_all();
  ASSERT_TRUE(cluster.wait_settled(in_time()));

  for (std::size_t at = 0; at < cluster.size(); ++at) {
    EXPECT_GT(snapshot_index(cluster.server(at)), 5000U);
    EXPECT_EQ(cli(cluster.server(at), {"get", "last"}), "value");
    EXPECT_EQ(cli(cluster.server(at), {"dbsize"}), size);
  }
  EXPECT_TRUE(cluster.stop_all(within(seconds(5))));
}

class KvMetricsTest : public KvProcessFixture {};

TEST_F(KvMetricsTest, AreServedWithTheStatusOverHttp) {
  const std::uint16_t port = free_ports(1).front();
  EchoClusterOptions options = kv_options({"--metrics", loopback(port)});
  options.servers = 1;
  EchoCluster cluster(options);
  cluster.start_all();
  ASSERT_TRUE(cluster.wait_leader(in_time()));

  for (const auto& [path, wanted] :
       {std::pair<std::string, std::string>("/metrics", "buoyant_is_leader 1"),
        std::pair<std::string, std::string>("/status", "\"role\":\"leader\"")}) {
    LineClient client(port);
    client.send_bytes("GET " + path + " HTTP/1.1\r\nHost: test\r\n\r\n");
    EXPECT_EQ(client.read_line(in_time()), "HTTP/1.1 200 OK\r");
    bool is_there = false;
    while (const auto line = client.read_line(in_time())) {
      is_there = is_there || line->find(wanted) != std::string::npos;
    }
    EXPECT_TRUE(is_there) << path;
  }
  EXPECT_TRUE(cluster.stop_all(within(seconds(5))));
}

TEST_F(KvMetricsTest, AnAddressInUseIsWrongUsage) {
  const std::uint16_t port = free_ports(1).front();
  EchoClusterOptions options = kv_options({"--metrics", loopback(port)});
  options.servers = 2;
  EchoCluster cluster(options);
  cluster.server(0).start();
  ASSERT_TRUE(cluster.server(0).status(in_time()));

  cluster.server(1).start();

  EXPECT_EQ(cluster.server(1).process().wait(in_time()), (Ended{2, 0}));
  EXPECT_NE(cluster.server(1).log().find("cannot listen for metrics on"), std::string::npos);
}

class KvWithoutForwardingTest : public KvProcessFixture {};

TEST_F(KvWithoutForwardingTest, AFollowerNamesTheLeader) {
  EchoCluster cluster(kv_options({"--no-forward"}));
  cluster.start_all();
  const auto leader = cluster.wait_leader(in_time());
  ASSERT_TRUE(leader);
  ASSERT_TRUE(cluster.wait_settled(in_time()));

  EXPECT_EQ(cli(cluster.server((*leader + 1) % 3), {"set", "key", "value"}),
            "MOVED 0 " + loopback(cluster.server(*leader).options().peer_port));
  EXPECT_EQ(cli(cluster.server(*leader), {"set", "key", "value"}), "OK");
}

}  // namespace buoyant::process
