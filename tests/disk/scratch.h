// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Where images are made: in memory when there is a place for it.
#pragma once

#include <string>

namespace buoyant::disk {

[[nodiscard]] std::string default_scratch();

/// A directory that is gone with its owner.
class Scratch {
 public:
  /// In `parent`.
  explicit Scratch(const std::string& parent);
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch();

  /// As realpath says it.
  [[nodiscard]] const std::string& path() const { return path_; }

  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace buoyant::disk
