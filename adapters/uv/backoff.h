// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// How long to wait before the next dial: it doubles with each failure, up to a bound, and a
/// random half of it is left off, so that servers that lost each other at one instant do not
/// come back at one instant.
#pragma once

#include "buoyant/base/time.h"

#include <algorithm>
#include <cstdint>

namespace buoyant::uv {

class Backoff {
 public:
  /// Requires: 0 < first <= longest.
  Backoff(Duration first, Duration longest) : first_(first), longest_(longest), next_(first) {}

  /// The wait after one more failure: from half the delay to all of it. `random` chooses.
  Duration next(std::uint64_t random) {
    const auto half = static_cast<std::uint64_t>(next_.count()) / 2;
    const Duration wait = next_ - Duration(static_cast<std::int64_t>(random % (half + 1)));
    next_ = std::min(next_ * 2, longest_);
    return wait;
  }

  /// After a success.
  void reset() { next_ = first_; }

 private:
  Duration first_;
  Duration longest_;
  Duration next_;
};

}  // namespace buoyant::uv
