// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/install/symbols.h"

#include <regex>
#include <sstream>
#include <vector>

namespace buoyant::install {

std::set<std::string> declared_in(std::string_view header) {
  static const std::regex kNamespace(R"(^namespace ([\w:]+) \{$)");
  static const std::regex kNamespaceEnd(R"(^\}  // namespace.*)");
  static const std::regex kClass(R"(^(?:class|struct) (?:BUOYANT_EXPORT )?(\w+)[^;]*)");
  static const std::regex kFunction(R"(^(?:[A-Za-z\[][^;{}()=#]*[\s&*])?(\w+)\(.*)");
  static const std::regex kFriend(R"(^ +BUOYANT_EXPORT friend .*(operator[^\s(]+)\(.*)");
  std::set<std::string> names;
  std::vector<std::string> scopes = {""};
  std::istringstream lines{std::string(header)};
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (std::regex_match(line, match, kNamespace)) {
      scopes.push_back(scopes.back() + match[1].str() + "::");
    } else if (std::regex_match(line, kNamespaceEnd) && scopes.size() > 1) {
      scopes.pop_back();
    } else if (std::regex_match(line, match, kClass) || std::regex_match(line, match, kFriend) ||
               std::regex_match(line, match, kFunction)) {
      names.insert(scopes.back() + match[1].str());
    }
  }
  return names;
}

std::set<std::string> symbols_in(std::string_view nm, std::string_view kinds) {
  static const std::regex kSymbol(R"(^[0-9a-f]+ ([A-Za-z]) (.*?)(?:@@.*)?$)");
  std::set<std::string> symbols;
  std::istringstream lines{std::string(nm)};
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (std::regex_match(line, match, kSymbol) &&
        kinds.find(match[1].str()) != std::string_view::npos) {
      symbols.insert(match[2]);
    }
  }
  return symbols;
}

/// What is named in a symbol: without a type that is returned, arguments and what comes after `<`.
static std::string_view name_in(std::string_view symbol) {
  if (symbol.find("operator") != std::string_view::npos) {
    return symbol.substr(0, symbol.find('('));
  }
  std::size_t begin = 0;
  std::size_t depth = 0;
  for (std::size_t at = 0; at < symbol.size() && (depth > 0 || symbol[at] != '('); ++at) {
    depth += symbol[at] == '<' ? 1U : 0U;
    depth -= symbol[at] == '>' ? 1U : 0U;
    if (depth == 0 && symbol[at] == ' ') {
      begin = at + 1;
    }
  }
  const std::string_view rest = symbol.substr(begin);
  return rest.substr(0, rest.find_first_of("([<"));
}

bool belongs_to(const std::set<std::string>& declared, std::string_view symbol) {
  std::string_view name = name_in(symbol);
  while (!declared.contains(std::string(name))) {
    const std::size_t end = name.rfind("::");
    if (end == std::string_view::npos) {
      return false;
    }
    name = name.substr(0, end);
  }
  return true;
}

}  // namespace buoyant::install
