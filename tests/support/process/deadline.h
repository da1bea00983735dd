// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Until when something may take: every wait in process tests has one.
#pragma once

#include <algorithm>
#include <chrono>

namespace buoyant::process {

using Clock = std::chrono::steady_clock;
using Deadline = Clock::time_point;

/// The point so far from now.
inline Deadline within(Clock::duration duration) {
  return Clock::now() + duration;
}

/// What is left of a deadline as poll(2) wants it: rounded up, at most a minute, never negative.
inline int poll_milliseconds(Deadline deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
}

/// Asks `is_true` every few milliseconds until it is or the deadline is over; what it said last.
bool wait_until(Deadline deadline, auto&& is_true);

/// Lets a few milliseconds go by.
void pause_briefly();

bool wait_until(Deadline deadline, auto&& is_true) {
  while (!is_true()) {
    if (Clock::now() >= deadline) {
      return is_true();
    }
    pause_briefly();
  }
  return true;
}

}  // namespace buoyant::process
