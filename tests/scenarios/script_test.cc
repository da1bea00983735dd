// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/scenarios/script.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace buoyant::scenarios::script_test {

/// The lines that are kept.
std::vector<std::string> kept(std::string_view text) {
  const auto script = parse_script(text);
  std::vector<std::string> lines;
  for (const ScriptLine& line : script.value_or(Script()).lines) {
    lines.push_back(line.text);
  }
  return lines;
}

ScriptError error_of(std::string_view text) {
  const auto script = parse_script(text);
  return script ? ScriptError() : script.error();
}

constexpr const char* kNotALine =
    "neither a comment '# ...', an input '> ...', nor the output of an input";

TEST(ScriptTest, KeepsCommentsEmptyLinesAndInputs) {
  EXPECT_EQ(kept("# story\n\n> servers 3\n"),
            (std::vector<std::string>{"# story", "", "> servers 3"}));
}

TEST(ScriptTest, LeavesOutTheOutput) {
  EXPECT_EQ(kept("> state\n  1  leader\n  2  follower\n> log\n"),
            (std::vector<std::string>{"> state", "> log"}));
}

TEST(ScriptTest, ReadsSeveralCommandsOfALine) {
  const auto script = parse_script("> propose 1; write-done 1\n");

  ASSERT_TRUE(script.has_value());
  ASSERT_EQ(script->lines[0].commands.size(), 2U);
  EXPECT_EQ(script->lines[0].commands[1].verb, Verb::kWriteDone);
}

TEST(ScriptTest, ReadsThatALineIsQuiet) {
  const auto script = parse_script("> timeout 1; settle quietly\n");

  ASSERT_TRUE(script.has_value());
  EXPECT_TRUE(script->lines[0].quietly);
  EXPECT_EQ(script->lines[0].commands.size(), 2U);
}

TEST(ScriptTest, NamesTheLineOfAnUnknownCommand) {
  EXPECT_EQ(error_of("# story\n\n> elect 1\n"), (ScriptError{3, "unknown command 'elect'"}));
}

TEST(ScriptTest, RefusesOutputWithoutAnInput) {
  EXPECT_EQ(error_of("# story\n  1  leader\n"), (ScriptError{2, kNotALine}));
}

TEST(ScriptTest, RefusesALineThatIsNothing) {
  EXPECT_EQ(error_of("> state\nleader\n"), (ScriptError{2, kNotALine}));
}

TEST(ScriptTest, RefusesAnInputWithoutACommand) {
  EXPECT_EQ(error_of("> propose 1;;\n"), (ScriptError{1, "unknown command ''"}));
}

}  // namespace buoyant::scenarios::script_test
