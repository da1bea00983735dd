// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/tidy/rules.h"

#include <gtest/gtest.h>

namespace buoyant::tidy::whole_project_test {

const char* const kList = "tests/tidy/covered_elsewhere.txt";

TEST(TidyTestFilesTest, AModuleHasItsTestFile) {
  EXPECT_TRUE(check_test_files({make_source("src/core/trail.cc", ""),
                                make_source("tests/core/trail_test.cc", ""),
                                make_source("adapters/uv/address.cc", ""),
                                make_source("tests/adapters/uv/address_test.cc", "")})
                  .empty());
}

TEST(TidyTestFilesTest, AModuleInCIsOneToo) {
  const SourceFile module = make_source("examples/echo_c/machine.c", "");

  EXPECT_EQ(check_test_files({module}).size(), 1U);
  EXPECT_TRUE(
      check_test_files({module, make_source("tests/examples/echo_c/machine_test.cc", "")}).empty());
}

TEST(TidyTestFilesTest, AModuleWithoutOneIsFound) {
  EXPECT_EQ(report(check_test_files({make_source("src/core/trail.cc", "")})),
            "src/core/trail.cc:0: has no test file tests/core/trail_test.cc\n");
}

TEST(TidyTestFilesTest, AListedModuleNamesTestAndReason) {
  const SourceFile module = make_source("src/core/a.cc", "");
  const SourceFile test = make_source("tests/core/b_test.cc", "");

  EXPECT_TRUE(check_test_files(
                  {module, test, make_source(kList, "src/core/a.cc tests/core/b_test.cc a part\n")})
                  .empty());
  EXPECT_EQ(
      check_test_files({module, test, make_source(kList, "src/core/a.cc tests/core/b_test.cc\n")})
          .size(),
      1U);
  EXPECT_EQ(
      check_test_files({module, make_source(kList, "src/core/a.cc tests/no.cc a part\n")}).size(),
      1U);
}

TEST(TidyTestFilesTest, AListedModuleThatIsGoneOrHasItsTestIsFound) {
  const SourceFile test = make_source("tests/core/a_test.cc", "");
  const SourceFile list = make_source(kList, "src/core/a.cc tests/core/a_test.cc a part\n");

  EXPECT_EQ(check_test_files({test, list}).size(), 1U);
  EXPECT_EQ(check_test_files({make_source("src/core/a.cc", ""), test, list}).size(), 1U);
}

TEST(TidySuiteNamesTest, ASuiteBelongsToOneFile) {
  const SourceFile first =
      make_source("tests/a_test.cc", "TEST(ATest, Runs) {\nTEST(ATest, B) {\n");

  EXPECT_TRUE(
      check_suite_names({first, make_source("tests/b_test.cc", "TEST(BTest, Runs) {\n")}).empty());
  EXPECT_EQ(
      check_suite_names({first, make_source("tests/b_test.cc", "TEST_F(ATest, Runs) {\n")}).size(),
      1U);
}

TEST(TidySuiteNamesTest, APublicSuiteIsLookedAtToo) {
  EXPECT_EQ(check_suite_names({make_source("include/buoyant/conformance/a.h",
                                           "TYPED_TEST_SUITE_P(AConformance);\n"),
                               make_source("tests/a_test.cc", "TEST(AConformance, Runs) {\n")})
                .size(),
            1U);
}

TEST(TidyShownProgramsTest, PagesShowTheProgramsThatAreBuilt) {
  const SourceFile hello = make_source("examples/hello/hello.cc", "//\n//\n\nint main() {}\n");
  const SourceFile readme = make_source("README.md", "# x\n```cpp\nint main() {}\n```\n");
  const SourceFile in_c = make_source("examples/hello_c/hello.c", "//\n//\n\nint main(void);\n");
  const SourceFile page = make_source("docs/C.md", "# x\n```c\nint main(void);\n```\n");
  const SourceFile other = make_source("docs/C.md", "# x\n```c\nint main();\n```\n");

  EXPECT_TRUE(check_shown_programs({hello, readme, in_c, page}).empty());
  EXPECT_EQ(check_shown_programs({hello, readme, in_c, other}).size(), 1U);
  EXPECT_EQ(check_shown_programs({hello, in_c, page}).size(), 1U);
  EXPECT_EQ(check_shown_programs({readme, page}).size(), 2U);
}

/// The project itself.
class TidyProjectTest : public testing::Test {
 protected:
  static const std::vector<SourceFile>& project() {
    static const std::vector<SourceFile> files = load_project();
    return files;
  }

  static std::string broken(std::vector<Finding> (*rule)(const SourceFile&)) {
    std::string text;
    for (const SourceFile& file : project()) {
      text += report(rule(file));
    }
    return text;
  }
};

TEST_F(TidyProjectTest, IsFound) {
  EXPECT_GT(project().size(), 50U);
}

TEST_F(TidyProjectTest, LooksDownNeverUp) {
  EXPECT_EQ(broken(check_layering), "");
}

TEST_F(TidyProjectTest, HasADeterministicCore) {
  EXPECT_EQ(broken(check_determinism), "");
}

TEST_F(TidyProjectTest, HasNoLongFile) {
  EXPECT_EQ(broken(check_file_length), "");
}

TEST_F(TidyProjectTest, HasNoLongFunction) {
  EXPECT_EQ(broken(check_function_length), "");
}

TEST_F(TidyProjectTest, CarriesItsLicence) {
  EXPECT_EQ(broken(check_licence_header), "");
}

TEST_F(TidyProjectTest, HasNoBareToDo) {
  EXPECT_EQ(broken(check_todos), "");
}

TEST_F(TidyProjectTest, NamesNoMachine) {
  EXPECT_EQ(broken(check_machine_paths), "");
}

TEST_F(TidyProjectTest, CanBuildTestsAsOneUnit) {
  EXPECT_EQ(broken(check_test_namespaces), "");
}

TEST_F(TidyProjectTest, DoesNotSleepInTests) {
  EXPECT_EQ(broken(check_sleeping), "");
}

TEST_F(TidyProjectTest, HasSuitesOfOneFileEach) {
  EXPECT_EQ(report(check_suite_names(project())), "");
}

TEST_F(TidyProjectTest, HasATestFileForEachModule) {
  EXPECT_EQ(report(check_test_files(project())), "");
}

TEST_F(TidyProjectTest, ShowsProgramsThatAreBuilt) {
  EXPECT_EQ(report(check_shown_programs(project())), "");
}

}  // namespace buoyant::tidy::whole_project_test
