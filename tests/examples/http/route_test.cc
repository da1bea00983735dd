// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/http/route.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace http::route_test {

using Headers = std::vector<std::pair<std::string, std::string>>;

Request request(http_method method, std::string target, Headers headers = {}) {
  Request made;
  made.method = method;
  made.target = std::move(target);
  made.headers = std::move(headers);
  made.headers.emplace_back("host", "here:1");
  return made;
}

std::optional<Route> routed(const Request& request) {
  const auto result = route(request);
  const auto* const found = std::get_if<Route>(&result);
  return found == nullptr ? std::nullopt : std::optional(*found);
}

/// 0: it is not refused.
int refused(const Request& request) {
  const auto result = route(request);
  const auto* const response = std::get_if<Response>(&result);
  return response == nullptr ? 0 : response->status;
}

TEST(HttpRouteTest, KnowsItsPlaces) {
  EXPECT_EQ(routed(request(HTTP_GET, "/")), (Route{Action::kPage}));
  EXPECT_EQ(routed(request(HTTP_HEAD, "/status")), (Route{Action::kStatus}));
  EXPECT_EQ(routed(request(HTTP_GET, "/metrics")), (Route{Action::kMetrics}));
  EXPECT_EQ(routed(request(HTTP_GET, "/counter")), (Route{Action::kGetCounter}));
  EXPECT_EQ(routed(request(HTTP_POST, "/counter/increment")), (Route{Action::kIncrement}));
  EXPECT_EQ(routed(request(HTTP_GET, "/kv/a")), (Route{Action::kGetValue, "a"}));
  EXPECT_EQ(routed(request(HTTP_PUT, "/kv/a")), (Route{Action::kPutValue, "a"}));
  EXPECT_EQ(routed(request(HTTP_DELETE, "/kv/a")), (Route{Action::kDeleteValue, "a"}));
}

TEST(HttpRouteTest, OtherGroupsHaveAFrontOfTheirOwn) {
  EXPECT_EQ(routed(request(HTTP_GET, "/groups")), (Route{Action::kGroups}));
  EXPECT_EQ(routed(request(HTTP_GET, "/group/2/")), (Route{Action::kPage, {}, {}, false, 2}));
  EXPECT_EQ(routed(request(HTTP_GET, "/group/3/counter?stale")),
            (Route{Action::kGetCounter, {}, {}, true, 3}));
  EXPECT_EQ(routed(request(HTTP_PUT, "/group/12/kv/a")),
            (Route{Action::kPutValue, "a", {}, false, 12}));
  EXPECT_EQ(refused(request(HTTP_GET, "/group/0/counter")), 404);
  EXPECT_EQ(refused(request(HTTP_GET, "/group/x/counter")), 404);
  EXPECT_EQ(refused(request(HTTP_GET, "/group/2")), 404);
  EXPECT_EQ(refused(request(HTTP_GET, "/group/2/group/3/counter")), 404);
}

TEST(HttpRouteTest, AKeyIsAnyBytes) {
  EXPECT_EQ(routed(request(HTTP_GET, "/kv/a/b%2F%00%e4+")),
            (Route{Action::kGetValue, std::string("a/b/\0\xe4+", 7)}));
  EXPECT_EQ(routed(request(HTTP_GET, "/kv/" + std::string(512, 'k'))),
            (Route{Action::kGetValue, std::string(512, 'k')}));
}

TEST(HttpRouteTest, ABadKeyIsRefused) {
  EXPECT_EQ(refused(request(HTTP_GET, "/kv/")), 400);
  EXPECT_EQ(refused(request(HTTP_GET, "/kv/" + std::string(513, 'k'))), 400);
  EXPECT_EQ(refused(request(HTTP_GET, "/kv/%4")), 400);
  EXPECT_EQ(refused(request(HTTP_GET, "/kv/%4x")), 400);
}

TEST(HttpRouteTest, AReadMayBeStale) {
  EXPECT_EQ(routed(request(HTTP_GET, "/kv/a?stale")), (Route{Action::kGetValue, "a", {}, true}));
  EXPECT_EQ(refused(request(HTTP_GET, "/kv/a?stal")), 400);
  EXPECT_EQ(refused(request(HTTP_PUT, "/kv/a?stale")), 400);
}

TEST(HttpRouteTest, AWriteMayHaveACondition) {
  using Kind = Condition::Kind;
  const auto condition = [](Headers headers) {
    const auto found = routed(request(HTTP_PUT, "/kv/a", std::move(headers)));
    return found ? std::optional(found->condition) : std::nullopt;
  };

  EXPECT_EQ(condition({}), Condition{});
  EXPECT_EQ(condition({{"if-none-match", "*"}}), Condition{Kind::kMissing});
  EXPECT_EQ(condition({{"if-match", "*"}}), Condition{Kind::kThere});
  EXPECT_EQ(condition({{"if-match", "\"12\""}}), (Condition{Kind::kVersion, 12}));
}

TEST(HttpRouteTest, AConditionThatIsNotUnderstoodIsRefused) {
  EXPECT_EQ(refused(request(HTTP_PUT, "/kv/a", {{"if-match", "12"}})), 400);
  EXPECT_EQ(refused(request(HTTP_PUT, "/kv/a", {{"if-match", "\"\""}})), 400);
  EXPECT_EQ(refused(request(HTTP_PUT, "/kv/a", {{"if-match", "\"12\", \"13\""}})), 400);
  EXPECT_EQ(refused(request(HTTP_PUT, "/kv/a", {{"if-none-match", "\"12\""}})), 400);
  EXPECT_EQ(refused(request(HTTP_PUT, "/kv/a", {{"if-match", "*"}, {"if-none-match", "*"}})), 400);
  EXPECT_EQ(refused(request(HTTP_POST, "/counter/increment", {{"if-match", "*"}})), 400);
}

TEST(HttpRouteTest, OtherPlacesAndMethodsAreRefused) {
  EXPECT_EQ(refused(request(HTTP_GET, "/other")), 404);
  EXPECT_EQ(refused(request(HTTP_GET, "")), 404);
  EXPECT_EQ(refused(request(HTTP_GET, "/kv")), 404);
  EXPECT_EQ(refused(request(HTTP_POST, "/kv/a")), 405);

  const auto result = route(request(HTTP_GET, "/counter/increment"));
  EXPECT_EQ(std::get<Response>(result).headers, (Headers{{"Allow", "POST"}}));
}

TEST(HttpRouteTest, PagesOfOtherSitesDoNotWrite) {
  EXPECT_EQ(refused(request(HTTP_PUT, "/kv/a", {{"origin", "http://elsewhere"}})), 403);
  EXPECT_EQ(refused(request(HTTP_POST, "/counter/increment", {{"origin", "null"}})), 403);
  EXPECT_EQ(refused(request(HTTP_POST, "/counter/increment", {{"origin", "http://here:1"}})), 0);
  EXPECT_EQ(refused(request(HTTP_GET, "/kv/a", {{"origin", "http://elsewhere"}})), 0);
}

}  // namespace http::route_test
