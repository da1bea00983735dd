// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// Every file beside this one, carried out and compared with itself. BUOYANT_REWRITE=1 writes
// what happened into the files; the change is to be reviewed like one of the code.

#include "tests/scenarios/difference.h"
#include "tests/scenarios/runner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace buoyant::scenarios::scenario_test {

namespace fs = std::filesystem;

/// The names of the scenarios, sorted.
std::vector<std::string> scenario_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(BUOYANT_SOURCE_DIR "/tests/scenarios")) {
    const fs::path& path = entry.path();
    if (path.extension() == ".txt" && path.filename() != "CMakeLists.txt") {
      names.push_back(path.stem().string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string read(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::string located(const std::string& name, const ScriptError& error) {
  return "tests/scenarios/" + name + ".txt:" + std::to_string(error.line) + ": " + error.message;
}

/// The last lines of a transcript that came to a halt.
std::string ending(const std::string& transcript) {
  constexpr std::size_t kShown = 15;
  const std::vector<std::string> lines = split_lines(transcript);
  std::string text;
  for (std::size_t i = lines.size() - std::min(lines.size(), kShown); i < lines.size(); ++i) {
    text += lines[i] + "\n";
  }
  return text;
}

bool is_rewriting() {
  const char* value = std::getenv("BUOYANT_REWRITE");
  return value != nullptr && std::string(value) == "1";
}

class ScenarioTest : public testing::TestWithParam<std::string> {};

TEST_P(ScenarioTest, HappensAsWritten) {
  const std::string path = BUOYANT_SOURCE_DIR "/tests/scenarios/" + GetParam() + ".txt";
  const std::string text = read(path);

  const auto script = parse_script(text);
  ASSERT_TRUE(script.has_value()) << located(GetParam(), script.error());
  const Outcome outcome = run_script(*script);
  ASSERT_FALSE(outcome.error.has_value()) << located(GetParam(), *outcome.error) << "\n"
                                          << ending(outcome.transcript);
  ASSERT_EQ(outcome.violation, "") << ending(outcome.transcript);

  if (is_rewriting()) {
    std::ofstream(path, std::ios::binary) << outcome.transcript;
    return;
  }
  EXPECT_TRUE(text == outcome.transcript)
      << "tests/scenarios/" << GetParam() << ".txt, " << first_difference(text, outcome.transcript)
      << "If that is right, run this test with BUOYANT_REWRITE=1 and review what it changes.";
}

INSTANTIATE_TEST_SUITE_P(All, ScenarioTest, testing::ValuesIn(scenario_names()),
                         [](const auto& scenario) { return scenario.param; });

}  // namespace buoyant::scenarios::scenario_test
