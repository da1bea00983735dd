// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// buoyant-http end to end: three processes, each an HTTP server and a node on one loop.

#include "tests/support/process/echo_cluster.h"
#include "tests/support/process/http_client.h"
#include "tests/support/process/temporary_directory.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace buoyant::process {

using std::chrono::seconds;

class HttpClusterTest : public ::testing::Test {
 protected:
  static Deadline in_time() { return within(seconds(20)); }

  void SetUp() override {
    cluster_.start_all();
    ASSERT_TRUE(cluster_.wait_leader(in_time()));
    ASSERT_TRUE(cluster_.wait_settled(in_time()));
  }

  void TearDown() override { EXPECT_TRUE(cluster_.stop_all(within(seconds(5)))); }

  EchoClusterOptions options() {
    EchoClusterOptions options{BUOYANT_HTTP_BINARY, directory_.path(), 3};
    options.flags = {"--election-ms",      "300", "--heartbeat-ms", "50",
                     "--snapshot-entries", "50",  "--metrics",      "127.0.0.1:0"};
    options.prints = false;
    return options;
  }

  std::uint16_t port(std::size_t server) { return cluster_.server(server).client_port(); }

  /// "STATUS BODY"; the line end of a number is left out.
  std::string ask(std::size_t server, std::string_view method, std::string_view target,
                  std::string_view body = {}) {
    const auto answer = http_ask(port(server), method, target, in_time(), body);
    if (!answer) {
      return "no answer";
    }
    std::string text = std::to_string(answer->status) + " " + answer->body;
    return text.ends_with('\n') ? text.substr(0, text.size() - 1) : text;
  }

  nlohmann::json status(std::size_t server) {
    const auto answer = http_ask(port(server), "GET", "/status", in_time());
    return nlohmann::json::parse(answer ? answer->body : "", nullptr, false);
  }

  TemporaryDirectory directory_{BUOYANT_BINARY_DIR "/tmp"};
  EchoCluster cluster_{options()};
};

TEST_F(HttpClusterTest, WhatIsWrittenToOneServerIsReadFromAnother) {
  EXPECT_EQ(ask(0, "PUT", "/kv/greeting", "hello"), "201 ");
  EXPECT_EQ(ask(1, "GET", "/kv/greeting"), "200 hello");
  EXPECT_EQ(ask(2, "PUT", "/kv/greeting", "goodbye"), "200 ");
  EXPECT_EQ(ask(0, "GET", "/kv/greeting"), "200 goodbye");
  EXPECT_EQ(ask(1, "DELETE", "/kv/greeting"), "204 ");
  EXPECT_TRUE(ask(2, "GET", "/kv/greeting").starts_with("404 "));
  EXPECT_EQ(ask(0, "POST", "/counter/increment"), "200 1");
  EXPECT_EQ(ask(1, "POST", "/counter/increment"), "200 2");
  EXPECT_EQ(ask(2, "GET", "/counter"), "200 2");
  EXPECT_NE(ask(2, "GET", "/").find("<!doctype html>"), std::string::npos);
}

TEST_F(HttpClusterTest, AKilledLeaderLosesNothingAndTheHostGoesOn) {
  const std::size_t killed = *cluster_.wait_leader(in_time());
  const std::size_t other = (killed + 1) % 3;
  ASSERT_EQ(ask(other, "POST", "/counter/increment"), "200 1");
  const std::uint64_t ticks = status(other)["host"]["ticks"];

  cluster_.server(killed).kill();

  // A status is answered at once, leader or not, and the host's timer ticks on.
  EXPECT_TRUE(wait_until(in_time(), [&] { return status(other)["host"]["ticks"] > ticks; }));
  std::uint64_t counted = 1;
  std::uint64_t unknown = 0;
  HttpClient client(port(other));
  while (counted < 100) {
    const auto answer = client.ask("POST", "/counter/increment", in_time());
    ASSERT_TRUE(answer);
    ASSERT_TRUE(answer->status == 200 || answer->status == 503 || answer->status == 504)
        << answer->status << " " << answer->body;
    counted += answer->status == 200 ? 1U : 0U;
    unknown += answer->status == 504 ? 1U : 0U;
    EXPECT_TRUE(answer->status != 503 || answer->headers.contains("retry-after"));
  }
  const std::string counter = ask(other, "GET", "/counter").substr(4);
  EXPECT_GE(std::stoull(counter), counted);
  EXPECT_LE(std::stoull(counter), counted + unknown);

  cluster_.server(killed).start();

  ASSERT_TRUE(cluster_.wait_settled(in_time()));
  EXPECT_GT(status(killed)["snapshot"], 0);
  EXPECT_EQ(ask(killed, "GET", "/counter?stale"), "200 " + counter);
}

TEST_F(HttpClusterTest, WithoutAMajorityClientsAreToldAndStaleReadsAreAnswered) {
  ASSERT_EQ(ask(0, "PUT", "/kv/k", "v"), "201 ");
  ASSERT_TRUE(cluster_.wait_settled(in_time()));
  cluster_.server(1).kill();
  cluster_.server(2).kill();

  const std::string answer = ask(0, "PUT", "/kv/k", "w");
  EXPECT_TRUE(answer.starts_with("504 ") || answer.starts_with("503 ")) << answer;
  EXPECT_TRUE(wait_until(in_time(), [&] { return ask(0, "GET", "/kv/k").starts_with("503 "); }));
  EXPECT_EQ(ask(0, "GET", "/kv/k?stale"), "200 v");

  cluster_.server(1).start();
  cluster_.server(2).start();
  EXPECT_TRUE(wait_until(in_time(), [&] { return ask(0, "GET", "/kv/k").starts_with("200 "); }));
}

}  // namespace buoyant::process
