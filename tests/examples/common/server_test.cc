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

TEST_F(ExampleServerTest, TellsAClientBeyondTheLimit) {
  std::vector<std::unique_ptr<PlainSocket>> sockets;
  for (std::size_t count = 0; count < Server::kClientsMax; ++count) {
    sockets.push_back(std::make_unique<PlainSocket>(server_->port()));
    uv_run(&loop_, UV_RUN_NOWAIT);
  }
  ASSERT_TRUE(run_until([&] { return server_->client_count() == Server::kClientsMax; }));

  PlainSocket last(server_->port());

  EXPECT_TRUE(run_until([&] { return last.is_closed(); }));
  EXPECT_EQ(last.received(), "-ERR too many clients\n");
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
