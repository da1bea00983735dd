// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A folder among the system's temporary files, for what needs no real disk.
#pragma once

#include "buoyant/base/assert.h"

#include <filesystem>
#include <stdlib.h>
#include <string>
#include <system_error>

namespace buoyant::tests {

/// It goes when this does.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "buoyant-XXXXXX").string();
    BUOYANT_ASSERT(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }

  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace buoyant::tests
