// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/http/http_protocol.h"

#include "examples/http/http_program.h"
#include "tests/examples/common/server_fixture.h"
#include "tests/examples/echo/held_node.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace http::http_protocol_test {

using buoyant::Errc;
using buoyant::Error;
using example::testing_support::PlainSocket;

constexpr std::string_view kGet = "GET /kv/k HTTP/1.1\r\nHost: x\r\n\r\n";
constexpr std::string_view kPut = "PUT /kv/k HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nv";
constexpr std::string_view kIncrement = "POST /counter/increment HTTP/1.1\r\nHost: x\r\n\r\n";

class HttpProtocolTest : public example::testing_support::ServerFixture {
 protected:
  explicit HttpProtocolTest(Patience patience = {})
      : service_(Shared{node_, store_, timer_, patience}) {}

  example::Service& service() override { return service_; }

  bool wait_for_proposals(std::size_t count) {
    return run_until([&] { return node_.held.size() >= count; });
  }

  /// Applies the proposal at the front and answers it.
  void commit() {
    auto proposal = std::move(node_.held.front());
    node_.held.pop_front();
    const buoyant::LogPosition position{buoyant::Term(1), buoyant::Index(++applied_)};
    store_.apply({{position.index, position.term, buoyant::Bytes::copy_of(proposal.line)}},
                 buoyant::ApplyDone([&](const std::vector<buoyant::Bytes>& replies) {
                   proposal.done(buoyant::Applied{position, replies.at(0)});
                 }));
  }

  /// The node does what it is asked for until so many answers came: their statuses.
  std::string exchange(PlainSocket& socket, std::string_view requests, std::size_t answers) {
    socket.send(requests);
    run_until([&] {
      while (!node_.held.empty()) {
        commit();
      }
      while (!node_.reads.empty()) {
        node_.end_read();
      }
      return count(socket.received()) >= answers || socket.is_closed();
    });
    return statuses(socket.received());
  }

  static std::size_t count(const std::string& answers) { return statuses(answers).size() / 4; }

  /// "200 404 "
  static std::string statuses(const std::string& answers) {
    constexpr std::string_view kVersion = "HTTP/1.1 ";
    std::string found;
    for (std::size_t at = answers.find(kVersion); at != std::string::npos;
         at = answers.find(kVersion, at + 1)) {
      found += answers.substr(at + kVersion.size(), 3) + " ";
    }
    return found;
  }

  bool wait_closed(PlainSocket& socket) {
    return run_until([&] { return socket.is_closed(); });
  }

  echo::testing_support::HeldNode node_;
  Store store_;
  HostTimer timer_;
  HttpService service_;
  std::uint64_t applied_ = 0;
};

TEST_F(HttpProtocolTest, AWriteIsAnsweredWhenItIsApplied) {
  PlainSocket socket(server_->port());
  socket.send(kPut);
  ASSERT_TRUE(wait_for_proposals(1));
  run_a_while();
  EXPECT_EQ(socket.received(), "");

  commit();

  EXPECT_TRUE(run_until([&] { return count(socket.received()) == 1; }));
  EXPECT_TRUE(socket.received().starts_with("HTTP/1.1 201 Created\r\n"));
  EXPECT_NE(socket.received().find("\r\nETag: \"1\"\r\n"), std::string::npos);
}

TEST_F(HttpProtocolTest, AReadIsAnsweredWhenItIsConfirmed) {
  PlainSocket socket(server_->port());
  ASSERT_EQ(exchange(socket, kPut, 1), "201 ");
  socket.send(kGet);
  ASSERT_TRUE(run_until([&] { return node_.reads.size() == 1; }));
  EXPECT_EQ(node_.reads[0].mode, buoyant::ReadMode::kLinearizable);
  run_a_while();
  EXPECT_EQ(count(socket.received()), 1U);

  node_.end_read();

  EXPECT_TRUE(run_until([&] { return socket.received().ends_with("\r\n\r\nv"); }));
  EXPECT_NE(socket.received().find("Content-Type: application/octet-stream\r\n"),
            std::string::npos);
}

