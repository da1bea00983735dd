// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/ctl/server_view.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace buoyant::ctl::server_view_test {

TEST(CtlServerViewTest, AStatusIsRead) {
  const ServerView server = parse_status("a:1", R"({"id": 3, "cluster": "c", "role": "leader",
      "term": 9, "leader": 3, "commit": 8, "applied": 7, "last": 10, "snapshot": 5,
      "members": [{"id": 3, "address": "x:1", "role": "voter"}],
      "peers": [{"id": 4, "connected": true, "trouble": "t", "refused": "r", "lag": 6}],
      "rss": 11, "db": 12, "space": "low", "storage": {"recent_write_ms": 1.5, "used": 1, "max": 2},
      "latencies": {"total": {"count": 1, "p99_ms": 2.5}}, "tls": {"expires_in": -4},
      "troubles": {"what": 13}, "faulted": null})");

  EXPECT_TRUE(server.is_there());
  EXPECT_TRUE(server.is_up());
  EXPECT_EQ(server.id, 3U);
  EXPECT_EQ(server.cluster, "c");
  EXPECT_EQ(server.term, 9U);
  EXPECT_EQ(server.last, 10U);
  EXPECT_EQ(server.members, (std::vector<MemberView>{{3, "x:1", "voter"}}));
  ASSERT_NE(server.peer(4), nullptr);
  EXPECT_TRUE(server.peer(4)->connected);
  EXPECT_EQ(server.peer(4)->trouble, "t");
  EXPECT_EQ(server.peer(4)->refused, "r");
  EXPECT_EQ(server.peer(4)->lag, 6U);
  EXPECT_EQ(server.peer(5), nullptr);
  EXPECT_TRUE(server.is_space_low);
  EXPECT_EQ(server.storage.recent_write_ms, 1.5);
  EXPECT_EQ(server.write_p99_ms, 2.5);
  EXPECT_EQ(server.tls_expires_in_s, -4);
  EXPECT_EQ(server.troubles.at("what"), 13U);
  EXPECT_EQ(server.faulted, "");
}

TEST(CtlServerViewTest, WhatAnotherVersionDoesNotTellIsNotKnown) {
  const ServerView server = parse_status("a:1", R"({"id": 1, "role": "follower"})");

  EXPECT_TRUE(server.is_there());
  EXPECT_EQ(server.write_p99_ms, std::nullopt);
  EXPECT_EQ(server.tls_expires_in_s, std::nullopt);
  EXPECT_TRUE(server.members.empty());
}

TEST(CtlServerViewTest, FieldsOfAnotherKindAreNotRead) {
  const ServerView server = parse_status(
      "a:1", R"({"id": 1, "role": "follower", "term": "x", "members": 7, "peers": {"a": 1},
                 "storage": [1], "troubles": 5, "tls": 1, "latencies": {"total": "x"}})");

  EXPECT_TRUE(server.is_there());
  EXPECT_EQ(server.term, 0U);
}

TEST(CtlServerViewTest, WhatIsNestedDeeplyIsLeftOut) {
  constexpr std::size_t kDeep = 1'000'000;
  const std::string deep = std::string(kDeep, '[') + std::string(kDeep, ']');

  const ServerView server =
      parse_status("a:1", R"({"id": 1, "role": "leader", "members": )" + deep + "}");

  EXPECT_EQ(server.id, 1U);
  EXPECT_LT(server.json.size(), 1000U);
}

TEST(CtlServerViewTest, AnythingElseIsNoServer) {
  for (const char* text : {"", "{", "[]", "7", "{}", R"({"id": 1})", R"({"role": "leader"})",
                           R"({"id": 0, "role": "leader"})", "\xff\xfe"}) {
    const ServerView server = parse_status("a:1", text);

    EXPECT_EQ(server.error, "what answers there is no server of buoyant") << text;
    EXPECT_EQ(server.endpoint, "a:1");
  }
}

}  // namespace buoyant::ctl::server_view_test
