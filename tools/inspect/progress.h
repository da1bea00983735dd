// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A bar on the terminal that shows how far a long reading has got. Nothing where there is none.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace buoyant::inspect_tool {

/// "[#####...............]  25 %, 10.0 MiB of 40.0 MiB".
std::string bar_of(std::uint64_t done, std::uint64_t total);

class Progress {
 public:
  /// On stderr, if that is a terminal.
  Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  ~Progress() { hide(); }

  void set_total(std::uint64_t bytes) noexcept { total_ = bytes; }

  void add(std::uint64_t bytes);

  /// Wipes it away: something else is to be said.
  void hide();

 private:
  bool is_shown_;
  std::uint64_t done_ = 0;
  std::uint64_t total_ = 0;
  std::size_t width_ = 0;
  std::chrono::steady_clock::time_point next_;
};

}  // namespace buoyant::inspect_tool
