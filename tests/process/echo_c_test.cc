// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// buoyant-echo-c end to end: three processes in C, real sockets, real disks.

#include "tests/process/echo_fixture.h"
#include "tests/support/process/echo_load.h"
#include "tests/support/process/http_client.h"

#include <filesystem>
#include <string>
#include <vector>

namespace buoyant::process {

class EchoCTest : public EchoFixture {
 protected:
  /// Runs the program with these arguments to its end; what it said is in `said_`.
  std::optional<Ended> run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), BUOYANT_ECHO_BINARY);
    Process process({arguments, {}, directory_ / "out", directory_ / "err"});
    const auto ended = process.wait(soon());
    said_ = contents_of(directory_ / "err");
    return ended;
  }

  std::string sub_directory(const std::string& name) {
    std::filesystem::create_directory(directory_ / name);
    return directory_ / name;
  }

  std::string said_;
};

TEST_F(EchoCTest, ThreeServersEchoThroughTheLossOfTheirLeader) {
  EchoClusterOptions options = cluster_options(3);
  options.flags.insert(options.flags.end(), {"--snapshot-entries", "200"});
  EchoCluster cluster(options);
  cluster.start_all();
  ASSERT_TRUE(cluster.wait_settled(soon()));
  const auto first = cluster.wait_leader(soon());
  ASSERT_TRUE(first);

  EchoLoad before({cluster.client_ports(), 2, 64, 1000});
  before.run_for(seconds(20));
  ASSERT_TRUE(before.is_done());
  cluster.server(*first).kill();
  const auto second = cluster.wait_leader(soon());
  ASSERT_TRUE(second);
  EXPECT_NE(*second, *first);
  EXPECT_EQ(ask(cluster.server(*second), "while one is gone"), "while one is gone");
  cluster.server(*first).start();
  EXPECT_EQ(ask(cluster.server(*first), "back again"), "back again");

  EXPECT_EQ(before.fates().acknowledged.size(), 1000U);
  EXPECT_TRUE(before.fates().wrong.empty());
  ASSERT_TRUE(cluster.wait_settled(soon()));
  EXPECT_TRUE(cluster.stop_all(within(seconds(5))));
  AppliedLog log;
  ASSERT_EQ(cluster.server(*second).read_applied(log), "");
  EXPECT_EQ(log.lines().size(), 1002U);
  EXPECT_EQ(log.repeated(), "");
}

TEST_F(EchoCTest, LinesOfAllKindsAreAnsweredInTheirOrder) {
  EchoServer server(server_options());
  server.start();
  ASSERT_EQ(ask(server, "begin"), "begin");
  LineClient client(server.client_port());
  const std::string longest(65536, 'x');

  client.send_bytes("carriage return\r\n\n-ERR no\n-UNKNOWN no\n\xff bytes\n" + longest + "\r\n");
  client.send_bytes(longest + "x\nnever\n");

  EXPECT_EQ(client.read_line(soon()), "carriage return");
  EXPECT_EQ(client.read_line(soon()), "");
  EXPECT_EQ(client.read_line(soon()), "-ERR a line must not look like an error");
  EXPECT_EQ(client.read_line(soon()), "-ERR a line must not look like an error");
  EXPECT_EQ(client.read_line(soon()), "\xff bytes");
  EXPECT_EQ(client.read_line(soon()), longest);
  EXPECT_EQ(client.read_line(soon()), "-ERR the line is longer than 65536 bytes");
  EXPECT_TRUE(client.wait_closed(soon()));
  EXPECT_EQ(server.stop(within(seconds(5))), (Ended{0, 0}));
}

TEST_F(EchoCTest, AClientThatEndsItsDirectionStillGetsItsAnswers) {
  EchoServer server(server_options());
  server.start();
  ASSERT_EQ(ask(server, "begin"), "begin");
  LineClient client(server.client_port());
  client.send_line("one");
  client.send_line("two");
  ASSERT_TRUE(client.flush(soon()));

  client.shut_down_sending();

  EXPECT_EQ(client.read_line(soon()), "one");
  EXPECT_EQ(client.read_line(soon()), "two");
  EXPECT_TRUE(client.wait_closed(soon()));
}

TEST_F(EchoCTest, WithoutAMajorityALineGetsAnErrorInBoundedTime) {
  EchoCluster cluster(cluster_options(3));
  cluster.start_all();
  const auto leader = cluster.wait_leader(soon());
  ASSERT_TRUE(leader);
  cluster.server((*leader + 1) % 3).kill();
  cluster.server((*leader + 2) % 3).kill();

  const std::string answer = ask(cluster.server(*leader).client_port(), "nobody to agree");

  EXPECT_TRUE(answer.starts_with("-UNKNOWN ") || answer.starts_with("-ERR ")) << answer;
  EXPECT_EQ(cluster.server(*leader).stop(within(seconds(5))), (Ended{0, 0}));
}

