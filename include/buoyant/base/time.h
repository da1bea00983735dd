// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Monotonic time as a value: nobody but an event loop reads a clock.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <limits>

namespace buoyant {

/// A span of time. Literals of `std::chrono_literals` convert.
using Duration = std::chrono::nanoseconds;

/// A point on one event loop's monotonic clock; means nothing on another machine.
class Instant {
 public:
  constexpr Instant() noexcept = default;

  constexpr explicit Instant(Duration since_start) noexcept : since_start_(since_start) {}

  /// Later than any deadline: "never".
  static constexpr Instant never() noexcept {
    return Instant(Duration(std::numeric_limits<std::int64_t>::max()));
  }

  [[nodiscard]] constexpr Duration since_start() const noexcept { return since_start_; }

  friend constexpr auto operator<=>(Instant, Instant) noexcept = default;

  friend constexpr Duration operator-(Instant left, Instant right) noexcept {
    return left.since_start_ - right.since_start_;
  }

  /// Requires: the result is before never().
  friend constexpr Instant operator+(Instant at, Duration by) noexcept {
    return Instant(at.since_start_ + by);
  }

  friend constexpr Instant operator-(Instant at, Duration by) noexcept {
    return Instant(at.since_start_ - by);
  }

 private:
  Duration since_start_{0};
};

}  // namespace buoyant
