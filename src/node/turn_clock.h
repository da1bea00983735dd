// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// How long a turn holds its loop: processor time of its thread, without the user's own code.
///
/// Asking for processor time is a system call, and there are thousands of turns a second. So it
/// is asked for only where it can matter: a turn that is short by the wall clock costs no more
/// than that, and of a longer one the beginning may lie up to kFresh before the turn's own.
#pragma once

#include "buoyant/base/time.h"
#include "buoyant/port/event_loop.h"

#include <algorithm>
#include <chrono>

namespace buoyant::node {

/// Loop thread only.
class TurnClock {
 public:
  /// Turns that took less by the wall clock are not looked at more closely.
  static constexpr Duration kShort = std::chrono::milliseconds(1);
  /// How old the processor time at a turn's beginning may be.
  static constexpr Duration kFresh = std::chrono::microseconds(250);

  void begin(Instant now, const port::EventLoop& loop) noexcept {
    began_ = now;
    user_ = Duration(0);
    if (now - sampled_at_ >= kFresh) {
      sampled_at_ = now;
      sampled_ = loop.thread_time();
    }
  }

  /// So much of the turn was the user's own code.
  void add_user_time(Duration spent) noexcept { user_ += spent; }

  /// What the turn that began last has taken until now.
  [[nodiscard]] Duration held(Instant now, const port::EventLoop& loop) const noexcept {
    const Duration wall = now - began_ - user_;
    return wall < kShort ? wall : std::min(wall, loop.thread_time() - sampled_);
  }

 private:
  Instant began_;
  Duration user_{0};
  Instant sampled_at_ = Instant(-kFresh);
  Duration sampled_{0};
};

}  // namespace buoyant::node
