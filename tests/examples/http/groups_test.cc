// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/http/groups.h"

#include <gtest/gtest.h>

#include <string>

namespace http::groups_test {

std::string moved(const std::string& first, std::size_t group) {
  const auto address = address_of_group(first, group);
  return address ? *address : address.error().context();
}

TEST(HttpGroupsTest, EachHasItsPortsAboveThoseBefore) {
  EXPECT_EQ(moved("127.0.0.1:7001", 1), "127.0.0.1:7001");
  EXPECT_EQ(moved("[::1]:7001", 2), "[::1]:7101");
  EXPECT_EQ(moved("host:7001", 3), "host:7201");
}

TEST(HttpGroupsTest, WhatHasNoSuchPortIsRefused) {
  EXPECT_EQ(moved("host:65435", 2), "host:65535");
  EXPECT_EQ(moved("host:65436", 2), "not HOST:PORT");
  EXPECT_EQ(moved("host", 2), "not HOST:PORT");
  EXPECT_EQ(moved("host:7x", 2), "not HOST:PORT");
}

TEST(HttpGroupsTest, WithoutMoreThereIsNothingToClose) {
  int closed = 0;

  Groups().close([&] { closed += 1; });

  EXPECT_EQ(closed, 1);
}

}  // namespace http::groups_test
