// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/install/place.h"

#include <gtest/gtest.h>

namespace buoyant::install::packages_test {

/// The packages, made at the first call.
static const std::filesystem::path& packages() {
  static const std::filesystem::path kPackages = [] {
    std::filesystem::path folder = place() / "packages";
    const Outcome made =
        shell("cpack --config " BUOYANT_BINARY_DIR "/CPackConfig.cmake -B " + folder.string());
    EXPECT_EQ(made.code, 0) << made.output;
    return folder;
  }();
  return kPackages;
}

/// All of them unpacked as if `root` were /.
static const std::filesystem::path& root() {
  static const std::filesystem::path kRoot = [] {
    const Outcome unpacked =
        shell("for deb in *.deb; do dpkg-deb -x $deb ../root || exit; done", packages());
    EXPECT_EQ(unpacked.code, 0) << unpacked.output;
    return place() / "root";
  }();
  return kRoot;
}

static std::string field(const std::string& package, const std::string& name) {
  return shell("dpkg-deb -f " + package + "_0.1.0_*.deb " + name, packages()).output;
}

TEST(DebianPackages, TheOneToBuildWithNeedsWhatItsLibrariesNeed) {
  const std::string depends = field("libbuoyant-dev", "Depends");

  for (const char* package : {"libbuoyant0.1 (= 0.1.0)", "libuv1-dev", "liblmdb-dev",
                              "liburing-dev", "libssl-dev", "libexpected-dev", "pkg-config"}) {
    EXPECT_NE(depends.find(package), std::string::npos) << package << " in " << depends;
  }
}

TEST(DebianPackages, TheSharedLibraryNeedsTheLibrariesThatItLoads) {
  const std::string depends = field("libbuoyant0.1", "Depends");

  for (const char* package : {"libc6", "libuv1", "liblmdb0", "liburing2", "libssl3"}) {
    EXPECT_NE(depends.find(package), std::string::npos) << package << " in " << depends;
  }
}

TEST(DebianPackages, AreEnoughToBuildAndRunAServer) {
  ASSERT_FALSE(examples().empty());
  const std::filesystem::path usr = root() / "usr";

  const Outcome found = configure(BUOYANT_SOURCE_DIR "/tests/install/finder", "packages.finder",
                                  usr, "-DCOMPONENTS='standard;shared'");
  const Outcome built = link_server("packaged-kv", pkg_config(usr, "--libs buoyant"));

  EXPECT_EQ(found.code, 0) << found.output;
  ASSERT_EQ(built.code, 0) << built.output;
  EXPECT_EQ(keep_a_value(examples() / "packaged-kv", usr / BUOYANT_LIBDIR), "+OK $v");
}

TEST(DebianPackages, EveryProgramSaysWhatItDoes) {
  const auto programs = files_below(root() / "usr/bin");

  EXPECT_GE(programs.size(), 4U);
  for (const std::string& program : programs) {
    const Outcome help = shell((root() / "usr/bin" / program).string() + " --help");
    EXPECT_EQ(help.code, 0) << program;
    EXPECT_NE(help.output.find("--help"), std::string::npos) << help.output;
  }
}

}  // namespace buoyant::install::packages_test
