// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A load on one server: calls that are made on its loop until enough was measured.
#pragma once

#include "bench/cluster/point.h"
#include "bench/cluster/stage_clock.h"
#include "buoyant/node.h"

#include <chrono>
#include <functional>
#include <optional>

namespace buoyant::bench {

/// Made, started, and kept until its server ends: callbacks may come late.
class Load {
 public:
  using Clock = std::chrono::steady_clock;
  /// Gets the point, or nothing when leadership was lost; once.
  using Done = std::function<void(const std::optional<Point>&)>;

  Load() = default;
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;
  virtual ~Load() = default;

  virtual void start() = 0;
};

/// Makes the calls of a work.
class Caller {
 public:
  using Clock = std::chrono::steady_clock;
  /// When the call was due, and whether it ended well.
  using Ended = std::function<void(Clock::time_point due, bool is_well)>;

  /// `node` outlives it, and so does `stages`, which is told of proposals that ended; null:
  /// nobody is. Requires: the work's calls are not stale reads.
  Caller(Node& node, const Work& work, Ended ended, StageClock* stages = nullptr);

  /// Refused: `ended` will not be called for it.
  Result<void> call(Clock::time_point due);

 private:
  Node& node_;
  Work work_;
  Ended ended_;
  StageClock* stages_;
  Bytes payload_;
};

}  // namespace buoyant::bench
