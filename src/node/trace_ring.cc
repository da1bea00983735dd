// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/trace_ring.h"

#include <algorithm>

namespace buoyant::node {

void TraceRing::add(Instant at, const core::Step& step) {
  if (steps_max_ == 0) {
    return;
  }
  ++added_;
  if (ring_.size() < steps_max_) {
    ring_.push_back({.at = at, .step = step});
    return;
  }
  ring_[oldest_] = {.at = at, .step = step};
  oldest_ = (oldest_ + 1) % steps_max_;
}

std::vector<TraceStep> TraceRing::newest(std::uint64_t count) const {
  const std::size_t size = ring_.size();
  std::vector<TraceStep> result;
  for (std::size_t left = std::min<std::size_t>(count, size); left > 0; --left) {
    result.push_back(ring_[(oldest_ + size - left) % size]);
  }
  return result;
}

std::vector<TraceStep> TraceRing::steps() const {
  std::vector<TraceStep> result = ring_;
  std::rotate(result.begin(), result.begin() + static_cast<std::ptrdiff_t>(oldest_), result.end());
  return result;
}

}  // namespace buoyant::node
