// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// From values to places along an axis, and where its marks are.
#pragma once

#include "bench/report/text.h"

#include <cstdint>
#include <string>
#include <vector>

namespace buoyant::bench {

enum class Spacing : std::uint8_t {
  kLinear,  ///< From zero on.
  kLog,
  kNines,  ///< Percent, where 90, 99 and 99.9 are equally far apart, and 100 comes after them.
};

struct Axis {
  std::string label;
  Unit unit = Unit::kPlain;
  Spacing spacing = Spacing::kLinear;
};

struct Mark {
  double value = 0;
  std::string text;
};

class Scale {
 public:
  /// Covers all values, which lie between `from` and `to` on the page. Values that a logarithm
  /// does not have count as the least of the others.
  Scale(const Axis& axis, const std::vector<double>& values, double from, double to);

  [[nodiscard]] double place(double value) const;

  [[nodiscard]] std::vector<Mark> marks() const;

 private:
  [[nodiscard]] double stretched(double value) const;
  [[nodiscard]] std::vector<Mark> linear_marks() const;
  [[nodiscard]] std::vector<Mark> log_marks() const;

  Axis axis_;
  double least_ = 0;
  double greatest_ = 1;
  double from_;
  double to_;
};

}  // namespace buoyant::bench
