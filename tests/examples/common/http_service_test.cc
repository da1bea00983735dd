// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/common/http_service.h"

#include "tests/examples/common/server_fixture.h"
#include "tests/examples/echo/held_node.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace example::http_service_test {

using testing_support::PlainSocket;

class ExampleHttpTest : public testing_support::ServerFixture {
 protected:
  Service& service() override { return service_; }

  /// Everything that comes back until the server closes.
  std::string get(const std::string& request) {
    PlainSocket socket(server_->port());
    socket.send(request);
    EXPECT_TRUE(run_until([&] { return socket.is_closed(); }));
    return socket.received();
  }

  echo::testing_support::HeldNode node_;
  HttpService service_{node_};
};

TEST_F(ExampleHttpTest, ServesMetricsToEachVersion) {
  const std::string modern = get("GET /metrics HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\n");
  const std::string old = get("GET /metrics HTTP/1.0\r\n\r\n");

  EXPECT_TRUE(modern.starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\n"));
  EXPECT_NE(modern.find("\r\n\r\n# HELP buoyant_term"), std::string::npos);
  EXPECT_NE(old.find("buoyant_commit_index 0\n"), std::string::npos);
}

TEST_F(ExampleHttpTest, ServesTheStatus) {
  const std::string answer = get("GET /status?pretty HTTP/1.1\n\n");

  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"));
  EXPECT_NE(answer.find("\r\n\r\n{\"id\":0,"), std::string::npos);
}

TEST_F(ExampleHttpTest, ServesTheTraceAsLinesOfJson) {
  node_.steps = {{.at = buoyant::Instant(std::chrono::milliseconds(5)),
                  .step = {buoyant::core::StepKind::kProbe, buoyant::Term(2), buoyant::ServerId(3),
                           buoyant::Index(4), "it restarted"}}};

  const std::string answer = get("GET /trace HTTP/1.1\r\n\r\n");

  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n"));
  EXPECT_NE(answer.find("\r\n\r\n{\"at_ms\":5.0,\"step\":\"probing\",\"term\":2,\"peer\":3,"
                        "\"index\":4,\"reason\":\"it restarted\"}\n"),
            std::string::npos);
}

TEST_F(ExampleHttpTest, TheLengthIsThatOfTheBody) {
  const std::string answer = get("GET /status HTTP/1.1\r\n\r\n");
  const std::size_t body = answer.find("\r\n\r\n") + 4;

  EXPECT_NE(answer.find("Content-Length: " + std::to_string(answer.size() - body) + "\r\n"),
            std::string::npos);
}

TEST_F(ExampleHttpTest, TakesNoActions) {
  const std::string answer = get("POST /transfer HTTP/1.1\r\nContent-Length: 0\r\n\r\n");

  EXPECT_TRUE(answer.starts_with("HTTP/1.1 403 ")) << answer;
  EXPECT_NE(answer.find("this server was started without --admin"), std::string::npos);
  EXPECT_TRUE(node_.transfers.empty());
}

class ExampleHttpActionsTest : public ExampleHttpTest {
 protected:
  Service& service() override { return service_; }

 private:
  HttpService service_{node_, HttpService::Actions::kTaken};
};

TEST_F(ExampleHttpActionsTest, AnActionIsAnsweredWhenItIsOver) {
  PlainSocket socket(server_->port());
  socket.send("POST /transfer?to=2 HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody");
  ASSERT_TRUE(run_until([&] { return node_.transfers.size() == 1; }));
  run_a_while();
  EXPECT_EQ(socket.received(), "");

  node_.end_transfer(buoyant::ServerId(2));

  EXPECT_TRUE(run_until([&] { return socket.is_closed(); }));
  EXPECT_TRUE(socket.received().starts_with("HTTP/1.1 200 OK\r\n")) << socket.received();
}

TEST_F(ExampleHttpActionsTest, BrowsersAreNoOperators) {
  for (const char* line : {"Origin: http://x", "origin:null", "Sec-Fetch-Site: same-origin"}) {
    const std::string answer =
        get("POST /transfer HTTP/1.1\r\nHost: x\r\n" + std::string(line) + "\r\n\r\n");

    EXPECT_TRUE(answer.starts_with("HTTP/1.1 403 ")) << answer;
    EXPECT_NE(answer.find("not for browsers"), std::string::npos) << answer;
  }
  EXPECT_TRUE(node_.transfers.empty());
}

TEST_F(ExampleHttpActionsTest, AClientThatIsGoneIsNoMatter) {
  {
    PlainSocket socket(server_->port());
    socket.send("POST /transfer HTTP/1.1\r\n\r\n");
    ASSERT_TRUE(run_until([&] { return node_.transfers.size() == 1; }));
  }
  close_server();
  ASSERT_TRUE(run_until([&] { return is_closed_; }));

  node_.end_transfer(buoyant::ServerId(2));
}

TEST_F(ExampleHttpTest, RefusesEverythingElse) {
  EXPECT_TRUE(get("GET /other HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 404 "));
  EXPECT_TRUE(get("GET / HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 404 "));
  EXPECT_TRUE(get("GET / HTTP/1.1\r\n\r\n").ends_with("/metrics, /status and /trace\n"));
  EXPECT_TRUE(get("PUT /metrics HTTP/1.1\r\n\r\nbody").starts_with("HTTP/1.1 405 "));
  EXPECT_TRUE(get("nonsense\r\n\r\n").starts_with("HTTP/1.1 400 "));
}

TEST_F(ExampleHttpTest, RefusesAHeadWithoutEnd) {
  EXPECT_TRUE(get("GET /metrics HTTP/1.1\r\nX: " + std::string(HttpService::kHeadBytesMax, 'x'))
                  .starts_with("HTTP/1.1 431 "));
}

TEST_F(ExampleHttpTest, WaitsForTheEndOfTheHead) {
  PlainSocket socket(server_->port());
  socket.send("GET /status HT");
  run_a_while();
  EXPECT_EQ(socket.received(), "");
  socket.send("TP/1.1\r\n\r");
  run_a_while();
  EXPECT_EQ(socket.received(), "");

  socket.send("\n");

  EXPECT_TRUE(run_until([&] { return socket.is_closed(); }));
}

}  // namespace example::http_service_test
