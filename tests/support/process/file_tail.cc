// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/support/process/file_tail.h"

#include <fstream>
#include <sstream>
#include <utility>

namespace buoyant::process {

std::vector<std::string> FileTail::take_lines() {
  std::vector<std::string> lines;
  std::ifstream file(path_, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(offset_));
  std::string line;
  while (std::getline(file, line)) {
    offset_ += line.size();
    partial_ += line;
    if (file.eof()) {
      break;  // No newline yet.
    }
    ++offset_;
    lines.push_back(std::exchange(partial_, {}));
  }
  return lines;
}

std::string contents_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace buoyant::process