TEST_F(EchoCTest, MetricsAndStatusAreServedOverHttp) {
  EchoServerOptions options = server_options();
  const std::uint16_t port = free_ports(1).front();
  options.flags.insert(options.flags.end(), {"--metrics", "localhost:" + std::to_string(port)});
  EchoServer server(options);
  server.start();
  ASSERT_EQ(ask(server, "begin"), "begin");

  const auto metrics = http_ask(port, "GET", "/metrics", soon());
  const auto status = http_ask(port, "GET", "/status?now", soon());
  const auto trace = http_ask(port, "GET", "/trace", soon());

  ASSERT_TRUE(metrics && status && trace);
  EXPECT_NE(metrics->body.find("\nbuoyant_proposals_committed_total 1\n"), std::string::npos)
      << metrics->body;
  EXPECT_TRUE(parse_status(status->body)) << status->body;
  EXPECT_NE(trace->body.find("\"step\":\"became leader\""), std::string::npos) << trace->body;
  EXPECT_EQ(http_ask(port, "GET", "/" + std::string(500, 'x'), soon())->status, 404);
  EXPECT_EQ(http_ask(port, "POST", "/metrics", soon())->status, 405);
  LineClient nobody(port);
  nobody.send_line("this is no request");
  EXPECT_EQ(nobody.read_line(soon()), "HTTP/1.1 400 Bad Request\r");
  EXPECT_EQ(server.stop(within(seconds(5))), (Ended{0, 0}));
}

TEST_F(EchoCTest, APeerIsDialledWhereItIsSaidToBe) {
  const std::vector<std::uint16_t> ports = free_ports(5);
  EchoServerOptions one = server_options();
  EchoServerOptions two = server_options();
  for (EchoServerOptions* options : {&one, &two}) {
    // Nobody listens at the second one's address.
    options->members = {{1, ports[0]}, {2, ports[4]}};
  }
  one.directory = sub_directory("one");
  one.peer_port = ports[0];
  one.flags.insert(one.flags.end(), {"--dial", "2=127.0.0.1:" + std::to_string(ports[1])});
  two.directory = sub_directory("two");
  two.id = 2;
  two.peer_port = ports[1];
  two.flags.insert(two.flags.end(), {"--advertise", "127.0.0.1:" + std::to_string(ports[4])});
  EchoServer first(one);
  EchoServer second(two);

  first.start();
  second.start();

  EXPECT_EQ(ask(first, "there it is"), "there it is");
}

TEST_F(EchoCTest, AWrongCommandLineIsRefusedWithWhatIsWrong) {
  EXPECT_EQ(run({}), (Ended{2, 0}));
  EXPECT_EQ(said_, "buoyant-echo-c: --id: the flag is missing (see --help)\n");
  EXPECT_EQ(run({"--id", "x"}), (Ended{2, 0}));
  EXPECT_EQ(said_, "buoyant-echo-c: --id: not a value of this flag (see --help)\n");
  EXPECT_EQ(run({"--member", "two=127.0.0.1:1"}), (Ended{2, 0}));
  EXPECT_EQ(said_, "buoyant-echo-c: --member: not a value of this flag (see --help)\n");
  EXPECT_EQ(run({"--dial", "2"}), (Ended{2, 0}));
  EXPECT_EQ(said_, "buoyant-echo-c: --dial: not a value of this flag (see --help)\n");
  EXPECT_EQ(run({"--no-such-flag"}), (Ended{2, 0}));
  EXPECT_EQ(said_, "buoyant-echo-c: --no-such-flag: unknown, or without its value (see --help)\n");
  EXPECT_EQ(run({"--log-level", "loud"}), (Ended{2, 0}));
  EXPECT_EQ(run({"--help"}), (Ended{0, 0}));
  EXPECT_NE(contents_of(directory_ / "out").find("--cluster"), std::string::npos);
}

TEST_F(EchoCTest, WhatCannotBeStartedHasItsExitCode) {
  EchoServerOptions options = server_options();
  options.members.clear();
  EchoServer empty(options);
  EXPECT_EQ(run_to_its_end(empty), (Ended{2, 0}));
  EXPECT_NE(empty.log().find("--member or --join"), std::string::npos) << empty.log();

  EchoServer nowhere(options);
  nowhere.options().flags.insert(nowhere.options().flags.end(), {"--client", "nonsense"});
  EXPECT_EQ(run_to_its_end(nowhere), (Ended{2, 0}));
  EXPECT_NE(nowhere.log().find("cannot listen for clients on nonsense"), std::string::npos)
      << nowhere.log();

  options.cluster = "another";
  EchoServer stranger(options);
  EXPECT_EQ(run_to_its_end(stranger), (Ended{13, 0}));
  EXPECT_NE(stranger.log().find("cannot start"), std::string::npos) << stranger.log();
  EXPECT_NE(stranger.log().find("--data " + stranger.data_path()), std::string::npos)
      << stranger.log();
}

}  // namespace buoyant::process
