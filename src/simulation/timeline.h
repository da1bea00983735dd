// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Simulated time: what happens, ordered by (time, sequence).
#pragma once

#include "buoyant/base/time.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <vector>

namespace buoyant::simulation {

using Task = std::function<void()>;

/// One run's events. Nothing is taken back: who posts a task that may be out of date when it is
/// due looks at its own state then.
class Timeline {
 public:
  [[nodiscard]] Instant now() const noexcept { return now_; }

  /// Runs `task` at `at`, or now when that is past; never inside this call, and after everything
  /// that was posted for the same time before.
  void post_at(Instant at, Task task) {
    heap_.push_back({std::max(at, now_), next_sequence_++, std::move(task)});
    std::push_heap(heap_.begin(), heap_.end(), is_later);
  }

  void post(Duration delay, Task task) { post_at(now_ + delay, std::move(task)); }

  /// Runs the next event that is due by `until`; false: there is none, and the time is `until`.
  bool run_one(Instant until) {
    if (heap_.empty() || heap_.front().at > until) {
      now_ = std::max(now_, until);
      return false;
    }
    std::pop_heap(heap_.begin(), heap_.end(), is_later);
    const Event event = std::move(heap_.back());
    heap_.pop_back();
    now_ = event.at;
    ++events_;
    event.task();
    return true;
  }

  [[nodiscard]] std::uint64_t events() const noexcept { return events_; }

 private:
  struct Event {
    Instant at;
    std::uint64_t sequence = 0;
    Task task;
  };

  static bool is_later(const Event& left, const Event& right) noexcept {
    return left.at != right.at ? left.at > right.at : left.sequence > right.sequence;
  }

  Instant now_{Duration(1)};
  std::uint64_t next_sequence_ = 0;
  std::uint64_t events_ = 0;
  std::vector<Event> heap_;
};

}  // namespace buoyant::simulation
