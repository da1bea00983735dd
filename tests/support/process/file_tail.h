// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The lines of a file that somebody else is still writing.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace buoyant::process {

/// Each complete line is given once; what follows the last newline is kept for later.
class FileTail {
 public:
  explicit FileTail(std::string path) : path_(std::move(path)) {}

  /// The lines that came since the last call.
  std::vector<std::string> take_lines();

 private:
  std::string path_;
  std::size_t offset_ = 0;
  std::string partial_;
};

/// All of a file; empty when there is none.
std::string contents_of(const std::string& path);

}  // namespace buoyant::process
