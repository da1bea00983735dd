// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/http/request_reader.h"

#include "examples/http/limits.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

namespace http::request_reader_test {

class HttpRequestReaderTest : public testing::Test {
 protected:
  /// "METHOD target body" of the request at the front, which is removed; "": there is none.
  std::string take() {
    const Request* const request = reader_.front();
    if (request == nullptr) {
      return {};
    }
    std::string text = http_method_str(request->method);
    text += " " + request->target + " " + request->body;
    reader_.pop();
    return text;
  }

  /// What refuses these bytes.
  static std::optional<int> error_of(std::string_view bytes) {
    RequestReader reader;
    reader.append(bytes);
    EXPECT_FALSE(reader.front() != nullptr);
    return reader.error();
  }

  RequestReader reader_;
};

TEST_F(HttpRequestReaderTest, ARequestMayComeByteByByte) {
  const std::string text =
      "PUT /kv/a HTTP/1.1\r\nHost: x\r\nIf-Match: \"1\"\r\nContent-Length: 5\r\n\r\nhello";
  for (const char byte : text.substr(0, text.size() - 1)) {
    reader_.append({&byte, 1});
    ASSERT_EQ(reader_.front(), nullptr);
    ASSERT_GT(reader_.pending_bytes(), 0U);
  }

  reader_.append("o");

  ASSERT_NE(reader_.front(), nullptr);
  EXPECT_EQ(*reader_.front()->header("if-match"), "\"1\"");
  EXPECT_EQ(reader_.front()->header("accept"), nullptr);
  EXPECT_TRUE(reader_.front()->keeps_alive);
  EXPECT_EQ(take(), "PUT /kv/a hello");
  EXPECT_EQ(reader_.pending_bytes(), 0U);
}

TEST_F(HttpRequestReaderTest, RequestsMayComeTogether) {
  reader_.append(
      "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nPOST /2 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked"
      "\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: t\r\n\r\nGET /3 HTTP/1.0\r\n\r\nGET /4 HT");

  EXPECT_EQ(take(), "GET /1 ");
  EXPECT_EQ(take(), "POST /2 abcde");
  ASSERT_NE(reader_.front(), nullptr);
  EXPECT_FALSE(reader_.front()->keeps_alive);
  EXPECT_EQ(take(), "GET /3 ");
  EXPECT_EQ(take(), "");
  EXPECT_EQ(reader_.error(), std::nullopt);
  EXPECT_EQ(reader_.pending_bytes(), std::string_view("GET /4 HT").size());
}

TEST_F(HttpRequestReaderTest, TheEndOfTheConnectionMayBeAskedFor) {
  reader_.append("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

  ASSERT_NE(reader_.front(), nullptr);
  EXPECT_FALSE(reader_.front()->keeps_alive);
}

TEST_F(HttpRequestReaderTest, AnOfferToSpeakSomethingElseIsNoMatter) {
  reader_.append(
      "GET /1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
      "GET /2 HTTP/1.1\r\nHost: x\r\n\r\n");

  EXPECT_EQ(take(), "GET /1 ");
  EXPECT_EQ(take(), "GET /2 ");
}

TEST_F(HttpRequestReaderTest, AClientThatWaitsForLeaveIsToldOnce) {
  reader_.append("PUT /1 HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n");
  ASSERT_EQ(reader_.front(), nullptr);

  EXPECT_TRUE(reader_.take_expectation());
  EXPECT_FALSE(reader_.take_expectation());

  reader_.append("ab");
  EXPECT_EQ(take(), "PUT /1 ab");
}

TEST_F(HttpRequestReaderTest, AClientThatDoesNotWaitIsNotTold) {
  reader_.append(
      "PUT /1 HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab");
  ASSERT_NE(reader_.front(), nullptr);

  EXPECT_FALSE(reader_.take_expectation());
}

TEST_F(HttpRequestReaderTest, ALongHeadIsRefused) {
  const std::string begin = "GET / HTTP/1.1\r\nHost: x\r\nX: ";
  const std::string end = "\r\n\r\n";
  const std::string longest(kHeadBytesMax - begin.size() - end.size(), 'x');

  reader_.append(begin + longest + end);
  EXPECT_EQ(take(), "GET / ");
  EXPECT_EQ(error_of(begin + longest + "x" + end), 431);
  EXPECT_EQ(error_of("GET /" + std::string(kHeadBytesMax, 'x')), 431);
  EXPECT_EQ(error_of(std::string(kHeadBytesMax + 1, '\n')), 431);
}

TEST_F(HttpRequestReaderTest, ALongBodyIsRefusedBeforeItComes) {
  EXPECT_EQ(error_of("PUT /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 262145\r\n\r\n"), 413);
  EXPECT_EQ(error_of("PUT /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 1099511627776\r\n\r\n"), 413);
  EXPECT_EQ(error_of("PUT /1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n40001\r\n" +
                     std::string(kValueBytesMax + 1, 'x')),
            413);
}

TEST_F(HttpRequestReaderTest, TheLongestBodyIsTaken) {
  const std::string body(kValueBytesMax, 'x');

  reader_.append("PUT /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 262144\r\n\r\n" + body);

  EXPECT_EQ(take(), "PUT /1 " + body);
}

TEST_F(HttpRequestReaderTest, OtherBytesAreRefused) {
  EXPECT_EQ(error_of("nonsense\r\n\r\n"), 501);
  EXPECT_EQ(error_of("GET / HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(error_of("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1x\r\n\r\n"), 400);
  EXPECT_EQ(error_of("GET / HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n"), 400);
  EXPECT_EQ(error_of("GET /\r\n\r\n"), 505);
  EXPECT_EQ(error_of("GET / HTTP/3.0\r\nHost: x\r\n\r\n"), 505);
  // Two lengths are how one request is smuggled into another.
  EXPECT_EQ(error_of("PUT /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: "
                     "chunked\r\n\r\n0\r\n\r\n"),
            400);
  EXPECT_EQ(
      error_of("PUT /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n"),
      400);
}

}  // namespace http::request_reader_test
