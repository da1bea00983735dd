// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/inspect/options.h"

#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <vector>

namespace buoyant::inspect_tool::options_test {

class InspectOptionsTest : public testing::Test {
 protected:
  std::optional<Options> parse(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "buoyant-inspect");
    exit_code_ = -1;
    return parse_options(static_cast<int>(arguments.size()), arguments.data(), exit_code_);
  }

  int refused(std::vector<const char*> arguments) {
    return parse(std::move(arguments)) ? -1 : exit_code_;
  }

  int exit_code_ = -1;
};

TEST_F(InspectOptionsTest, NeedACommandAndADirectory) {
  EXPECT_EQ(refused({}), 2);
  EXPECT_EQ(refused({"status"}), 2);
  EXPECT_EQ(refused({"unknown", "data"}), 2);
  EXPECT_EQ(refused({"status", "data", "--unknown"}), 2);
  EXPECT_EQ(refused({"--help"}), 0);
}

TEST_F(InspectOptionsTest, OfStatus) {
  const auto options = parse({"status", "data", "--json"});

  ASSERT_TRUE(options);
  EXPECT_EQ(options->command, Command::kStatus);
  EXPECT_EQ(options->directory, "data");
  EXPECT_TRUE(options->json);
}

TEST_F(InspectOptionsTest, OfDump) {
  const auto options = parse({"dump", "data", "--from", "3", "--to", "9", "--payload", "hex"});

  ASSERT_TRUE(options);
  EXPECT_EQ(options->command, Command::kDump);
  EXPECT_EQ(options->from, 3U);
  EXPECT_EQ(options->to, 9U);
  EXPECT_EQ(options->payload, Payload::kHex);
  EXPECT_EQ(refused({"dump", "data", "--payload", "pictures"}), 2);
}

TEST_F(InspectOptionsTest, OfTransfers) {
  const auto out = parse({"export-snapshot", "data", "file"});
  ASSERT_TRUE(out);
  EXPECT_EQ(out->command, Command::kExport);
  EXPECT_EQ(out->file, "file");
  EXPECT_EQ(refused({"export-snapshot", "data"}), 2);
  EXPECT_EQ(refused({"export-snapshot", "data", "file", "--force"}), 2);

  const auto in = parse({"import-snapshot", "data", "file"});
  ASSERT_TRUE(in);
  EXPECT_EQ(in->command, Command::kImport);
  EXPECT_FALSE(in->force);
  EXPECT_TRUE(parse({"import-snapshot", "data", "file", "--force"})->force);
}

TEST_F(InspectOptionsTest, OfVerifyAndCompact) {
  EXPECT_EQ(parse({"verify", "data"})->command, Command::kVerify);
  EXPECT_EQ(parse({"compact", "data"})->command, Command::kCompact);
  EXPECT_EQ(refused({"compact"}), 2);
}

TEST_F(InspectOptionsTest, OfRecoverAreThoseOfBuoyantRecover) {
  const auto options = parse({"recover", "data", "--member", "1=host:1", "--force"});

  ASSERT_TRUE(options);
  EXPECT_EQ(options->command, Command::kRecover);
  EXPECT_EQ(options->recover.directory, "data");
  EXPECT_EQ(options->recover.voters, (std::vector<Member>{{ServerId(1), "host:1"}}));
  EXPECT_TRUE(options->recover.force);
  EXPECT_EQ(refused({"recover", "data"}), 2);
}

}  // namespace buoyant::inspect_tool::options_test
