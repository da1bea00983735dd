// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A place for files of one execution.
#pragma once

#include "buoyant/base/assert.h"

#include <filesystem>
#include <stdlib.h>
#include <string>
#include <system_error>

namespace buoyant::fuzz {

/// A directory that goes when this does.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "buoyant-fuzz-XXXXXX").string();
    BUOYANT_ASSERT(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }

  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace buoyant::fuzz
