// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A directory that is gone when its owner is.
#pragma once

#include <string>

namespace buoyant::process {

class TemporaryDirectory {
 public:
  /// A new directory in `parent`, which is made if missing.
  explicit TemporaryDirectory(const std::string& parent);
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory();

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + "/" + name; }

  /// It stays.
  void keep() noexcept { is_kept_ = true; }

 private:
  std::string path_;
  bool is_kept_ = false;
};

}  // namespace buoyant::process
