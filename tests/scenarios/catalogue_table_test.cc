// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// The table of catalogue lines in README.md is what the scenarios themselves say.

#include "tests/scenarios/script.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <string_view>

namespace buoyant::scenarios::catalogue_table_test {

namespace fs = std::filesystem;

/// Names of scenarios by catalogue line.
using Table = std::map<std::string, std::set<std::string>>;

std::string read(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

void add_all(const std::string& text, const std::regex& pattern, const std::string& scenario,
             Table& table) {
  static const std::regex id_pattern("[A-Z][0-9]+");
  for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at) {
    const std::string ids = at->str(1);
    for (std::sregex_iterator id(ids.begin(), ids.end(), id_pattern); id != end; ++id) {
      table[id->str()].insert(scenario);
    }
  }
}

/// What the comments of a scenario name: "Catalogue: E1, E2", or "(C3)" in passing.
void add_scenario(const fs::path& path, Table& table) {
  static const std::regex named("Catalogue: ([A-Z][0-9]+(?:, [A-Z][0-9]+)*)");
  static const std::regex in_passing(R"(\(([A-Z][0-9]+)\))");
  std::string comments;
  for (const std::string& line : split_lines(read(path))) {
    if (line.starts_with("# ")) {
      comments += line.substr(1);
    }
  }
  add_all(comments, named, path.stem().string(), table);
  add_all(comments, in_passing, path.stem().string(), table);
}

Table table_of_scenarios() {
  Table table;
  for (const auto& entry : fs::directory_iterator(BUOYANT_SOURCE_DIR "/tests/scenarios")) {
    if (entry.path().extension() == ".txt") {
      add_scenario(entry.path(), table);
    }
  }
  return table;
}

/// The rows "| E1 | one, other |".
Table table_of_readme() {
  static const std::regex row_pattern(R"(\| ([A-Z][0-9]+) \| (.*) \|)");
  Table table;
  for (const std::string& line :
       split_lines(read(BUOYANT_SOURCE_DIR "/tests/scenarios/README.md"))) {
    std::smatch row;
    if (std::regex_match(line, row, row_pattern)) {
      std::string names = row[2];
      std::istringstream stream(std::regex_replace(names, std::regex(","), " "));
      for (std::string name; stream >> name;) {
        table[row[1]].insert(name);
      }
    }
  }
  return table;
}

TEST(CatalogueTableTest, SaysWhatTheScenariosSay) {
  EXPECT_EQ(table_of_readme(), table_of_scenarios());
}

}  // namespace buoyant::scenarios::catalogue_table_test
