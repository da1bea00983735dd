// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/ctl/options.h"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <vector>

namespace buoyant::ctl::options_test {

using std::chrono::milliseconds;
using std::chrono::seconds;

using Command = Options::Command;

class CtlOptionsTest : public testing::Test {
 protected:
  std::optional<Options> parse(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "buoyant-ctl");
    return parse_options(static_cast<int>(arguments.size()), arguments.data(), exit_code_);
  }

  int refused(std::vector<const char*> arguments) {
    EXPECT_FALSE(parse(std::move(arguments)));
    return exit_code_;
  }

  int exit_code_ = 0;
};

TEST_F(CtlOptionsTest, AStatusIsOfAnyNumberOfServers) {
  const auto options = parse({"status", "a:1", "[::1]:65535", "--json", "--no-discovery"});

  ASSERT_TRUE(options);
  EXPECT_EQ(options->command, Command::kStatus);
  EXPECT_EQ(options->endpoints, (std::vector<std::string>{"a:1", "[::1]:65535"}));
  EXPECT_TRUE(options->is_json);
  EXPECT_FALSE(options->discovers);
  EXPECT_EQ(options->every, std::nullopt);
  EXPECT_EQ(options->limit, seconds(3));
}

TEST_F(CtlOptionsTest, AWatchHasAPeriod) {
  EXPECT_EQ(parse({"status", "a:1", "--watch", "0.5"})->every, milliseconds(500));
  EXPECT_EQ(parse({"status", "a:1", "--watch"})->every, seconds(2));
}

TEST_F(CtlOptionsTest, WhatChangesSomethingMayTakeItsTime) {
  EXPECT_EQ(parse({"transfer", "a:1"})->limit, seconds(60));
  EXPECT_EQ(parse({"transfer", "a:1", "--timeout-ms", "500"})->limit, milliseconds(500));
  EXPECT_EQ(parse({"trace", "a:1"})->limit, seconds(3));
}

TEST_F(CtlOptionsTest, EachCommandHasItsOwn) {
  EXPECT_EQ(parse({"members", "a:1"})->command, Command::kMembers);
  EXPECT_EQ(parse({"transfer", "a:1", "--to", "3"})->id, 3U);
  EXPECT_EQ(parse({"snapshot", "a:1", "--id", "2"})->id, 2U);
  EXPECT_EQ(parse({"trace", "a:1", "--steps", "7"})->steps, 7U);
  const auto added = parse({"add", "a:1", "--id", "4", "--address", "h:7", "--learner"});
  EXPECT_EQ(added->command, Command::kAdd);
  EXPECT_EQ(added->address, "h:7");
  EXPECT_TRUE(added->is_learner);
  EXPECT_EQ(parse({"promote", "a:1", "--id", "4"})->command, Command::kPromote);
  EXPECT_EQ(parse({"demote", "a:1", "--id", "4"})->command, Command::kDemote);
  EXPECT_EQ(parse({"remove", "a:1", "--id", "4"})->command, Command::kRemove);
}

TEST_F(CtlOptionsTest, WrongUsageIsRefused) {
  EXPECT_EQ(refused({}), 2);
  EXPECT_EQ(refused({"status"}), 2);
  EXPECT_EQ(refused({"remove", "a:1"}), 2);
  EXPECT_EQ(refused({"remove", "a:1", "--id", "0"}), 2);
  EXPECT_EQ(refused({"remove", "a:1", "--id", "-1"}), 2);
  EXPECT_EQ(refused({"add", "a:1", "--id", "1"}), 2);
  for (const char* const endpoint :
       {"a", "a:", ":1", "a:0", "a:65536", "a:x", "http://a:1", "a:1/x", "b@a:1", "a b:1"}) {
    EXPECT_EQ(refused({"status", endpoint}), 2) << endpoint;
  }
}

TEST_F(CtlOptionsTest, HelpIsNoMistake) {
  EXPECT_EQ(refused({"--help"}), 0);
}

}  // namespace buoyant::ctl::options_test
