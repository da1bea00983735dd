// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/tidy/rules.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <sstream>
#include <string>

namespace buoyant::tidy {

namespace whole_project {

constexpr const char* kListPath = "tests/tidy/covered_elsewhere.txt";

/// Where a module's own test file would be; nothing: it is no module.
std::optional<std::string> test_path_of(const SourceFile& file) {
  const std::string& path = file.path;
  if (!path.ends_with(".cc") && !path.ends_with(".c")) {
    return std::nullopt;
  }
  const std::string stem = path.substr(0, path.rfind('.'));
  if (path.starts_with("src/")) {
    return "tests/" + stem.substr(4) + "_test.cc";
  }
  if (path.starts_with("adapters/") || path.starts_with("examples/")) {
    return "tests/" + stem + "_test.cc";
  }
  return std::nullopt;
}

/// A line of the list: a module, the file that tests it, and why it has none of its own.
struct Covered {
  std::size_t line = 0;
  std::string test;
  std::string why;
};

std::map<std::string, Covered> read_list(const std::vector<SourceFile>& project) {
  std::map<std::string, Covered> list;
  for (const SourceFile& file : project) {
    for (std::size_t line = 0; file.path == kListPath && line < file.lines.size(); ++line) {
      std::istringstream stream(file.lines[line]);
      std::string module;
      Covered covered{line + 1, {}, {}};
      stream >> module >> covered.test >> std::ws;
      std::getline(stream, covered.why);
      if (!module.empty() && module[0] != '#') {
        list.emplace(module, covered);
      }
    }
  }
  return list;
}

using Lines = std::vector<std::string>;

Lines lines_of(const std::vector<SourceFile>& project, const std::string& path) {
  const auto found = std::find_if(project.begin(), project.end(),
                                  [&](const SourceFile& file) { return file.path == path; });
  return found == project.end() ? Lines() : found->lines;
}

/// A page whose first block of a language is a whole program.
struct Shown {
  const char* page;
  const char* block;
  const char* program;
};

constexpr Shown kShown[] = {{"README.md", "```cpp", "examples/hello/hello.cc"},
                            {"docs/C.md", "```c", "examples/hello_c/hello.c"}};

Lines first_block(const Lines& page, const char* block) {
  const auto begin = std::find(page.begin(), page.end(), block);
  const auto end = std::find(begin, page.end(), "```");
  return begin == page.end() ? Lines() : Lines(begin + 1, end);
}

bool shows_its_program(const std::vector<SourceFile>& project, const Shown& shown) {
  constexpr std::ptrdiff_t kHeaderLines = 3;
  auto program = lines_of(project, shown.program);
  if (program.size() > kHeaderLines) {
    program.erase(program.begin(), program.begin() + kHeaderLines);
  }
  return !program.empty() && first_block(lines_of(project, shown.page), shown.block) == program;
}

}  // namespace whole_project

std::vector<Finding> check_test_files(const std::vector<SourceFile>& project) {
  std::set<std::string> paths;
  for (const SourceFile& file : project) {
    paths.insert(file.path);
  }
  const auto list = whole_project::read_list(project);
  std::vector<Finding> findings;
  for (const SourceFile& file : project) {
    const auto test = whole_project::test_path_of(file);
    const bool has_test = !test || paths.count(*test) != 0;
    if (!has_test && list.count(file.path) == 0) {
      findings.push_back({file.path, 0, "has no test file " + *test});
    }
    if (test && has_test && list.count(file.path) != 0) {
      findings.push_back({file.path, 0, "has its test file and need not be listed"});
    }
  }
  for (const auto& [module, covered] : list) {
    const bool is_complete =
        paths.count(module) != 0 && paths.count(covered.test) != 0 && !covered.why.empty();
    if (!is_complete) {
      findings.push_back(
          {whole_project::kListPath, covered.line, module + ": module, test or reason is missing"});
    }
  }
  return findings;
}

std::vector<Finding> check_suite_names(const std::vector<SourceFile>& project) {
  static const std::regex kTest(
      R"(^\s*(TEST|TEST_F|TYPED_TEST_SUITE|TYPED_TEST_SUITE_P|TEST_P)\s*\(\s*(\w+))");
  std::map<std::string, std::string> owners;
  std::vector<Finding> findings;
  for (const SourceFile& file : project) {
    const bool is_test = is_cpp(file) && (file.path.starts_with("tests/") ||
                                          file.path.starts_with("include/buoyant/conformance/"));
    const std::vector<std::string> code = is_test ? code_of(file) : std::vector<std::string>();
    for (std::size_t line = 0; line < code.size(); ++line) {
      std::smatch match;
      if (!std::regex_search(code[line], match, kTest)) {
        continue;
      }
      const auto owner = owners.emplace(match[2], file.path).first;
      if (owner->second != file.path) {
        findings.push_back(
            {file.path, line + 1, "the suite " + owner->first + " belongs to " + owner->second});
      }
    }
  }
  return findings;
}

std::vector<Finding> check_shown_programs(const std::vector<SourceFile>& project) {
  std::vector<Finding> findings;
  for (const whole_project::Shown& shown : whole_project::kShown) {
    if (!whole_project::shows_its_program(project, shown)) {
      findings.push_back(
          {shown.page, 0, std::string("its program is not that of ") + shown.program});
    }
  }
  return findings;
}

}  // namespace buoyant::tidy
