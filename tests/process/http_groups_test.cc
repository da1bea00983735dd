// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// buoyant-http with several groups: three processes, each with three nodes on one loop.

#include "tests/support/process/echo_cluster.h"
#include "tests/support/process/http_client.h"
#include "tests/support/process/loopback.h"
#include "tests/support/process/temporary_directory.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace buoyant::process {

using std::chrono::seconds;

class HttpGroupsProcessTest : public ::testing::Test {
 protected:
  static Deadline in_time() { return within(seconds(20)); }

  void SetUp() override {
    EchoClusterOptions options{BUOYANT_HTTP_BINARY, directory_.path(), 3};
    options.flags = {"--election-ms", "300", "--heartbeat-ms", "50", "--groups", "3"};
    options.prints = false;
    cluster_ = std::make_unique<EchoCluster>(options);
    while (!has_ports()) {
      cluster_ = std::make_unique<EchoCluster>(options);
    }
    cluster_->start_all();
    ASSERT_TRUE(cluster_->wait_leader(in_time()));
  }

  void TearDown() override { EXPECT_TRUE(cluster_->stop_all(within(seconds(5)))); }

  /// Also the other groups, whose ports follow from those of the first.
  bool has_ports() {
    bool all = true;
    for (std::size_t at = 0; at < cluster_->size(); ++at) {
      const unsigned first = cluster_->server(at).options().peer_port;
      for (const unsigned port : {first + 100, first + 200}) {
        all = all && port <= 65535 && is_free(static_cast<std::uint16_t>(port));
      }
    }
    return all;
  }

  /// "STATUS BODY", without the line end; while no leader is known it is asked again.
  std::string ask(std::size_t server, std::string_view method, std::string_view target,
                  std::string_view body = {}) {
    std::string text;
    wait_until(in_time(), [&] {
      const auto answer =
          http_ask(cluster_->server(server).client_port(), method, target, in_time(), body);
      text = answer ? std::to_string(answer->status) + " " + answer->body : "no answer";
      return !text.starts_with("503 ") && answer;
    });
    return text.ends_with('\n') ? text.substr(0, text.size() - 1) : text;
  }

  nlohmann::json groups(std::size_t server) {
    return nlohmann::json::parse(ask(server, "GET", "/groups").substr(4), nullptr, false)["groups"];
  }

  /// Who leads a group, by server 0; 0: nobody.
  std::uint64_t leader(std::size_t group) { return groups(0)[group - 1]["leader"]; }

  TemporaryDirectory directory_{BUOYANT_BINARY_DIR "/tmp"};
  std::unique_ptr<EchoCluster> cluster_;
};

TEST_F(HttpGroupsProcessTest, EachHasKeysAndACounterOfItsOwn) {
  EXPECT_EQ(ask(0, "PUT", "/group/2/kv/k", "two"), "201 ");
  EXPECT_EQ(ask(1, "PUT", "/kv/k", "one"), "201 ");
  EXPECT_EQ(ask(2, "POST", "/group/3/counter/increment"), "200 1");

  EXPECT_EQ(ask(2, "GET", "/group/2/kv/k"), "200 two");
  EXPECT_EQ(ask(2, "GET", "/kv/k"), "200 one");
  EXPECT_EQ(ask(2, "GET", "/group/1/kv/k"), "200 one");
  EXPECT_TRUE(ask(2, "GET", "/group/3/kv/k").starts_with("404 "));
  EXPECT_EQ(ask(0, "GET", "/group/3/counter"), "200 1");
  EXPECT_EQ(ask(0, "GET", "/group/2/counter"), "200 0");
  EXPECT_TRUE(ask(0, "GET", "/group/4/counter").starts_with("404 "));
}

TEST_F(HttpGroupsProcessTest, AllAreToldInOnePlace) {
  ASSERT_EQ(ask(0, "POST", "/group/3/counter/increment"), "200 1");

  const nlohmann::json all = groups(0);

  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0]["cluster"], "test");
  EXPECT_EQ(all[1]["cluster"], "test-2");
  EXPECT_EQ(all[2]["cluster"], "test-3");
  EXPECT_EQ(all[2]["store"]["counter"], 1);
  EXPECT_EQ(all[1]["store"]["counter"], 0);
  const std::string metrics = ask(0, "GET", "/metrics");
  EXPECT_NE(metrics.find("buoyant_proposals_committed_total{group=\"3\"} 1\n"), std::string::npos);
  EXPECT_NE(metrics.find("buoyant_proposals_committed_total{group=\"1\"} 0\n"), std::string::npos);
  EXPECT_NE(ask(0, "GET", "/group/2/").find("<!doctype html>"), std::string::npos);
}

TEST_F(HttpGroupsProcessTest, AllGoOnWithoutAServerThatLedOne) {
  for (const char* group : {"/group/1", "/group/2", "/group/3"}) {
    ASSERT_EQ(ask(0, "PUT", std::string(group) + "/kv/k", "before"), "201 ");
  }
  const auto led = static_cast<std::size_t>(leader(2) - 1);
  const std::size_t other = (led + 1) % 3;

  cluster_->server(led).kill();

  for (const char* group : {"/group/1", "/group/2", "/group/3"}) {
    const std::string key = std::string(group) + "/kv/k";
    EXPECT_TRUE(wait_until(in_time(), [&] {
      return ask(other, "PUT", key, "after").starts_with("20");
    })) << key;
    EXPECT_EQ(ask(other, "GET", key), "200 after");
  }
  cluster_->server(led).start();
  ASSERT_TRUE(cluster_->wait_settled(in_time()));
  EXPECT_EQ(ask(led, "GET", "/group/2/kv/k"), "200 after");
  EXPECT_EQ(ask(led, "GET", "/group/3/kv/k"), "200 after");
}

}  // namespace buoyant::process
