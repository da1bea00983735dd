// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/support/process/temporary_directory.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace buoyant::process {

TemporaryDirectory::TemporaryDirectory(const std::string& parent) : path_(parent + "/XXXXXX") {
  std::error_code error;
  std::filesystem::create_directories(parent, error);
  if (::mkdtemp(path_.data()) == nullptr) {
    std::abort();
  }
}

TemporaryDirectory::~TemporaryDirectory() {
  if (!is_kept_) {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }
}

}  // namespace buoyant::process
