// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/support/process/applied_log.h"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace buoyant::process {

std::string AppliedLog::add_run(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::uint64_t last = 0;
  for (std::string text; std::getline(file, text) && !file.eof();) {
    std::istringstream fields(text);
    std::uint64_t index = 0;
    Line line;
    if (!(fields >> index >> line.term) || fields.get() != ' ') {
      return path + ": not INDEX TERM LINE: " + text.substr(0, 100);
    }
    std::getline(fields, line.text);
    if (index <= last) {
      return path + ": index " + std::to_string(index) + " after " + std::to_string(last);
    }
    last = index;
    const auto [at, is_new] = lines_.emplace(index, line);
    if (!is_new && at->second != line) {
      return path + ": index " + std::to_string(index) + " was \"" + at->second.text +
             "\" before and is \"" + line.text + "\" now";
    }
  }
  return {};
}

std::set<std::string> AppliedLog::texts() const {
  std::set<std::string> texts;
  for (const auto& [index, line] : lines_) {
    texts.insert(line.text);
  }
  return texts;
}

std::string AppliedLog::repeated() const {
  std::set<std::string> texts;
  for (const auto& [index, line] : lines_) {
    if (!texts.insert(line.text).second) {
      return line.text;
    }
  }
  return {};
}

std::string difference(const AppliedLog& left, const AppliedLog& right) {
  const auto [at, other] = std::mismatch(left.lines().begin(), left.lines().end(),
                                         right.lines().begin(), right.lines().end());
  const auto describe = [](const AppliedLog& log, auto position) -> std::string {
    return position == log.lines().end()
               ? "nothing more"
               : std::to_string(position->first) + " " + std::to_string(position->second.term) +
                     " " + position->second.text;
  };
  if (at == left.lines().end() && other == right.lines().end()) {
    return {};
  }
  return "one has " + describe(left, at) + ", the other " + describe(right, other);
}

}  // namespace buoyant::process
