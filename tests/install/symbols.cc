// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/install/symbols.h"

#include <regex>
#include <sstream>

namespace buoyant::install {

std::set<std::string> declared_in(std::string_view header) {
  static const std::regex kNamespace(R"(^namespace ([\w:]+) \{$)");
  static const std::regex kNamespaceEnd(R"(^\}  // namespace.*)");
  static const std::regex kClass(R"(^(?:class|struct) (?:BUOYANT_EXPORT )?(\w+)[^;]*)");
  static const std::regex kFunction(R"(^(?:[A-Za-z\[][^;{}()=#]*[\s&*])?(\w+)\(.*)");
  static const std::regex kFriend(R"(^ +BUOYANT_EXPORT friend .*(operator[^\s(]+)\(.*)");
  std::set<std::string> names;
  std::string scope;
  std::istringstream lines{std::string(header)};
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (std::regex_match(line, match, kNamespace)) {
      scope = match[1].str() + "::";
    } else if (std::regex_match(line, kNamespaceEnd)) {
      scope.clear();
    } else if (std::regex_match(line, match, kClass) || std::regex_match(line, match, kFriend) ||
               std::regex_match(line, match, kFunction)) {
      names.insert(scope + match[1].str());
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

bool belongs_to(const std::set<std::string>& declared, std::string_view symbol) {
  constexpr std::string_view kVtable = "vtable for ";
  if (symbol.starts_with(kVtable)) {
    symbol.remove_prefix(kVtable.size());
  }
  std::string_view path = symbol.substr(0, symbol.find_first_of("([<"));
  // A type that is returned stands before the names of templates' instances: those are nobody's.
  const std::size_t space = path.find(' ');
  if (space != std::string_view::npos && !path.substr(0, space).ends_with("operator")) {
    return false;
  }
  while (true) {
    if (declared.contains(std::string(path))) {
      return true;
    }
    const std::size_t end = path.rfind("::");
    if (end == std::string_view::npos) {
      return false;
    }
    path = path.substr(0, end);
  }
}

}  // namespace buoyant::install
