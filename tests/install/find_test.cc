// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/install/place.h"

#include <gtest/gtest.h>

#include <regex>

namespace buoyant::install::find_test {

/// What find_package says to a project that looks for buoyant, words with single spaces between.
static Outcome find(const std::string& what, const std::string& options = {}) {
  static int count = 0;
  Outcome outcome =
      configure(BUOYANT_SOURCE_DIR "/tests/install/finder", "finder." + std::to_string(++count),
                installed(), options + " " + what);
  outcome.output = std::regex_replace(outcome.output, std::regex(R"(\s+)"), " ");
  return outcome;
}

static bool says(const Outcome& outcome, const std::string& what) {
  return outcome.output.find(what) != std::string::npos;
}

/// pkg-config knows of nothing, as on a machine without those libraries.
static const std::string kNothingThere = "-DPKG_CONFIG_EXECUTABLE=/bin/false";

TEST(FindPackage, EverythingIsFoundWhereItWasBuilt) {
  const Outcome found = find("");

  EXPECT_EQ(found.code, 0) << found.output;
}

TEST(FindPackage, AComponentIsFoundWithoutTheLibrariesOfOthers) {
  const Outcome found = find("'-DCOMPONENTS=core;memory'", kNothingThere);

  EXPECT_EQ(found.code, 0) << found.output;
}

TEST(FindPackage, WhatAComponentLacksIsSaid) {
  const Outcome found = find("-DCOMPONENTS=standard", kNothingThere);

  EXPECT_NE(found.code, 0);
  EXPECT_TRUE(says(found,
                   "component lmdb needs lmdb, which is not found (Debian: "
                   "liblmdb-dev)"))
      << found.output;
}

TEST(FindPackage, AComponentThatIsNotInstalledIsNamed) {
  const Outcome found = find("'-DCOMPONENTS=core;rocksdb'");

  EXPECT_NE(found.code, 0);
  EXPECT_TRUE(says(found, "there is no component rocksdb here, only base, model, port"))
      << found.output;
}

TEST(FindPackage, AnotherMinorVersionIsNotTaken) {
  const Outcome found = find("-DCOMPONENTS=core -DVERSION=0.0");

  EXPECT_NE(found.code, 0);
  EXPECT_TRUE(says(found, "compatible with requested version \"0.0\"")) << found.output;
}

}  // namespace buoyant::install::find_test
