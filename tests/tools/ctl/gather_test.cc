// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/ctl/gather.h"

#include "tests/tools/ctl/cluster.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace buoyant::ctl::gather_test {

using Endpoints = std::vector<std::string>;

TEST(CtlGatherTest, MembersOnOtherHostsAreAskedAtTheSamePort) {
  EXPECT_EQ(further_endpoints({"10.0.0.1:9100"}, {testing_support::server(1)}),
            (Endpoints{"10.0.0.2:9100", "10.0.0.3:9100"}));
}

TEST(CtlGatherTest, WhoAnsweredIsNotAskedAgain) {
  EXPECT_EQ(further_endpoints({"localhost:9100", "10.0.0.2:9200"},
                              {testing_support::server(1), testing_support::server(2)}),
            (Endpoints{"10.0.0.3:9100"}));
}

/// Several servers on one host have different ports, which nobody can guess.
TEST(CtlGatherTest, HostsThatWereAskedAreNotAskedElsewhere) {
  const std::string here = R"({"members": [{"id": 1, "address": "[::1]:7001", "role": "voter"},
                                           {"id": 2, "address": "[::1]:7002", "role": "voter"}]})";

  EXPECT_EQ(further_endpoints({"[::1]:9100"}, {testing_support::server(1, here)}), Endpoints{});
}

TEST(CtlGatherTest, NobodyIsKnownWhenNobodyAnswered) {
  EXPECT_EQ(further_endpoints({"a:1"}, {silent_server("a:1", "no")}), Endpoints{});
}

}  // namespace buoyant::ctl::gather_test