TEST_F(HttpProtocolTest, AStaleReadWaitsForNothing) {
  node_.refusal = Error(Errc::kNoLeader);
  PlainSocket socket(server_->port());

  EXPECT_EQ(exchange(socket, "GET /counter?stale HTTP/1.1\r\nHost: x\r\n\r\n", 1), "200 ");
  EXPECT_TRUE(socket.received().ends_with("\r\n\r\n0\n"));
}

TEST_F(HttpProtocolTest, PipelinedRequestsAreDoneOneAfterTheOther) {
  PlainSocket socket(server_->port());
  socket.send(std::string(kPut) + std::string(kIncrement) + std::string(kGet));
  ASSERT_TRUE(wait_for_proposals(1));
  run_a_while();

  EXPECT_EQ(node_.held.size(), 1U);
  EXPECT_EQ(node_.reads.size(), 0U);
  EXPECT_EQ(exchange(socket, "", 3), "201 200 200 ");
  EXPECT_TRUE(socket.received().ends_with("\r\n\r\nv"));
}

TEST_F(HttpProtocolTest, WhatIsPipelinedIsReadOnlyUpToABound) {
  std::string many;
  while (many.size() < 8 * kPipelineBytesMax) {
    many += kIncrement;
  }
  const std::size_t requests = many.size() / kIncrement.size();
  PlainSocket socket(server_->port());
  socket.send(kPut);
  ASSERT_TRUE(wait_for_proposals(1));
  std::size_t sent = 0;
  for (int turn = 0; turn < 100; ++turn) {
    sent += socket.send(std::string_view(many).substr(sent));
    uv_run(&loop_, UV_RUN_ONCE);
  }

  // One read may go beyond it.
  EXPECT_LT(server_->held_bytes(), 2 * kPipelineBytesMax + 1000);

  EXPECT_TRUE(run_until([&] {
    sent += socket.send(std::string_view(many).substr(sent));
    while (!node_.held.empty()) {
      commit();
    }
    return store_.counter() == requests;
  }));
}

TEST_F(HttpProtocolTest, EachRefusalHasItsStatus) {
  PlainSocket socket(server_->port());
  node_.refusal = Error(Errc::kNoLeader);

  EXPECT_EQ(exchange(socket, std::string(kPut) + std::string(kGet), 2), "503 503 ");
  EXPECT_NE(socket.received().find("\r\nRetry-After: 1\r\n"), std::string::npos);

  node_.refusal.reset();
  socket.send(kPut);
  ASSERT_TRUE(wait_for_proposals(1));
  node_.fail_one(Error(Errc::kOutcomeUnknown));

  EXPECT_EQ(exchange(socket, "", 3), "503 503 504 ");
  EXPECT_NE(socket.received().find("\"applied\":\"unknown\""), std::string::npos);
}

TEST_F(HttpProtocolTest, AConditionThatFailsChangesNothing) {
  PlainSocket socket(server_->port());
  const std::string create =
      "PUT /kv/k HTTP/1.1\r\nHost: x\r\nIf-None-Match: *\r\nContent-Length: 1\r\n\r\nw";

  EXPECT_EQ(exchange(socket, std::string(kPut) + create + std::string(kGet), 3), "201 412 200 ");
  EXPECT_TRUE(socket.received().ends_with("\r\n\r\nv"));
}

