// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/http/status_page.h"

#include <gtest/gtest.h>

#include <string_view>

namespace http::status_page_test {

TEST(HttpStatusPageTest, ItIsTheWholePage) {
  EXPECT_TRUE(kStatusPage.starts_with("<!doctype html>"));
  EXPECT_TRUE(kStatusPage.ends_with("</html>\n"));
}

TEST(HttpStatusPageTest, ItLoadsNothingFromElsewhere) {
  // The one address is the name of the language of its charts.
  constexpr std::string_view kSvg = "http://www.w3.org/2000/svg";
  EXPECT_EQ(kStatusPage.find("http://"), kStatusPage.find(kSvg));
  EXPECT_EQ(kStatusPage.find("http://", kStatusPage.find(kSvg) + 1), std::string_view::npos);
  EXPECT_EQ(kStatusPage.find("https://"), std::string_view::npos);
  EXPECT_EQ(kStatusPage.find(" src="), std::string_view::npos);
  EXPECT_EQ(kStatusPage.find("@import"), std::string_view::npos);
  EXPECT_EQ(kStatusPage.find("url("), std::string_view::npos);
}

}  // namespace http::status_page_test
