// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/uv/address.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace buoyant::uv::address_test {

struct Good {
  const char* text;
  const char* host;
  std::uint16_t port;
  bool numeric;

  friend void PrintTo(const Good& good, std::ostream* out) { *out << good.text; }
};

class GoodAddressTest : public testing::TestWithParam<Good> {};

TEST_P(GoodAddressTest, IsRead) {
  const auto address = parse_address(GetParam().text);

  ASSERT_TRUE(address) << address.error().context();
  EXPECT_EQ(address->host, GetParam().host);
  EXPECT_EQ(address->port, GetParam().port);
  EXPECT_EQ(numeric_address(*address).has_value(), GetParam().numeric);
}

INSTANTIATE_TEST_SUITE_P(
    All, GoodAddressTest,
    testing::Values(Good{"127.0.0.1:7001", "127.0.0.1", 7001, true},
                    Good{"0.0.0.0:0", "0.0.0.0", 0, true}, Good{"[::1]:7001", "::1", 7001, true},
                    Good{"[::]:65535", "::", 65535, true},
                    Good{"[2001:db8::5]:1", "2001:db8::5", 1, true},
                    Good{"[::ffff:127.0.0.1]:80", "::ffff:127.0.0.1", 80, true},
                    Good{"[fe80::1%lo]:80", "fe80::1%lo", 80, true},
                    Good{"localhost:80", "localhost", 80, false},
                    Good{"db-1.example.org:7001", "db-1.example.org", 7001, false},
                    Good{"db_1:7001", "db_1", 7001, false},
                    Good{"example.org.:7001", "example.org.", 7001, false},
                    Good{"1.example:7001", "1.example", 7001, false},
                    Good{"a:00080", "a", 80, false}));

struct Bad {
  std::string text;
  const char* context;

  friend void PrintTo(const Bad& bad, std::ostream* out) { *out << bad.text; }
};

class BadAddressTest : public testing::TestWithParam<Bad> {};

TEST_P(BadAddressTest, IsRefusedWithTheReason) {
  const auto address = parse_address(GetParam().text);

  ASSERT_FALSE(address);
  EXPECT_EQ(address.error().code(), Errc::kInvalidOptions);
  EXPECT_STREQ(address.error().context(), GetParam().context);
}

constexpr const char* kNoPort = "address: no port";
constexpr const char* kPort = "address: the port is not a number up to 65535";
constexpr const char* kHost = "address: the host is neither a name nor a number";
constexpr const char* kFour = "address: the host is not a valid IPv4 address";
constexpr const char* kSix = "address: no IPv6 address in the brackets";

INSTANTIATE_TEST_SUITE_P(
    All, BadAddressTest,
    testing::Values(
        Bad{"", kNoPort}, Bad{"localhost", kNoPort}, Bad{"localhost:", kNoPort},
        Bad{":7001", "address: no host"}, Bad{"a:65536", kPort}, Bad{"a:-1", kPort},
        Bad{"a:+1", kPort}, Bad{"a: 1", kPort}, Bad{"a:1 ", kPort}, Bad{"a:0x10", kPort},
        Bad{"a:999999", kPort}, Bad{"::1:7001", "address: an IPv6 address needs brackets"},
        Bad{"a:b:1", "address: an IPv6 address needs brackets"}, Bad{"[::1]", kNoPort},
        Bad{"[::1]7001", kNoPort}, Bad{"[::1]:", kNoPort}, Bad{"[::1", "address: '[' without ']'"},
        Bad{"[]:1", kSix}, Bad{"[localhost]:1", kSix}, Bad{"[127.0.0.1]:1", kSix},
        Bad{"[::g]:1", kSix}, Bad{"256.1.1.1:1", kFour}, Bad{"1.2.3:1", kFour},
        Bad{"127.1:1", kFour}, Bad{"12345:1", kFour}, Bad{"1.2.3.4.5:1", kFour},
        Bad{"a b:1", kHost}, Bad{"a..b:1", kHost}, Bad{".a:1", kHost}, Bad{"-a:1", kHost},
        Bad{"a-:1", kHost}, Bad{"a/b:1", kHost}, Bad{std::string("a\0b:1", 5), kHost},
        Bad{std::string(64, 'a') + ":1", kHost},
        Bad{std::string(254, 'a') + ":1", "address: the host is longer than 253 bytes"}));

TEST(AddressTest, LongestNameIsRead) {
  const std::string label(62, 'a');
  const std::string name = label + "." + label + "." + label + "." + label + ".a";
  ASSERT_EQ(name.size(), kHostBytesMax);

  EXPECT_TRUE(parse_address(name + ":1"));
}

sockaddr_storage numeric(const char* text) {
  return *numeric_address(*parse_address(text));
}

TEST(AddressTest, NumbersAreWrittenAsTheyAreRead) {
  EXPECT_EQ(to_text(numeric("127.0.0.1:7001")), "127.0.0.1:7001");
  EXPECT_EQ(to_text(numeric("[2001:db8::5]:443")), "[2001:db8::5]:443");
  EXPECT_EQ(host_text(numeric("[2001:db8::5]:443")), "2001:db8::5");
}

TEST(AddressTest, PortCanBeSet) {
  sockaddr_storage four = numeric("127.0.0.1:1");
  sockaddr_storage six = numeric("[::1]:1");
  set_port(four, 500);
  set_port(six, 600);

  EXPECT_EQ(to_text(four), "127.0.0.1:500");
  EXPECT_EQ(to_text(six), "[::1]:600");
}

TEST(AddressTest, LoopbackIsKnownInEachForm) {
  EXPECT_TRUE(is_loopback(numeric("127.0.0.1:1")));
  EXPECT_TRUE(is_loopback(numeric("127.255.3.4:1")));
  EXPECT_TRUE(is_loopback(numeric("[::1]:1")));
  EXPECT_TRUE(is_loopback(numeric("[::ffff:127.0.0.1]:1")));
  EXPECT_FALSE(is_loopback(numeric("0.0.0.0:1")));
  EXPECT_FALSE(is_loopback(numeric("[::]:1")));
  EXPECT_FALSE(is_loopback(numeric("128.0.0.1:1")));
  EXPECT_FALSE(is_loopback(numeric("[::ffff:10.0.0.1]:1")));
  EXPECT_FALSE(is_loopback(numeric("[fe80::1]:1")));
}

}  // namespace buoyant::uv::address_test
