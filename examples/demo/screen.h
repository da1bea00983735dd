// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Where the demo shows its picture: redrawn in place on a terminal, as plain progress lines
/// elsewhere.
#pragma once

#include "examples/demo/picture.h"

#include <cstddef>
#include <cstdio>

namespace demo {

/// Leaves the terminal as it was found, when it is destroyed.
class Screen {
 public:
  /// `is_terminal`: whether `out` is one.
  Screen(std::FILE* out, bool is_terminal);
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;
  ~Screen();

  [[nodiscard]] bool is_terminal() const noexcept { return is_terminal_; }

  /// On a terminal the whole picture; elsewhere the events that are new, and once a second how
  /// far it is.
  void show(const Picture& picture);

 private:
  void redraw(const Picture& picture);
  void report(const Picture& picture);

  std::FILE* out_;
  bool is_terminal_;
  std::size_t lines_drawn_ = 0;
  std::size_t events_shown_ = 0;
  double reported_at_ = 0;
};

}  // namespace demo
