// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/tls/name.h"

#include "buoyant/model/hard_state.h"

#include <gtest/gtest.h>

namespace buoyant::tls::name_test {

TEST(TlsNameTest, AServerOfAClusterHasOneSpelling) {
  const PeerName name{.cluster = "harbour-1.eu_west~b", .id = ServerId(7)};

  const std::string uri = to_uri(name);

  EXPECT_EQ(uri, "buoyant://harbour-1.eu_west~b/7");
  EXPECT_EQ(parse_uri(uri), name);
}

TEST(TlsNameTest, OtherBytesOfAClusterIdAreEscaped) {
  const PeerName name{.cluster = std::string("a/b c%\0\xff", 8), .id = ServerId(1)};

  const std::string uri = to_uri(name);

  EXPECT_EQ(uri, "buoyant://a%2Fb%20c%25%00%FF/1");
  EXPECT_EQ(parse_uri(uri), name);
}

TEST(TlsNameTest, TheLongestClusterIdAndTheLargestIdFit) {
  const PeerName name{.cluster = std::string(kClusterBytesMax, '/'), .id = ServerId(~0ULL)};

  EXPECT_EQ(parse_uri(to_uri(name)), name);
}

TEST(TlsNameTest, AClusterIdIsNeitherEmptyNorTooLong) {
  EXPECT_EQ(parse_uri("buoyant:///1"), std::nullopt);
  EXPECT_EQ(parse_uri("buoyant://" + std::string(kClusterBytesMax + 1, 'c') + "/1"), std::nullopt);
}

TEST(TlsNameTest, AnIdIsDecimalFromOneWithoutLeadingZeros) {
  EXPECT_EQ(parse_uri("buoyant://c/0"), std::nullopt);
  EXPECT_EQ(parse_uri("buoyant://c/01"), std::nullopt);
  EXPECT_EQ(parse_uri("buoyant://c/+1"), std::nullopt);
  EXPECT_EQ(parse_uri("buoyant://c/-1"), std::nullopt);
  EXPECT_EQ(parse_uri("buoyant://c/ 1"), std::nullopt);
  EXPECT_EQ(parse_uri("buoyant://c/1 "), std::nullopt);
  EXPECT_EQ(parse_uri("buoyant://c/0x1"), std::nullopt);
  EXPECT_EQ(parse_uri("buoyant://c/"), std::nullopt);
  EXPECT_EQ(parse_uri("buoyant://c/18446744073709551616"), std::nullopt);
}

TEST(TlsNameTest, NothingElseMayBeInAName) {
  EXPECT_EQ(parse_uri(""), std::nullopt);
  EXPECT_EQ(parse_uri("buoyant://"), std::nullopt);
  EXPECT_EQ(parse_uri("buoyant://c"), std::nullopt);
  EXPECT_EQ(parse_uri("Buoyant://c/1"), std::nullopt);
  EXPECT_EQ(parse_uri("https://c/1"), std::nullopt);
  EXPECT_EQ(parse_uri(" buoyant://c/1"), std::nullopt);
  EXPECT_EQ(parse_uri("buoyant://c/1/"), std::nullopt);
  EXPECT_EQ(parse_uri("buoyant://c/1?x"), std::nullopt);
  EXPECT_EQ(parse_uri("buoyant://c/1#x"), std::nullopt);
  EXPECT_EQ(parse_uri("buoyant://c//1"), std::nullopt);
  EXPECT_EQ(parse_uri("buoyant://u@c/1"), std::nullopt);
  EXPECT_EQ(parse_uri("buoyant://c:80/1"), std::nullopt);
  EXPECT_EQ(parse_uri(std::string_view("buoyant://c\0d/1", 15)), std::nullopt);
  EXPECT_EQ(parse_uri(std::string_view("buoyant://c/1\0", 14)), std::nullopt);
}

TEST(TlsNameTest, ASecondSpellingIsNotTaken) {
  EXPECT_EQ(parse_uri("buoyant://%63/1"), std::nullopt);
  EXPECT_EQ(parse_uri("buoyant://a%2fb/1"), std::nullopt);
}

TEST(TlsNameTest, ABrokenEscapeIsNotTaken) {
  EXPECT_EQ(parse_uri("buoyant://a%/1"), std::nullopt);
  EXPECT_EQ(parse_uri("buoyant://a%2/1"), std::nullopt);
  EXPECT_EQ(parse_uri("buoyant://a%G0/1"), std::nullopt);
}

}  // namespace buoyant::tls::name_test
