// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Columns of text.
#pragma once

#include <string>
#include <vector>

namespace buoyant::ctl {

enum class Colour { kNone, kGood, kWarn, kBad, kDim };

/// The text between the signs for a terminal.
std::string coloured(const std::string& text, Colour colour, bool has_colours);

/// Cells are made as wide as the widest of their column.
class Table {
 public:
  struct Cell {
    std::string text;
    Colour colour = Colour::kNone;
    bool is_number = false;  ///< To the right.
  };

  explicit Table(std::vector<std::string> head);

  /// Requires: as many cells as the head has.
  void add(std::vector<Cell> row);

  /// Whole lines.
  [[nodiscard]] std::string text(bool has_colours) const;

 private:
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace buoyant::ctl
