// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/tidy/rules.h"

#include <gtest/gtest.h>

#include <string>

namespace buoyant::tidy::text_test {

constexpr const char* kHeader =
    "// Copyright (c) the buoyant authors.\n// SPDX-License-Identifier: ISC\n";

TEST(TidyLicenceTest, ASourceBeginsWithTheHeader) {
  EXPECT_TRUE(check_licence_header(make_source("src/a.cc", kHeader)).empty());
  EXPECT_EQ(check_licence_header(make_source("src/a.cc", "int a;\n")).size(), 1U);
  EXPECT_EQ(check_licence_header(make_source("src/a.cc", "")).size(), 1U);
}

TEST(TidyLicenceTest, AScriptHasItAfterTheInterpreter) {
  EXPECT_TRUE(check_licence_header(make_source("dev",
                                               "#!/usr/bin/env bash\n"
                                               "# Copyright (c) the buoyant authors.\n"
                                               "# SPDX-License-Identifier: ISC\n"))
                  .empty());
}

TEST(TidyLicenceTest, ProseNeedsNone) {
  EXPECT_TRUE(check_licence_header(make_source("docs/a.md", "# A\n")).empty());
}

TEST(TidyTodoTest, AToDoNamesItsIssue) {
  EXPECT_EQ(check_todos(make_source("src/a.cc",
                                    "// TO"
                                    "DO: later\n"))
                .size(),
            1U);
  EXPECT_EQ(check_todos(make_source("src/a.cc",
                                    "// FIX"
                                    "ME\n"))
                .size(),
            1U);
  EXPECT_TRUE(check_todos(make_source("src/a.cc",
                                      "// TO"
                                      "DO(#12): later\n"))
                  .empty());
}

TEST(TidyMachinePathTest, NoPathOfOneMachine) {
  EXPECT_EQ(check_machine_paths(make_source("dev",
                                            "cd /ro"
                                            "ot/x\n"))
                .size(),
            1U);
  EXPECT_EQ(check_machine_paths(make_source("docs/a.md",
                                            "in /wo"
                                            "rk/main\n"))
                .size(),
            1U);
  EXPECT_TRUE(check_machine_paths(make_source("dev", "cd src/work/x\n")).empty());
}

TEST(TidyTestNamespaceTest, NoAnonymousNamespaceInTests) {
  EXPECT_EQ(check_test_namespaces(make_source("tests/a_test.cc", "namespace {\n}\n")).size(), 1U);
  EXPECT_TRUE(check_test_namespaces(make_source("tests/a_test.cc", "namespace a {\n}\n")).empty());
  EXPECT_TRUE(check_test_namespaces(make_source("src/a.cc", "namespace {\n}\n")).empty());
  EXPECT_TRUE(
      check_test_namespaces(make_source("tests/frozen/a/a.cc", "namespace {\n}\n")).empty());
}

TEST(TidyTestNamespaceTest, NoUsingDirectiveInTests) {
  EXPECT_EQ(
      check_test_namespaces(make_source("tests/a_test.cc", "  using namespace std;\n")).size(), 1U);
}

TEST(TidySleepTest, TestsDoNotSleep) {
  const std::string text = "std::this_thread::sleep_for(1ms);\n";

  EXPECT_EQ(check_sleeping(make_source("tests/core/a_test.cc", text)).size(), 1U);
  EXPECT_TRUE(check_sleeping(make_source("tests/process/a_test.cc", text)).empty());
}

}  // namespace buoyant::tidy::text_test
