// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/recover/options.h"

#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace buoyant::recover_tool::options_test {

class RecoverOptionsTest : public testing::Test {
 protected:
  std::optional<Options> parse(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "buoyant-recover");
    exit_code_ = -1;
    return parse_options(static_cast<int>(arguments.size()), arguments.data(), exit_code_);
  }

  int refused(std::vector<const char*> arguments) {
    return parse(std::move(arguments)) ? -1 : exit_code_;
  }

  int exit_code_ = -1;
};

TEST_F(RecoverOptionsTest, IsADryRunUnlessItIsForced) {
  const auto options = parse({"data", "--member", "1=host:1"});

  ASSERT_TRUE(options);
  EXPECT_EQ(options->directory, "data");
  EXPECT_EQ(options->voters, (std::vector<Member>{{ServerId(1), "host:1"}}));
  EXPECT_FALSE(options->force);
  EXPECT_FALSE(options->json);
}

TEST_F(RecoverOptionsTest, TakesMembersBeforeAndAfterTheDirectory) {
  const auto options =
      parse({"--member", "2=[::1]:2", "--force", "data", "--member", "1=host:1", "--json"});

  ASSERT_TRUE(options);
  EXPECT_EQ(options->directory, "data");
  EXPECT_EQ(options->voters,
            (std::vector<Member>{{ServerId(2), "[::1]:2"}, {ServerId(1), "host:1"}}));
  EXPECT_TRUE(options->force);
  EXPECT_TRUE(options->json);
}

TEST_F(RecoverOptionsTest, RefusesWhatIsMissing) {
  EXPECT_EQ(refused({}), 2);
  EXPECT_EQ(refused({"data"}), 2);
  EXPECT_EQ(refused({"--member", "1=host:1"}), 2);
}

TEST_F(RecoverOptionsTest, RefusesMembersThatAreNone) {
  EXPECT_EQ(refused({"data", "--member", "host:1"}), 2);
  EXPECT_EQ(refused({"data", "--member", "0=host:1"}), 2);
  EXPECT_EQ(refused({"data", "--member", "1=host"}), 2);
  EXPECT_EQ(refused({"data", "--member", "1=:1"}), 2);
  EXPECT_EQ(refused({"data", "--member", "1="}), 2);
  EXPECT_EQ(refused({"data", "--member", "1=host:1", "--member", "1=host:2"}), 2);
}

TEST_F(RecoverOptionsTest, HelpIsNoFailure) {
  EXPECT_EQ(refused({"--help"}), 0);
}

}  // namespace buoyant::recover_tool::options_test
