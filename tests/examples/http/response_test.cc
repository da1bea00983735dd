// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/http/response.h"

#include <gtest/gtest.h>

#include <string>

namespace http::response_test {

using buoyant::Errc;
using buoyant::Error;

bool has_retry_after(const Response& response) {
  return response.headers == std::vector<std::pair<std::string, std::string>>{{"Retry-After", "1"}};
}

TEST(HttpResponseTest, AnUnknownOutcomeSaysThatItIsUnknown) {
  const Response response = failure(Error(Errc::kOutcomeUnknown));

  EXPECT_EQ(response.status, 504);
  EXPECT_NE(response.body.find("\"error\":\"outcome_unknown\""), std::string::npos);
  EXPECT_NE(response.body.find("\"applied\":\"unknown\""), std::string::npos);
  EXPECT_FALSE(has_retry_after(response));
}

TEST(HttpResponseTest, WhatMaySucceedLaterSaysWhenToTryAgain) {
  for (const Errc code : {Errc::kNoLeader, Errc::kNotLeader, Errc::kBusy, Errc::kSuperseded,
                          Errc::kNotReady, Errc::kStopped, Errc::kFaulted}) {
    const Response response = failure(Error(code));

    EXPECT_EQ(response.status, 503) << response.body;
    EXPECT_TRUE(has_retry_after(response)) << response.body;
    EXPECT_NE(response.body.find("\"applied\":\"no\""), std::string::npos) << response.body;
  }
  EXPECT_EQ(failure(Error(Errc::kStorageFull)).status, 507);
  EXPECT_TRUE(has_retry_after(failure(Error(Errc::kStorageFull))));
}

TEST(HttpResponseTest, OtherErrorsDoNot) {
  EXPECT_EQ(failure(Error(Errc::kTooLarge)).status, 413);
  EXPECT_EQ(failure(Error(Errc::kMalformed)).status, 500);
  EXPECT_FALSE(has_retry_after(failure(Error(Errc::kMalformed))));
}

TEST(HttpResponseTest, TheTextHasTheHeadersThatAnswersHave) {
  const std::string text = to_text({200, "hello", "text/plain", {{"ETag", "\"1\""}}}, true, false);

  EXPECT_TRUE(text.starts_with("HTTP/1.1 200 OK\r\nDate: ")) << text;
  EXPECT_NE(text.find(" GMT\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n"),
            std::string::npos)
      << text;
  EXPECT_TRUE(text.ends_with("\r\nETag: \"1\"\r\nConnection: keep-alive\r\n\r\nhello")) << text;
}

TEST(HttpResponseTest, AnAnswerToHeadHasTheLengthAndNotTheBody) {
  const std::string text = to_text({200, "hello"}, false, true);

  EXPECT_NE(text.find("\r\nContent-Length: 5\r\n"), std::string::npos);
  EXPECT_TRUE(text.ends_with("\r\nConnection: close\r\n\r\n"));
}

TEST(HttpResponseTest, AnAnswerWithoutABodyHasNoLength) {
  const std::string text = to_text({204}, true, false);

  EXPECT_TRUE(text.starts_with("HTTP/1.1 204 No Content\r\n"));
  EXPECT_EQ(text.find("Content-Length"), std::string::npos);
}

}  // namespace http::response_test
