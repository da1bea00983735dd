// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A timer of the host, on the loop that it shares with the node: it shows whether anything holds
/// the loop.
#pragma once

#include <uv.h>

#include <cstdint>

namespace http {

/// Loop thread only. Must outlive the loop's run, or stop() and the end of that turn.
class HostTimer {
 public:
  static constexpr std::uint64_t kPeriodMs = 20;

  HostTimer() = default;
  HostTimer(const HostTimer&) = delete;
  HostTimer& operator=(const HostTimer&) = delete;
  ~HostTimer() = default;

  /// Ticks every kPeriodMs from here on.
  void start(uv_loop_t& loop);

  /// Lets the loop end. Once, after start().
  void stop();

  [[nodiscard]] std::uint64_t ticks() const noexcept { return ticks_; }

  /// By how much the latest tick of all was behind its time, at least.
  [[nodiscard]] double late_ms_max() const noexcept { return late_ms_max_; }

 private:
  void tick();

  uv_timer_t timer_{};
  std::uint64_t ticks_ = 0;
  std::uint64_t last_ns_ = 0;
  double late_ms_max_ = 0;
};

}  // namespace http
