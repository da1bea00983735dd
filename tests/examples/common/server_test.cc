// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/common/server.h"

#include "tests/examples/echo/server_fixture.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace example::server_test {

using buoyant::Errc;
using buoyant::Error;
using echo::testing_support::PlainSocket;

class ExampleServerTest : public echo::testing_support::ServerFixture {};

TEST_F(ExampleServerTest, ServesSeveralClients) {
  PlainSocket first(server_->port());
  PlainSocket second(server_->port());
  first.send("one\n");
  ASSERT_TRUE(wait_for_proposals(1));
  second.send("two\n");
  ASSERT_TRUE(wait_for_proposals(2));

  node_.commit(1);
  EXPECT_TRUE(wait_for(second, "two\n"));
  node_.commit(0);

  EXPECT_TRUE(wait_for(first, "one\n"));
}

TEST_F(ExampleServerTest, SaysThatItsAddressIsTaken) {
  Server second(loop_, service_);

  const auto listening = second.listen("127.0.0.1:" + std::to_string(server_->port()));

  ASSERT_FALSE(listening);
  EXPECT_EQ(listening.error().code(), Errc::kAddressInUse);
  bool is_closed = false;
  second.close([&] { is_closed = true; });
  EXPECT_TRUE(run_until([&] { return is_closed; }));
}

TEST_F(ExampleServerTest, RefusesWhatIsNoAddress) {
  Server second(loop_, service_);

  const auto listening = second.listen("nowhere");

  ASSERT_FALSE(listening);
  EXPECT_EQ(listening.error().code(), Errc::kInvalidOptions);
  bool is_closed = false;
  second.close([&] { is_closed = true; });
  EXPECT_TRUE(run_until([&] { return is_closed; }));
}

class ExampleServerLimitsTest : public echo::testing_support::ServerFixture {
 protected:
  ExampleServerLimitsTest() {
    limits_ = {.clients = 40, .bytes = 1'000'000, .stall_ms = 50, .request_ms = 50};
  }

  std::vector<std::unique_ptr<PlainSocket>> connect(std::size_t count) const {
    std::vector<std::unique_ptr<PlainSocket>> sockets;
    for (std::size_t socket = 0; socket < count; ++socket) {
      sockets.push_back(std::make_unique<PlainSocket>(server_->port()));
    }
    return sockets;
  }

  static std::string line_of(std::size_t bytes) { return std::string(bytes, 'x') + "\n"; }
};

TEST_F(ExampleServerLimitsTest, TellsAClientBeyondTheLimit) {
  const auto sockets = connect(limits_.clients);
  ASSERT_TRUE(run_until([&] { return server_->client_count() == limits_.clients; }));

  PlainSocket last(server_->port());

  EXPECT_TRUE(run_until([&] { return last.is_closed(); }));
  EXPECT_EQ(last.received(), "-ERR too many clients\n");
}

TEST_F(ExampleServerLimitsTest, AcceptsAFewInEachIteration) {
  const auto sockets = connect(limits_.clients);

  uv_run(&loop_, UV_RUN_ONCE);
  EXPECT_EQ(server_->client_count(), Server::kAcceptsPerTurn);

  EXPECT_TRUE(run_until([&] { return server_->client_count() == limits_.clients; }));
}

TEST_F(ExampleServerLimitsTest, WithoutDescriptorsConnectionsAreDroppedAndTheLoopGoesOn) {
  auto dropped = connect(3);
  // Another thread was faster than libuv, and has the descriptor that it keeps for this.
  ::close(std::exchange(loop_.emfile_fd, -1));
  std::vector<int> taken;
  for (int taking = 0; (taking = ::dup(0)) >= 0;) {
    taken.push_back(taking);
  }

  uv_run(&loop_, UV_RUN_NOWAIT);
  for (const int descriptor : taken) {
    ::close(descriptor);
  }

  EXPECT_TRUE(run_until([&] { return dropped[0]->is_closed() && dropped[2]->is_closed(); }));
  PlainSocket next(server_->port());
  next.send("one\n");
  EXPECT_TRUE(wait_for_proposals(1));
}

