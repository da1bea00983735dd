// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/install/place.h"

#include <gtest/gtest.h>

namespace buoyant::install::examples_test {

TEST(InstalledExamples, TheKeyValueServerKeepsAValue) {
  ASSERT_FALSE(examples().empty());

  EXPECT_EQ(keep_a_value(examples() / "kv/buoyant-kv"), "+OK $v");
}

TEST(InstalledExamples, TheSimulatedCounterPasses) {
  ASSERT_FALSE(examples().empty());

  const Outcome ran = shell("simulation/simulated_counter_test", examples());

  EXPECT_EQ(ran.code, 0) << ran.output;
}

TEST(InstalledExamples, AllOfThemWereBuilt) {
  ASSERT_FALSE(examples().empty());

  const Outcome linked = shell(
      "ls echo/buoyant-echo echo_c/buoyant-echo-c hello/buoyant-hello hello_c/buoyant-hello-c "
      "storage/libbuoyant_storage_example.a "
      "transport/libbuoyant_transport_example.a state_machine/libbuoyant_state_machine_example.a",
      examples());

  EXPECT_EQ(linked.code, 0) << linked.output;
}

/// Each .pc file alone is a line that links: whatever a component needs follows it.
TEST(PkgConfig, ItsLineIsEnoughForAPlainCompiler) {
  ASSERT_FALSE(examples().empty());

  const Outcome built = link_server(
      "plain-kv",
      pkg_config(installed(), "--libs buoyant-standard buoyant-sessions buoyant-report"));

  ASSERT_EQ(built.code, 0) << built.output;
  EXPECT_EQ(keep_a_value(examples() / "plain-kv"), "+OK $v");
}

TEST(PkgConfig, EveryFileIsValid) {
  const auto files = files_below(installed() / BUOYANT_LIBDIR / "pkgconfig");
  std::string modules;
  for (const std::string& file : files) {
    modules += " " + file.substr(0, file.size() - 3);
  }

  EXPECT_GE(files.size(), 15U);
  EXPECT_EQ(pkg_config(installed(), "--validate" + modules), "");
  EXPECT_EQ(pkg_config(installed(), "--print-errors --exists" + modules), "");
}

}  // namespace buoyant::install::examples_test