TEST_F(HttpProtocolTest, ServesThePageTheStatusAndTheMetrics) {
  PlainSocket socket(server_->port());
  EXPECT_EQ(exchange(socket, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 1), "200 ");
  EXPECT_TRUE(run_until([&] { return socket.received().ends_with("</html>\n"); }));
  EXPECT_NE(socket.received().find("\r\nContent-Security-Policy: default-src 'none'"),
            std::string::npos);

  EXPECT_EQ(exchange(socket, "GET /status HTTP/1.1\r\nHost: x\r\n\r\n", 2), "200 200 ");
  EXPECT_TRUE(run_until([&] { return socket.received().ends_with("}\n"); }));
  EXPECT_EQ(exchange(socket, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", 3), "200 200 200 ");
  EXPECT_NE(socket.received().find("# HELP buoyant_term"), std::string::npos);
}

TEST_F(HttpProtocolTest, WhoAsksForTheEndGetsIt) {
  PlainSocket socket(server_->port());

  EXPECT_EQ(exchange(socket, "GET /counter HTTP/1.0\r\n\r\n" + std::string(kPut), 1), "200 ");
  EXPECT_TRUE(wait_closed(socket));
  EXPECT_EQ(statuses(socket.received()), "200 ");
  EXPECT_NE(socket.received().find("\r\nConnection: close\r\n"), std::string::npos);
}

TEST_F(HttpProtocolTest, WhatIsTooLongIsRefusedAndTheConnectionClosed) {
  PlainSocket head(server_->port());
  EXPECT_EQ(exchange(head, "GET /" + std::string(kHeadBytesMax, 'x'), 1), "431 ");
  EXPECT_TRUE(wait_closed(head));

  PlainSocket body(server_->port());
  EXPECT_EQ(exchange(body, "PUT /kv/k HTTP/1.1\r\nHost: x\r\nContent-Length: 262145\r\n\r\nxxx", 1),
            "413 ");
  EXPECT_TRUE(wait_closed(body));
}

TEST_F(HttpProtocolTest, WhoWaitsForLeaveToSendABodyGetsIt) {
  PlainSocket socket(server_->port());
  EXPECT_EQ(exchange(socket,
                     "PUT /kv/k HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                     "Content-Length: 1\r\n\r\n",
                     1),
            "100 ");

  EXPECT_EQ(exchange(socket, "v", 2), "100 201 ");
}

TEST_F(HttpProtocolTest, AClientThatIsGoneIsNoMatter) {
  {
    PlainSocket socket(server_->port());
    socket.send(kPut);
    ASSERT_TRUE(wait_for_proposals(1));
    socket.reset_at_close();
  }
  ASSERT_TRUE(run_until([&] { return server_->client_count() == 0; }));

  commit();

  EXPECT_EQ(store_.find("k")->bytes, "v");
}

TEST_F(HttpProtocolTest, TheLatenciesOfDataAreCounted) {
  PlainSocket socket(server_->port());
  exchange(socket, std::string(kPut) + std::string(kGet) + "GET /none HTTP/1.1\r\nHost: x\r\n\r\n",
           3);

  exchange(socket, "GET /status HTTP/1.1\r\nHost: x\r\n\r\n", 4);

  EXPECT_TRUE(run_until([&] { return socket.received().ends_with("}\n"); }));
  EXPECT_NE(socket.received().find("\"reads\":{\"count\":1,"), std::string::npos);
  EXPECT_NE(socket.received().find("\"writes\":{\"count\":1,"), std::string::npos);
  EXPECT_NE(socket.received().find("\"ok\":2,\"refused\":1,\"failed\":0"), std::string::npos);
}

/// With little patience.
class HttpPatienceTest : public HttpProtocolTest {
 protected:
  HttpPatienceTest() : HttpProtocolTest({.idle_ms = 50, .request_ms = 50}) {}
};

TEST_F(HttpPatienceTest, WhoNeverAsksIsClosed) {
  PlainSocket socket(server_->port());

  EXPECT_TRUE(wait_closed(socket));
  EXPECT_EQ(socket.received(), "");
}

TEST_F(HttpPatienceTest, WhoIsSlowIsToldSo) {
  PlainSocket socket(server_->port());
  std::size_t sent = 0;

  EXPECT_TRUE(run_until([&] {
    // A byte now and then does not help.
    sent += sent < kPut.size() / 2 ? socket.send(kPut.substr(sent, 1)) : 0;
    return socket.is_closed();
  }));
  EXPECT_EQ(statuses(socket.received()), "408 ");
}

TEST_F(HttpPatienceTest, WhoWaitsForAnAnswerIsNot) {
  PlainSocket socket(server_->port());
  socket.send(kPut);
  ASSERT_TRUE(wait_for_proposals(1));
  run_past(150);
  EXPECT_FALSE(socket.is_closed());

  EXPECT_EQ(exchange(socket, "", 1), "201 ");
  EXPECT_TRUE(wait_closed(socket));
}

TEST_F(HttpProtocolTest, ClientsAreToldWhenThereAreTooMany) {
  EXPECT_TRUE(service_.too_many_clients().starts_with("HTTP/1.1 503 "));
}

}  // namespace http::http_protocol_test
