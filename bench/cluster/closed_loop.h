// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A closed loop: a fixed number of proposals outstanding at the leader, each replaced by the
/// next one when it is committed and applied; or of reads, at any server.
#pragma once

#include "bench/cluster/point.h"
#include "bench/support/histogram.h"
#include "buoyant/node.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

namespace buoyant::bench {

class ClosedLoop {
 public:
  using Clock = std::chrono::steady_clock;
  using Done = std::function<void(std::optional<Point>)>;

  /// `node` outlives it. `done` gets the point, or nothing when leadership was lost.
  ClosedLoop(Node& node, const Work& work, Done done);

  /// Fills the window.
  void start();

 private:
  void call();
  Result<void> propose(Clock::time_point sent);
  Result<void> read(Clock::time_point sent);
  void on_done(Clock::time_point sent, bool is_done);
  void begin_measuring(Clock::time_point now);
  void finish(Clock::time_point now);

  Node& node_;
  Work work_;
  Done done_;
  Histogram histogram_;
  Clock::time_point measure_at_;
  Clock::time_point end_at_;
  std::optional<NodeStatus> before_;
  double cpu_before_ = 0;
  std::uint64_t failed_ = 0;
  std::uint64_t outstanding_ = 0;
  bool ending_ = false;
  bool lost_ = false;
};

}  // namespace buoyant::bench
