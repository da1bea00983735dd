// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/install/place.h"

#include <gtest/gtest.h>

namespace buoyant::install::subproject_test {

/// Configured once; the name of its build folder, in place().
static const std::string& subproject() {
  static const std::string kName = [] {
    const Outcome configured = configure(BUOYANT_SOURCE_DIR "/tests/install/subproject",
                                         "subproject", place(), "-DBUOYANT=" BUOYANT_SOURCE_DIR);
    EXPECT_EQ(configured.code, 0) << configured.output;
    return "subproject";
  }();
  return kName;
}

TEST(Subproject, OnlyWhatItsUserLinksIsBuilt) {
  const Outcome built = shell(BUOYANT_CMAKE " --build " + subproject() + " --target first");

  ASSERT_EQ(built.code, 0) << built.output;
  EXPECT_EQ(shell(subproject() + "/first").output, "busy\n");
  EXPECT_EQ(built.output.find("src/core"), std::string::npos) << built.output;
}

TEST(Subproject, IsWithoutTestsProgramsAndPackages) {
  const Outcome targets = shell(BUOYANT_CMAKE " --build " + subproject() + " --target help");

  EXPECT_NE(targets.output.find("buoyant_standard"), std::string::npos) << targets.output;
  for (const char* other :
       {"tests_unit", "buoyant-kv", "buoyant-sim", "core_bench", "buoyant_shared", "package"}) {
    EXPECT_EQ(targets.output.find(other), std::string::npos) << other;
  }
}

TEST(Subproject, InstallsNothing) {
  const Outcome ran = shell(BUOYANT_CMAKE " --install " + subproject() + " --prefix nothing");

  EXPECT_EQ(ran.code, 0) << ran.output;
  EXPECT_EQ(files_below(place() / "nothing"), std::vector<std::string>());
}

}  // namespace buoyant::install::subproject_test
