// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/scenarios/difference.h"

#include "tests/scenarios/script.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace buoyant::scenarios {

namespace difference {

constexpr std::size_t kLinesBefore = 4;
constexpr std::size_t kLinesAfter = 6;

using Texts = std::vector<std::string>;

std::string quote(const Texts& lines, std::size_t first, std::size_t last, const char* mark) {
  std::string text;
  for (std::size_t i = first; i < std::min(last, lines.size()); ++i) {
    text += mark + lines[i] + "\n";
  }
  return text;
}

}  // namespace difference

std::string first_difference(std::string_view expected, std::string_view actual) {
  const difference::Texts before = split_lines(expected);
  const difference::Texts now = split_lines(actual);
  std::size_t at = 0;
  while (at < before.size() && at < now.size() && before[at] == now[at]) {
    ++at;
  }
  if (at == before.size() && at == now.size()) {
    return "";
  }
  // As many lines as are equal at the end need not be shown as different.
  std::size_t ending = 0;
  while (ending < before.size() - at && ending < now.size() - at &&
         before[before.size() - 1 - ending] == now[now.size() - 1 - ending]) {
    ++ending;
  }
  const std::size_t start = at - std::min(at, difference::kLinesBefore);
  const std::size_t shown = at + difference::kLinesAfter;
  return "line " + std::to_string(at + 1) + ":\n" + difference::quote(now, start, at, "  ") +
         difference::quote(before, at, std::min(shown, before.size() - ending), "- ") +
         difference::quote(now, at, std::min(shown, now.size() - ending), "+ ");
}

}  // namespace buoyant::scenarios
