// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The most recent steps of the core, so that a node can say how it came to where it is.
#pragma once

#include "buoyant/status.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace buoyant::node {

/// Keeps the newest `steps_max` steps. Owned by the engine.
class TraceRing {
 public:
  /// Zero keeps nothing.
  explicit TraceRing(std::size_t steps_max) : steps_max_(steps_max) {}

  void add(Instant at, const core::Step& step);

  /// How many were added, ever; none while nothing is kept.
  [[nodiscard]] std::uint64_t added() const noexcept { return added_; }

  /// The `count` newest, or as many as there are; oldest first.
  [[nodiscard]] std::vector<TraceStep> newest(std::uint64_t count) const;

  /// Oldest first.
  [[nodiscard]] std::vector<TraceStep> steps() const;

 private:
  std::size_t steps_max_;
  std::vector<TraceStep> ring_;
  std::size_t oldest_ = 0;
  std::uint64_t added_ = 0;
};

}  // namespace buoyant::node
