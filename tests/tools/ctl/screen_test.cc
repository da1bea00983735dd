// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/ctl/screen.h"

#include "tests/tools/ctl/cluster.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace buoyant::ctl::screen_test {

using testing_support::server;

std::string text_of(const std::vector<ServerView>& servers) {
  return status_text(servers, diagnose(servers), false);
}

TEST(CtlScreenTest, AHealthyClusterIsATable) {
  const std::string told = R"({"storage": {"recent_write_ms": 0.4},
                               "latencies": {"total": {"count": 3, "p99_ms": 1.25}}})";

  EXPECT_EQ(
      text_of({server(2, told), server(1), server(3)}),
      "cluster demo: 3 members, server 1 leads in term 3\n"
      "\n"
      "server  role      term  committed  applied  behind  disk write  99 of 100   memory       "
      "log  status from\n"
      "     1  leader       3        100      100       -           -          -  1.0 MiB  64.0 "
      "MiB  10.0.0.1:9100\n"
      "     2  follower     3        100      100       0      0.4 ms     1.2 ms  1.0 MiB  64.0 "
      "MiB  10.0.0.2:9100\n"
      "     3  follower     3        100      100       0           -          -  1.0 MiB  64.0 "
      "MiB  10.0.0.3:9100\n"
      "\n"
      "nothing is wrong\n");
}

TEST(CtlScreenTest, WhoDoesNotAnswerHasALine) {
  const std::string text = text_of({server(1), server(2), silent_server("10.0.0.3:9100", "gone")});

  EXPECT_NE(text.find("\n     3  no answer     -"), std::string::npos) << text;
  EXPECT_NE(text.find("\n     ?  no answer     -"), std::string::npos) << text;
  EXPECT_NE(text.find("\nwarning  10.0.0.3:9100 is not reached: gone\n"), std::string::npos)
      << text;
  EXPECT_EQ(text.find("nothing is wrong"), std::string::npos);
}

TEST(CtlScreenTest, NobodyMayAnswer) {
  EXPECT_TRUE(text_of({silent_server("a:1", "gone")}).starts_with("no server answered\n"));
}

TEST(CtlScreenTest, ServersCannotWriteToTheTerminal) {
  const std::string text = text_of({server(1, R"({"cluster": "a\u001b[2Jb"})")});

  EXPECT_TRUE(text.starts_with("cluster a?[2Jb:")) << text;
}

TEST(CtlScreenTest, ColoursAreForTerminals) {
  const std::vector<ServerView> servers = {server(1), server(2), server(3)};

  EXPECT_EQ(text_of(servers).find('\033'), std::string::npos);
  EXPECT_NE(status_text(servers, {}, true).find("\033[32mleader\033[0m"), std::string::npos);
}

TEST(CtlScreenTest, MembersAreListedWithTheirServers) {
  EXPECT_EQ(members_text({server(1), server(2)}),
            "server  address        votes  role       status from\n"
            "     1  10.0.0.1:7001  yes    leader     10.0.0.1:9100\n"
            "     2  10.0.0.2:7001  yes    follower   10.0.0.2:9100\n"
            "     3  10.0.0.3:7001  yes    no answer  -\n");
}

TEST(CtlScreenTest, TheJsonHasAllOfIt) {
  const std::vector<ServerView> servers = {server(1), server(2), silent_server("c:3", "gone")};

  const auto json = nlohmann::json::parse(status_json(servers, diagnose(servers)));

  EXPECT_EQ(json["health"], "attention");
  EXPECT_EQ(json["leader"], 1);
  ASSERT_EQ(json["servers"].size(), 3U);
  EXPECT_EQ(json["servers"][0]["status"]["term"], 3);
  EXPECT_EQ(json["servers"][0]["error"], nullptr);
  EXPECT_EQ(json["servers"][2]["status"], nullptr);
  EXPECT_EQ(json["servers"][2]["error"], "gone");
  EXPECT_EQ(json["findings"][0]["severity"], "warning");
  EXPECT_EQ(json["findings"][0]["server"], nullptr);
  EXPECT_EQ(json["findings"][0]["text"], "c:3 is not reached: gone");
}

TEST(CtlScreenTest, HealthIsThatOfTheWorst) {
  EXPECT_STREQ(health_name({}), "healthy");
  EXPECT_STREQ(health_name({{Severity::kNote}}), "healthy");
  EXPECT_STREQ(health_name({{Severity::kWarning}, {Severity::kNote}}), "attention");
  EXPECT_STREQ(health_name({{Severity::kCritical}, {Severity::kNote}}), "critical");
}

}  // namespace buoyant::ctl::screen_test
