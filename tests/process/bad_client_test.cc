// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Clients that send what they may not, or do not take their answers: they get an error line or
/// lose their connection, and everybody else goes on.

#include "tests/process/echo_fixture.h"
#include "tests/support/process/figures.h"

#include <string>
#include <vector>

namespace buoyant::process {

class BadClientTest : public EchoFixture {
 protected:
  void SetUp() override {
    server_.start();
    ASSERT_EQ(ask(server_, "first"), "first");
  }

  void TearDown() override {
    EXPECT_EQ(ask(server_, "last"), "last");
    EXPECT_EQ(server_.stop(within(seconds(5))), (Ended{0, 0}));
    ASSERT_EQ(server_.read_applied(applied_), "");
    EXPECT_EQ(applied_.lines().size(), lines_expected_);
  }

  EchoServer server_{server_options()};
  AppliedLog applied_;
  /// "first" and "last", and those of the test.
  std::size_t lines_expected_ = 2;
};

constexpr std::size_t kLineMax = std::size_t{64} << 10U;

TEST_F(BadClientTest, ALineOfExactlyTheLimitIsEchoed) {
  const std::string line(kLineMax, 'x');

  EXPECT_TRUE(ask(server_.client_port(), line) == line);
  lines_expected_ = 3;
}

TEST_F(BadClientTest, ALongerLineGetsAnErrorAndTheEndOfTheConnection) {
  LineClient client(server_.client_port());
  client.send_line("before");
  client.send_line(std::string(kLineMax + 1, 'x'));
  client.send_line("behind");

  EXPECT_EQ(client.read_line(soon()), "before");
  EXPECT_TRUE(client.read_line(soon()).value_or("").starts_with("-ERR "));
  EXPECT_TRUE(client.wait_closed(soon()));
  lines_expected_ = 3;
}

TEST_F(BadClientTest, ALineWithoutEndGetsAnErrorAtTheLimit) {
  LineClient client(server_.client_port());

  client.send_bytes(std::string(3 * kLineMax, 'x'));

  EXPECT_TRUE(client.read_line(soon()).value_or("").starts_with("-ERR "));
  EXPECT_TRUE(client.wait_closed(soon()));
}

TEST_F(BadClientTest, LinesThatLookLikeErrorsAreRefusedAndTheConnectionGoesOn) {
  LineClient client(server_.client_port());
  client.send_line("-ERR mine");
  client.send_line("-UNKNOWN mine");
  client.send_line("-ERRor");

  EXPECT_TRUE(client.read_line(soon()).value_or("").starts_with("-ERR "));
  EXPECT_TRUE(client.read_line(soon()).value_or("").starts_with("-ERR "));
  EXPECT_EQ(client.read_line(soon()), "-ERRor");
  lines_expected_ = 3;
}

TEST_F(BadClientTest, AClientThatGoesAwayInTheMiddleOfALineIsForgotten) {
  LineClient client(server_.client_port());
  client.send_bytes("half a li");
  ASSERT_TRUE(client.flush(soon()));

  client.close();
}

class GreedyClientTest : public EchoFixture {};

TEST_F(GreedyClientTest, AClientThatNeverReadsHoldsUpNobodyAndCostsLittleMemory) {
  EchoServer server(server_options());
  server.start();
  ASSERT_EQ(ask(server, "first"), "first");
  LineClient greedy(server.client_port());
  for (int lines = 0; lines < 2000; ++lines) {
    greedy.send_line(std::string(32'768, 'g'));
  }
  // It is never polled for reading: only what the system takes at once is sent, again and again.
  const Deadline end = within(seconds(2));
  while (Clock::now() < end) {
    pollfd writable{greedy.poll_entry().fd, POLLOUT, 0};
    ::poll(&writable, 1, 50);
    greedy.send_only();
  }

  EXPECT_GT(greedy.unsent(), 0U);
  EXPECT_EQ(ask(server, "other"), "other");
  EXPECT_LT(figures_of(server.process().pid())->unclean_bytes, std::uint64_t{64} << 20U);
  EXPECT_EQ(server.stop(within(seconds(5))), (Ended{0, 0}));
}

}  // namespace buoyant::process
