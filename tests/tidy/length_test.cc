// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/tidy/rules.h"

#include <gtest/gtest.h>

#include <string>

namespace buoyant::tidy::length_test {

std::string body(std::size_t lines) {
  std::string text;
  for (std::size_t line = 0; line < lines; ++line) {
    text += "  step();\n";
  }
  return text;
}

std::vector<Finding> functions_in(const std::string& text) {
  return check_function_length(make_source("src/core/a.cc", text));
}

TEST(TidyFileLengthTest, FourHundredLinesAreTheWall) {
  EXPECT_TRUE(check_file_length(make_source("src/a.cc", body(kFileLinesMax))).empty());
  EXPECT_EQ(check_file_length(make_source("src/a.cc", body(kFileLinesMax + 1))).size(), 1U);
}

TEST(TidyFileLengthTest, ProseMayBeLonger) {
  EXPECT_TRUE(check_file_length(make_source("docs/a.md", body(kFileLinesMax + 1))).empty());
}

TEST(TidyFunctionLengthTest, AFunctionOfSeventyLinesIsFine) {
  EXPECT_TRUE(functions_in("void run() {\n" + body(kFunctionLinesMax - 2) + "}\n").empty());
}

TEST(TidyFunctionLengthTest, ALongerOneIsFoundWhereItBegins) {
  const auto findings = functions_in("\n\nvoid run() {\n" + body(kFunctionLinesMax - 1) + "}\n");

  EXPECT_EQ(report(findings), "src/core/a.cc:3: a function of 71 lines, more than 70\n");
}

TEST(TidyFunctionLengthTest, ClassesAndNamespacesMayBeLonger) {
  EXPECT_TRUE(functions_in("namespace buoyant {\nclass Node final : public Base {\n" + body(100) +
                           "};\nenum class Kind : int {\n" + body(100) + "};\n}\n")
                  .empty());
}

TEST(TidyFunctionLengthTest, MemberFunctionsAreMeasured) {
  EXPECT_EQ(
      functions_in("class Node {\n  void run() const noexcept {\n" + body(80) + "  }\n};\n").size(),
      1U);
}

TEST(TidyFunctionLengthTest, TemplatesAreMeasured) {
  EXPECT_EQ(functions_in("template <class T>\nvoid run(T t) {\n" + body(80) + "}\n").size(), 1U);
}

TEST(TidyFunctionLengthTest, AConstructorIsOneFunctionWithItsInitialisers) {
  EXPECT_EQ(functions_in("A::A(int a)\n    : a_{a},\n      b_{1} {\n" + body(68) + "}\n").size(),
            1U);
}

TEST(TidyFunctionLengthTest, BracesInTextAndCommentsDoNotCount) {
  EXPECT_TRUE(functions_in("void run() {\n  // }{{\n  say(\"{{{\");\n  put('{');\n}\n" + body(80) +
                           "void stop() {\n}\n")
                  .empty());
}

TEST(TidyFunctionLengthTest, RawStringsAndMacrosDoNotCount) {
  EXPECT_TRUE(functions_in("auto text = R\"x({{{ \"\n)\")x\";\n#define OPEN() \\\n  {\n" + body(80))
                  .empty());
}

TEST(TidyFunctionLengthTest, TestsAreFunctions) {
  EXPECT_EQ(functions_in("TEST_F(ATest, Runs) {\n" + body(80) + "}\n").size(), 1U);
}

TEST(TidyFunctionLengthTest, TwoShortFunctionsAreNotOneLongOne) {
  EXPECT_TRUE(
      functions_in("void a() {\n" + body(50) + "}\n\nvoid b() {\n" + body(50) + "}\n").empty());
}

}  // namespace buoyant::tidy::length_test
