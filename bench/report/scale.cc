// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/report/scale.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <limits>

namespace buoyant::bench {

namespace {

/// Where 100 percent is, on a scale where 99.99 is at 4.
constexpr double kAllNines = 4.7;

double nines(double percent) {
  return percent >= 100 ? kAllNines : -std::log10(1 - percent / 100);
}

/// 1, 2 or 5 times a power of ten.
double round_step(double step) {
  const double power = std::pow(10, std::floor(std::log10(step)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (step <= factor * power) {
      return factor * power;
    }
  }
  return 10 * power;
}

/// Bytes are marked at powers of two, everything else at decimal ones.
double log_base(Unit unit) {
  return unit == Unit::kBytes ? 16 : 10;
}

}  // namespace

Scale::Scale(const Axis& axis, const std::vector<double>& values, double from, double to)
    : axis_(axis), from_(from), to_(to) {
  double least = std::numeric_limits<double>::max();
  double greatest = 0;
  for (const double value : values) {
    greatest = std::max(greatest, value);
    if (value > 0) {
      least = std::min(least, value);
    }
  }
  if (greatest <= 0) {
    least = greatest = 1;
  }
  if (axis.spacing == Spacing::kLinear) {
    greatest_ = greatest * 1.05;
  } else if (axis.spacing == Spacing::kLog) {
    // A little room, so that no dot is on the frame.
    least_ = std::min(least, greatest / 2) / 1.25;
    greatest_ = greatest * 1.25;
  } else {
    greatest_ = 100;
  }
}

double Scale::stretched(double value) const {
  switch (axis_.spacing) {
    case Spacing::kLinear:
      return value;
    case Spacing::kLog:
      return std::log10(std::max(value, least_));
    case Spacing::kNines:
      return nines(value);
  }
  return value;
}

double Scale::place(double value) const {
  const double begin = stretched(least_);
  const double end = stretched(greatest_);
  return from_ + (to_ - from_) * (stretched(value) - begin) / (end - begin);
}

std::vector<Mark> Scale::marks() const {
  switch (axis_.spacing) {
    case Spacing::kLinear:
      return linear_marks();
    case Spacing::kLog:
      return log_marks();
    case Spacing::kNines:
      return {{0, "0"},        {50, "50%"},       {90, "90%"}, {99, "99%"},
              {99.9, "99.9%"}, {99.99, "99.99%"}, {100, "max"}};
  }
  return {};
}

std::vector<Mark> Scale::linear_marks() const {
  constexpr double kMarks = 5;
  const double step = round_step(greatest_ / kMarks);
  std::vector<Mark> marks;
  for (int i = 0; i * step <= greatest_; ++i) {
    marks.push_back({i * step, i == 0 ? "0" : text_of(i * step, axis_.unit)});
  }
  return marks;
}

std::vector<Mark> Scale::log_marks() const {
  const double base = log_base(axis_.unit);
  const double powers = std::log(greatest_ / least_) / std::log(base);
  // Few powers leave room for marks between them.
  const std::vector<double> factors = powers >= 2.5 ? std::vector<double>{1}
                                      : base == 16  ? std::vector<double>{1, 4}
                                      : powers >= 1 ? std::vector<double>{1, 3}
                                                    : std::vector<double>{1, 2, 5};
  std::vector<Mark> marks;
  double power = std::pow(base, std::floor(std::log(least_) / std::log(base)));
  for (; power <= greatest_; power *= base) {
    for (const double factor : factors) {
      if (factor * power >= least_ && factor * power <= greatest_) {
        marks.push_back({factor * power, text_of(factor * power, axis_.unit)});
      }
    }
  }
  return marks;
}

}  // namespace buoyant::bench
