// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/certs/options.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace buoyant::certs_tool::options_test {

struct Parsed {
  std::optional<Options> options;
  int exit_code = 0;
};

Parsed parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "buoyant-certs");
  Parsed parsed;
  parsed.options =
      parse_options(static_cast<int>(arguments.size()), arguments.data(), parsed.exit_code);
  return parsed;
}

TEST(CertsOptionsTest, AnAuthorityNeedsADirectoryOnly) {
  const auto parsed = parse({"ca", "--out", "certs"});

  ASSERT_TRUE(parsed.options);
  EXPECT_EQ(parsed.options->command, Options::Command::kAuthority);
  EXPECT_EQ(parsed.options->out, "certs");
  EXPECT_EQ(parsed.options->days, 3650);
}

TEST(CertsOptionsTest, AServerNeedsItsName) {
  const auto parsed = parse({"server", "--ca", "a", "--cluster", "harbour", "--id",
                             "18446744073709551615", "--out", "b", "--days", "7"});

  ASSERT_TRUE(parsed.options);
  EXPECT_EQ(parsed.options->command, Options::Command::kServer);
  EXPECT_EQ(parsed.options->authority, "a");
  EXPECT_EQ(parsed.options->cluster, "harbour");
  EXPECT_EQ(parsed.options->id, ~0ULL);
  EXPECT_EQ(parsed.options->out, "b");
  EXPECT_EQ(parsed.options->days, 7);
}

TEST(CertsOptionsTest, WhatIsOutOfRangeIsRefused) {
  const std::string long_name(256, 'c');

  EXPECT_EQ(parse({}).exit_code, 2);
  EXPECT_EQ(parse({"ca"}).exit_code, 2);
  EXPECT_EQ(parse({"ca", "--out", "a", "--days", "0"}).exit_code, 2);
  EXPECT_EQ(parse({"server", "--ca", "a", "--cluster", "c", "--id", "0", "--out", "a"}).exit_code,
            2);
  EXPECT_EQ(parse({"server", "--ca", "a", "--cluster", "c", "--id", "-1", "--out", "a"}).exit_code,
            2);
  EXPECT_EQ(parse({"server", "--ca", "a", "--cluster", "", "--id", "1", "--out", "a"}).exit_code,
            2);
  EXPECT_EQ(
      parse({"server", "--ca", "a", "--cluster", long_name.c_str(), "--id", "1", "--out", "a"})
          .exit_code,
      2);
}

}  // namespace buoyant::certs_tool::options_test
