// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/common/connection.h"
#include "tests/examples/echo/server_fixture.h"

#include <gtest/gtest.h>

#include <string>

namespace echo::client_test {

using buoyant::Errc;
using buoyant::Error;
using testing_support::PlainSocket;

class EchoClientTest : public testing_support::ServerFixture {
 protected:
  /// Sends until the server stops reading: nothing was taken for a good while.
  std::size_t send_all_it_takes(const PlainSocket& socket, const std::string& text) {
    std::size_t sent = 0;
    for (int idle = 0; idle < 200;) {
      const std::size_t count = socket.send(text);
      sent += count;
      idle = count == 0 ? idle + 1 : 0;
      uv_run(&loop_, UV_RUN_ONCE);
    }
    return sent;
  }

  void commit_everything() {
    while (!node_.held.empty()) {
      node_.commit();
    }
  }
};

TEST_F(EchoClientTest, SendsALineBackWhenItIsApplied) {
  PlainSocket socket(server_->port());
  socket.send("hello\n");
  ASSERT_TRUE(wait_for_proposals(1));
  EXPECT_EQ(node_.held[0].line, "hello");
  run_a_while();
  EXPECT_EQ(socket.received(), "");

  node_.commit();

  EXPECT_TRUE(wait_for(socket, "hello\n"));
}

TEST_F(EchoClientTest, AnswersInTheOrderOfTheLines) {
  PlainSocket socket(server_->port());
  socket.send("one\r\ntwo\nthree\n");
  ASSERT_TRUE(wait_for_proposals(3));

  node_.commit(2);
  node_.commit(1);
  run_a_while();
  EXPECT_EQ(socket.received(), "");
  node_.commit(0);

  EXPECT_TRUE(wait_for(socket, "one\ntwo\nthree\n"));
}

TEST_F(EchoClientTest, SaysWhatBecameOfEachLine) {
  PlainSocket socket(server_->port());
  socket.send("one\ntwo\n-ERR three\n");
  ASSERT_TRUE(wait_for_proposals(2));

  node_.fail_one(Error(Errc::kSuperseded));
  node_.fail_one(Error(Errc::kOutcomeUnknown));

  EXPECT_TRUE(wait_for(socket,
                       "-ERR another entry was committed in its place\n"
                       "-UNKNOWN whether it was committed is not known\n"
                       "-ERR a line must not look like an error\n"));
}

TEST_F(EchoClientTest, AnswersARefusalAtOnceAndGoesOn) {
  PlainSocket socket(server_->port());
  node_.refusal = Error(Errc::kNoLeader);
  socket.send("one\n");
  ASSERT_TRUE(wait_for(socket, "-ERR no leader is known\n"));

  node_.refusal.reset();
  socket.send("two\n");
  ASSERT_TRUE(wait_for_proposals(1));
  node_.commit();

  EXPECT_TRUE(wait_for(socket, "-ERR no leader is known\ntwo\n"));
}

TEST_F(EchoClientTest, AnswersALineOverTheLimitAndCloses) {
  PlainSocket socket(server_->port());
  socket.send("one\n");
  ASSERT_TRUE(wait_for_proposals(1));
  send_all_it_takes(socket, std::string(100'000, 'x'));

  node_.commit();

  EXPECT_TRUE(run_until([&] { return socket.is_closed(); }));
  EXPECT_EQ(socket.received(), "one\n-ERR the line is longer than 65536 bytes\n");
}

TEST_F(EchoClientTest, TakesALineOfTheLimit) {
  const std::string line(kLineBytesMax, 'x');
  PlainSocket socket(server_->port());
  ASSERT_EQ(socket.send(line + "\n"), line.size() + 1);
  ASSERT_TRUE(wait_for_proposals(1));

  node_.commit();

  EXPECT_TRUE(wait_for(socket, line + "\n"));
}

TEST_F(EchoClientTest, AnswersAllLinesBeforeAnEndOfFile) {
  PlainSocket socket(server_->port());
  socket.send("one\ntwo\nhalf");
  socket.end_writing();
  ASSERT_TRUE(wait_for_proposals(2));
  run_a_while();

  commit_everything();

  EXPECT_TRUE(run_until([&] { return socket.is_closed(); }));
  EXPECT_EQ(socket.received(), "one\ntwo\n");
  EXPECT_TRUE(run_until([&] { return server_->client_count() == 0; }));
}

TEST_F(EchoClientTest, AnOutcomeAfterTheClientLeftIsDropped) {
  {
    PlainSocket socket(server_->port());
    socket.send("one\n");
    ASSERT_TRUE(wait_for_proposals(1));
    socket.reset_at_close();
  }
  ASSERT_TRUE(run_until([&] { return server_->client_count() == 0; }));

  node_.commit();

  run_a_while();
}

TEST_F(EchoClientTest, StopsReadingAtTheBoundOfRequests) {
  PlainSocket socket(server_->port());
  std::string lines;
  for (std::size_t line = 0; line < 2 * example::Connection::kRequestsMax; ++line) {
    lines += "x\n";
  }
  ASSERT_EQ(socket.send(lines), lines.size());
  ASSERT_TRUE(wait_for_proposals(example::Connection::kRequestsMax));
  run_a_while();
  EXPECT_EQ(node_.held.size(), example::Connection::kRequestsMax);

  commit_everything();
  ASSERT_TRUE(wait_for_proposals(example::Connection::kRequestsMax));
  commit_everything();

  EXPECT_TRUE(wait_for(socket, lines));
}

TEST_F(EchoClientTest, StopsReadingFromAClientThatTakesNoAnswers) {
  const std::string line = std::string(60'000, 'x') + "\n";
  PlainSocket socket(server_->port());
  std::size_t sent = 0;
  std::size_t committed = 0;
  // Without reading: the answers fill the socket, then our bound, then theirs.
  for (int idle = 0; idle < 300;) {
    const std::size_t count = socket.send(line.substr(sent % line.size()));
    sent += count;
    committed += node_.held.size();
    commit_everything();
    idle = count == 0 ? idle + 1 : 0;
    uv_run(&loop_, UV_RUN_ONCE);
    ASSERT_LT(sent, 200'000'000U);
  }

  EXPECT_TRUE(run_until([&] {
    commit_everything();
    return socket.received().size() >= committed * line.size();
  }));
}

}  // namespace echo::client_test
