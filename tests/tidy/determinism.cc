// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/tidy/rules.h"

#include <regex>

namespace buoyant::tidy {

std::vector<Finding> check_determinism(const SourceFile& file) {
  static const std::regex kForbidden(
      R"(\b(unordered_(map|set|multimap|multiset)|random_device|mt19937|s?rand\s*\(|)"
      R"((system|steady|high_resolution)_clock|float|double|thread|mutex|atomic|getenv|std::hash)\b)");
  std::vector<Finding> findings;
  const bool is_core =
      file.path.starts_with("src/core/") || file.path.starts_with("include/buoyant/core/");
  if (!is_core || !is_cpp(file)) {
    return findings;
  }
  const std::vector<std::string> code = code_of(file);
  for (std::size_t line = 0; line < code.size(); ++line) {
    std::smatch match;
    if (std::regex_search(code[line], match, kForbidden)) {
      findings.push_back(
          {file.path, line + 1, "the core is deterministic: no " + match.str() + " in it"});
    }
  }
  return findings;
}

}  // namespace buoyant::tidy
