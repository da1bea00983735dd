// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// An open loop: calls are due at fixed times, whatever becomes of those before.
///
/// A server that stands still delays all calls that are due meanwhile, and each of them counts
/// with its whole delay: latency goes from the time at which a call was due until it ended.
/// Calls that the server refuses because it is busy are made again and stay due since then.
#pragma once

#include "bench/cluster/load.h"
#include "bench/cluster/meter.h"

#include <uv.h>

#include <cstdint>
#include <functional>

namespace buoyant::bench {

class OpenLoop final : public Load {
 public:
  /// `node` and `loop` outlive it.
  OpenLoop(uv_loop_t& loop, Node& node, const Work& work, Meter::Say say, Done done);
  ~OpenLoop() override;

  void start() override;

 private:
  /// When the call number `number` is due.
  [[nodiscard]] Clock::time_point due(std::uint64_t number) const;
  [[nodiscard]] bool is_measured(Clock::time_point due) const;
  void wake_at(Clock::time_point at);
  void make_due_calls();
  void on_ended(Clock::time_point due, bool is_well);
  void look_at_end();
  void stop(const std::optional<Point>& point);

  uv_loop_t& loop_;
  Done done_;
  double interval_ns_;
  Caller caller_;
  Meter meter_;
  Clock::time_point start_;
  /// A timer of the system: finer than a loop's own.
  int timer_ = -1;
  uv_poll_t poll_{};
  std::uint64_t called_ = 0;
  std::uint64_t outstanding_ = 0;
  /// Of the calls that are due while it is measured.
  std::uint64_t ended_ = 0;
  /// And that also ended then.
  std::uint64_t ended_in_time_ = 0;
  bool is_over_ = false;
};

}  // namespace buoyant::bench