TEST_F(ExampleServerLimitsTest, WhoHoldsMostIsClosedWhenAllHoldTooMuch) {
  PlainSocket modest(server_->port());
  modest.send(line_of(10'000));
  ASSERT_TRUE(wait_for_proposals(1));
  PlainSocket greedy(server_->port());
  for (std::size_t lines = 0; lines < 9; ++lines) {
    greedy.send(line_of(60'000));
  }
  ASSERT_TRUE(wait_for_proposals(10));
  PlainSocket last(server_->port());
  for (std::size_t lines = 0; lines < 8; ++lines) {
    last.send(line_of(60'000));
  }

  EXPECT_TRUE(run_until([&] { return greedy.is_closed(); }));
  EXPECT_TRUE(wait_for_proposals(18));
  EXPECT_FALSE(modest.is_closed());
  EXPECT_FALSE(last.is_closed());
  EXPECT_EQ(server_->held_bytes(), 490'000U);
}

TEST_F(ExampleServerLimitsTest, WhatAClosedClientHeldCountsNoMore) {
  {
    PlainSocket socket(server_->port());
    socket.send("one\ntwo");
    ASSERT_TRUE(wait_for_proposals(1));
    EXPECT_EQ(server_->held_bytes(), 6U);
  }

  EXPECT_TRUE(run_until([&] { return server_->client_count() == 1 && !node_.held.empty(); }));
  node_.commit();
  EXPECT_TRUE(run_until([&] { return server_->client_count() == 0; }));
  EXPECT_EQ(server_->held_bytes(), 0U);
}

TEST_F(ExampleServerLimitsTest, AClientThatNeverEndsItsRequestIsClosed) {
  PlainSocket socket(server_->port());
  PlainSocket silent(server_->port());
  socket.send("half a li");

  EXPECT_TRUE(run_until([&] { return socket.is_closed(); }));
  EXPECT_FALSE(silent.is_closed());
}

TEST_F(ExampleServerLimitsTest, AByteNowAndThenDoesNotKeepARequestAlive) {
  PlainSocket socket(server_->port());

  EXPECT_TRUE(run_until([&] {
    socket.send("x");
    return socket.is_closed();
  }));
  // Not because it was too long.
  EXPECT_EQ(socket.received(), "");
}

TEST_F(ExampleServerLimitsTest, AnOpenRequestGivesTheHalfOneBehindItTime) {
  PlainSocket socket(server_->port());
  socket.send("one\ntw");
  ASSERT_TRUE(wait_for_proposals(1));
  run_past(limits_.request_ms * 2);

  EXPECT_FALSE(socket.is_closed());
  node_.commit();
  ASSERT_TRUE(wait_for(socket, "one\n"));
  socket.send("o\n");
  ASSERT_TRUE(wait_for_proposals(1));
  node_.commit();

  EXPECT_TRUE(wait_for(socket, "one\ntwo\n"));
}

TEST_F(ExampleServerLimitsTest, AClientThatTakesNoAnswersIsClosed) {
  PlainSocket socket(server_->port());
  const std::string line = line_of(60'000);

  EXPECT_TRUE(run_until([&] {
    socket.send(line);
    while (!node_.held.empty()) {
      node_.commit();
    }
    return server_->client_count() == 0;
  }));
}

TEST_F(ExampleServerTest, AnswersWhatIsOpenWhileItStops) {
  PlainSocket socket(server_->port());
  socket.send("one\n");
  ASSERT_TRUE(wait_for_proposals(1));

  server_->stop();
  socket.send("two\n");
  run_a_while();
  node_.fail_one(Error(Errc::kOutcomeUnknown, "closing"));
  close_server();

  EXPECT_TRUE(run_until([&] { return socket.is_closed(); }));
  EXPECT_EQ(socket.received(), "-UNKNOWN whether it was committed is not known: closing\n");
  EXPECT_EQ(node_.held.size(), 0U);
}

TEST_F(ExampleServerTest, ClosesAtOnceWithIdleClients) {
  PlainSocket socket(server_->port());
  ASSERT_TRUE(run_until([&] { return server_->client_count() == 1; }));

  close_server();
  run_a_while();

  EXPECT_TRUE(is_closed_);
  EXPECT_TRUE(socket.is_closed());
}

TEST_F(ExampleServerTest, ClosesAlthoughAClientTakesNoAnswers) {
  PlainSocket socket(server_->port());
  const std::string line = std::string(60'000, 'x') + "\n";
  for (int idle = 0; idle < 100;) {
    idle = socket.send(line) == 0 ? idle + 1 : 0;
    while (!node_.held.empty()) {
      node_.commit();
    }
    uv_run(&loop_, UV_RUN_ONCE);
  }

  close_server();

  EXPECT_TRUE(run_until([&] { return is_closed_; }));
}

TEST_F(ExampleServerTest, ClosesWithRequestsOpen) {
  PlainSocket socket(server_->port());
  socket.send("one\n");
  ASSERT_TRUE(wait_for_proposals(1));

  close_server();
  EXPECT_TRUE(run_until([&] { return is_closed_; }));
  node_.commit();

  EXPECT_TRUE(socket.is_closed());
}

}  // namespace example::server_test
