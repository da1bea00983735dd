// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The closed loop of cluster_bench on libraft: a fixed number of proposals outstanding at the
/// leader, each replaced by the next one in the callback that says it is committed and applied.
#pragma once

#include "bench/cluster/point.h"
#include "bench/peers/libraft.h"
#include "bench/support/histogram.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace buoyant::bench {

class LibraftLoop {
 public:
  using Clock = std::chrono::steady_clock;
  using Done = std::function<void(std::optional<Point>)>;

  /// `raft` outlives it, and it outlives every callback of `raft`. `done` gets the point, or
  /// nothing when leadership was lost.
  LibraftLoop(raft& raft, const Work& work, Done done);

  /// Fills the window.
  void start();

 private:
  struct Request {
    LibraftApply apply{};
    LibraftLoop* loop = nullptr;
    Clock::time_point sent;
  };

  static void on_applied(LibraftApply* apply, int status, void* result);

  void propose(Request& request);
  void on_done(Request& request, bool is_done);
  void begin_measuring(Clock::time_point now);
  void finish(Clock::time_point now);
  void lose();

  raft& raft_;
  Work work_;
  Done done_;
  std::vector<Request> requests_;
  Histogram histogram_;
  Clock::time_point measure_at_;
  Clock::time_point end_at_;
  double cpu_before_ = 0;
  bool measuring_ = false;
  bool ended_ = false;
};

}  // namespace buoyant::bench
