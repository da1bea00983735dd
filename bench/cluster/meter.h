// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What is counted while a load runs at a server: from the end of the warm-up on, for as long as
/// the work says.
#pragma once

#include "bench/cluster/point.h"
#include "bench/support/histogram.h"
#include "buoyant/node.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace buoyant::bench {

class Meter {
 public:
  using Clock = std::chrono::steady_clock;

  /// Says "BEGIN" when measuring begins, and "END" when it ends: then others look, too.
  using Say = std::function<void(const std::string&)>;

  /// The warm-up begins now. `node` outlives it.
  Meter(Node& node, const Work& work, Say say);

  /// To be told the time now and then; begins and ends to measure when that is due.
  void tell(Clock::time_point now);

  [[nodiscard]] bool is_measuring() const { return state_ == State::kMeasuring; }

  [[nodiscard]] bool has_ended() const { return state_ == State::kEnded; }

  /// When measuring began, or is to begin.
  [[nodiscard]] Clock::time_point begin() const { return begin_; }

  /// When it ended, or is to end.
  [[nodiscard]] Clock::time_point end() const { return end_; }

  void record(Clock::duration latency) {
    histogram_.record(static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(latency).count()));
  }

  /// What the node says about the measured time, and the latencies that were recorded;
  /// `committed` calls ended well in it. Requires: it has ended.
  [[nodiscard]] Point point(std::uint64_t committed) const;

 private:
  enum class State : std::uint8_t { kWarmingUp, kMeasuring, kEnded };

  Node& node_;
  Work work_;
  Say say_;
  State state_ = State::kWarmingUp;
  Clock::time_point begin_;
  Clock::time_point end_;
  Histogram histogram_;
  NodeStatus before_;
  NodeStatus after_;
};

}  // namespace buoyant::bench
