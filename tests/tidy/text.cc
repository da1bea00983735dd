// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/tidy/rules.h"

#include <array>
#include <regex>
#include <string>

namespace buoyant::tidy {

namespace text {

/// Every line that matches, with one message.
std::vector<Finding> matching(const SourceFile& file, const std::vector<std::string>& lines,
                              const std::regex& pattern, const std::string& message) {
  std::vector<Finding> findings;
  for (std::size_t line = 0; line < lines.size(); ++line) {
    if (std::regex_search(lines[line], pattern)) {
      findings.push_back({file.path, line + 1, message});
    }
  }
  return findings;
}

}  // namespace text

std::vector<Finding> check_licence_header(const SourceFile& file) {
  if (!is_source(file)) {
    return {};
  }
  const bool has_shebang = !file.lines.empty() && file.lines[0].starts_with("#!");
  const std::size_t first = has_shebang ? 1 : 0;
  const bool slashes = is_cpp(file) || file.path.ends_with(".fbs");
  const std::string lead = slashes ? "// " : "# ";
  const bool has_header = file.lines.size() > first + 1 &&
                          file.lines[first] == lead + "Copyright (c) the buoyant authors." &&
                          file.lines[first + 1] == lead + "SPDX-License-Identifier: ISC";
  if (has_header) {
    return {};
  }
  return {{file.path, first + 1, "the licence header is missing"}};
}

std::vector<Finding> check_todos(const SourceFile& file) {
  // Taken apart so that this file does not find itself.
  static const std::regex kBare(
      "\\b(TO"
      "DO(?!\\(#[0-9]+\\))|FIX"
      "ME|X"
      "XX)\\b");
  return is_source(file) ? text::matching(file, file.lines, kBare, "a to-do without its issue")
                         : std::vector<Finding>();
}

std::vector<Finding> check_machine_paths(const SourceFile& file) {
  static const std::regex kPath(
      "(^|[^A-Za-z0-9_.])/(wo"
      "rk|fa"
      "rm|ro"
      "ot|home/[a-z]+)/");
  return text::matching(file, file.lines, kPath, "the path of one machine");
}

std::vector<Finding> check_test_namespaces(const SourceFile& file) {
  static const std::regex kNamespace(R"(^\s*(namespace\s*\{|using\s+namespace\b))");
  // A source in these is of a library, and shares no unit with tests.
  const bool is_library = file.path.ends_with(".cc") && (file.path.starts_with("tests/support/") ||
                                                         file.path.starts_with("tests/frozen/"));
  if (!file.path.starts_with("tests/") || is_library || !is_cpp(file)) {
    return {};
  }
  return text::matching(file, code_of(file), kNamespace,
                        "test files name their namespaces, to share a translation unit");
}

std::vector<Finding> check_sleeping(const SourceFile& file) {
  static const std::regex kSleep(R"(\b(sleep_for|sleep_until|usleep|nanosleep|sleep)\s*\()");
  const bool may_wait = file.path.starts_with("tests/adapters/") ||
                        file.path.starts_with("tests/process/") ||
                        file.path.starts_with("tests/support/");
  if (!file.path.starts_with("tests/") || may_wait || !is_cpp(file)) {
    return {};
  }
  return text::matching(file, code_of(file), kSleep, "a test that sleeps");
}

}  // namespace buoyant::tidy
