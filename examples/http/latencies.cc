// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/http/latencies.h"

#include <algorithm>
#include <vector>

namespace http {

void Latencies::add(std::uint64_t nanoseconds) {
  kept_[count_ % kKeptMax] = nanoseconds;
  count_ += 1;
}

Latencies::Figures Latencies::figures() const {
  const std::size_t kept = static_cast<std::size_t>(std::min<std::uint64_t>(count_, kKeptMax));
  if (kept == 0) {
    return {};
  }
  std::vector<std::uint64_t> sorted(kept_.begin(),
                                    kept_.begin() + static_cast<std::ptrdiff_t>(kept));
  std::sort(sorted.begin(), sorted.end());
  const auto at = [&](std::size_t percent) {
    constexpr double kMillisecond = 1e6;
    return static_cast<double>(sorted[(kept - 1) * percent / 100]) / kMillisecond;
  };
  return {at(50), at(99), at(100)};
}

}  // namespace http
