// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Virtual time for the in-memory adapters: one thread, tasks ordered by (time, sequence).
#pragma once

#include "buoyant/base/time.h"

#include <cstdint>
#include <functional>
#include <map>
#include <utility>

namespace buoyant::memory {

/// Runs tasks in virtual time. Shared by the in-memory loops, networks and disks of one test;
/// must outlive them.
class Scheduler {
 public:
  using Task = std::function<void()>;
  using Key = std::pair<Instant, std::uint64_t>;

  [[nodiscard]] Instant now() const noexcept { return now_; }

  /// Runs `task` at the present time, after everything that is already due; never inside this
  /// call.
  Key post(Task task) { return post_at(now_, std::move(task)); }

  /// Runs `task` at `at`, or at once when that is past.
  Key post_at(Instant at, Task task) {
    const Key key{at < now_ ? now_ : at, next_sequence_++};
    tasks_.emplace(key, std::move(task));
    return key;
  }

  /// Takes a task back; no effect when it ran.
  void cancel(const Key& key) { tasks_.erase(key); }

  [[nodiscard]] bool empty() const noexcept { return tasks_.empty(); }

  /// Runs the next task that is due by `until`; false: there is none, and the time is `until`.
  bool run_one(Instant until) {
    if (tasks_.empty() || tasks_.begin()->first.first > until) {
      now_ = now_ < until ? until : now_;
      return false;
    }
    auto node = tasks_.extract(tasks_.begin());
    now_ = node.key().first;
    node.mapped()();
    return true;
  }

  /// Runs everything that becomes due within `duration`.
  void run_for(Duration duration) {
    const Instant until = now_ + duration;
    while (run_one(until)) {
    }
  }

  /// Runs what is due now, without moving the time.
  void run_due() { run_for(Duration(0)); }

 private:
  Instant now_{Duration(1)};
  std::uint64_t next_sequence_ = 0;
  std::map<Key, Task> tasks_;
};

}  // namespace buoyant::memory
