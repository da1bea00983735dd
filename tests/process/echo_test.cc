// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// buoyant-echo end to end: three processes, real sockets, real disks.

#include "tests/process/echo_fixture.h"
#include "tests/support/process/echo_load.h"

#include <string>
#include <vector>

namespace buoyant::process {

namespace echo_test {

std::vector<std::string> numbered(const std::string& name, std::size_t count) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < count; ++at) {
    lines.push_back(name + "-" + std::to_string(at));
  }
  return lines;
}

/// Sends all lines at once and gives what comes back, line for line.
std::vector<std::string> exchange(std::uint16_t port, const std::vector<std::string>& lines) {
  LineClient client(port);
  for (const std::string& line : lines) {
    client.send_line(line);
  }
  std::vector<std::string> answers;
  const Deadline deadline = soon();
  while (answers.size() < lines.size()) {
    auto answer = client.read_line(deadline);
    if (!answer) {
      break;
    }
    answers.push_back(std::move(*answer));
  }
  return answers;
}

}  // namespace echo_test

class EchoTest : public EchoFixture {
 protected:
  void SetUp() override {
    cluster_.start_all();
    ASSERT_TRUE(cluster_.wait_leader(soon()));
    ASSERT_TRUE(cluster_.wait_settled(soon()));
  }

  void TearDown() override {
    EXPECT_TRUE(cluster_.wait_settled(soon()));
    EXPECT_TRUE(cluster_.stop_all(within(seconds(5))));
    EXPECT_EQ(cluster_.compare_logs(), "");
  }

  EchoCluster cluster_{cluster_options(3)};
};

TEST_F(EchoTest, LinesToAnyServerComeBackInOrderAndAreInAllLogs) {
  const auto to_first = echo_test::numbered("first", 100);
  const auto to_second = echo_test::numbered("second", 100);
  const auto to_third = echo_test::numbered("third", 100);

  EXPECT_EQ(echo_test::exchange(cluster_.server(0).client_port(), to_first), to_first);
  EXPECT_EQ(echo_test::exchange(cluster_.server(1).client_port(), to_second), to_second);
  EXPECT_EQ(echo_test::exchange(cluster_.server(2).client_port(), to_third), to_third);

  ASSERT_TRUE(cluster_.wait_settled(soon()));
  AppliedLog log;
  ASSERT_EQ(cluster_.server(0).read_applied(log), "");
  EXPECT_EQ(log.lines().size(), 300U);
  EXPECT_EQ(log.repeated(), "");
}

TEST_F(EchoTest, ManyConnectionsMayHaveManyLinesInFlight) {
  EchoLoad load({cluster_.client_ports(), 4, 64, 6000});

  load.run_for(seconds(60));
  ASSERT_TRUE(load.is_done());
  ASSERT_TRUE(cluster_.wait_settled(soon()));

  EXPECT_EQ(load.fates().acknowledged.size(), 6000U);
  EXPECT_TRUE(load.fates().wrong.empty());
  AppliedLog log;
  ASSERT_EQ(cluster_.server(1).read_applied(log), "");
  EXPECT_EQ(log.lines().size(), 6000U);
}

TEST_F(EchoTest, CarriageReturnsEmptyLinesAndBinaryBytesAreEchoed) {
  LineClient client(cluster_.server(2).client_port());

  client.send_bytes("with carriage return\r\n\n\xff\x01 bytes\nlast\n");

  EXPECT_EQ(client.read_line(soon()), "with carriage return");
  EXPECT_EQ(client.read_line(soon()), "");
  EXPECT_EQ(client.read_line(soon()), "\xff\x01 bytes");
  EXPECT_EQ(client.read_line(soon()), "last");
}

TEST_F(EchoTest, AClientThatEndsItsDirectionStillGetsItsAnswers) {
  LineClient client(cluster_.server(1).client_port());
  client.send_line("one");
  client.send_line("two");
  ASSERT_TRUE(client.flush(soon()));

  client.shut_down_sending();

  EXPECT_EQ(client.read_line(soon()), "one");
  EXPECT_EQ(client.read_line(soon()), "two");
  EXPECT_TRUE(client.wait_closed(soon()));
}

TEST_F(EchoTest, WhatWasEchoedIsAppliedAgainAfterAllServersWereStoppedAndStarted) {
  const auto lines = echo_test::numbered("kept", 50);
  ASSERT_EQ(echo_test::exchange(cluster_.server(0).client_port(), lines), lines);

  ASSERT_TRUE(cluster_.stop_all(within(seconds(5))));
  cluster_.start_all();
  ASSERT_TRUE(cluster_.wait_leader(soon()));
  EXPECT_EQ(ask(cluster_.server(2).client_port(), "new"), "new");
  ASSERT_TRUE(cluster_.wait_settled(soon()));

  AppliedLog log;
  ASSERT_EQ(cluster_.server(2).read_applied(log), "");
  EXPECT_EQ(log.lines().size(), 51U);
}

class SingleEchoTest : public EchoFixture {};

TEST_F(SingleEchoTest, AServerAloneEchoes) {
  EchoServer server(server_options());
  server.start();

  EXPECT_EQ(ask(server, "alone"), "alone");

  EXPECT_EQ(server.stop(within(seconds(5))), (Ended{0, 0}));
}

}  // namespace buoyant::process
