// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/ctl/run.h"

#include "tests/tools/ctl/cluster.h"

#include <gtest/gtest.h>

#include <vector>

namespace buoyant::ctl::run_test {

TEST(CtlRunTest, TheExitCodeIsTheHealth) {
  const std::vector<ServerView> servers = {testing_support::server(1)};

  EXPECT_EQ(exit_code_of(servers, {}), 0);
  EXPECT_EQ(exit_code_of(servers, {{Severity::kNote}}), 0);
  EXPECT_EQ(exit_code_of(servers, {{Severity::kWarning}}), 1);
  EXPECT_EQ(exit_code_of(servers, {{Severity::kCritical}}), 3);
  EXPECT_EQ(exit_code_of({silent_server("a:1", "gone")}, {{Severity::kCritical}}), 4);
}

}  // namespace buoyant::ctl::run_test
