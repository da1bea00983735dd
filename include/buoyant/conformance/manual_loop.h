// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A loop that a test runs by hand, for harnesses of storages and state machines with threads.
#pragma once

#include "buoyant/port/loop_poster.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <utility>

namespace buoyant::conformance {

/// No test waits longer for anything; only a failing one waits that long.
inline constexpr std::chrono::seconds kPatience{30};

/// Shared with the threads that post; runs on the thread of the test.
class ManualLoop final : public port::LoopPoster {
 public:
  void post(std::function<void()> task) noexcept override {
    {
      const std::lock_guard guard(mutex_);
      tasks_.push_back(std::move(task));
    }
    wakes_.notify_one();
  }

  /// True when the condition holds in the end.
  bool run_until(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (!condition()) {
      if (!run_one(deadline)) {
        return condition();
      }
    }
    return true;
  }

  /// Runs what is posted, also by threads that need a moment.
  void run_for(std::chrono::milliseconds duration) {
    const auto deadline = std::chrono::steady_clock::now() + duration;
    while (run_one(deadline)) {
    }
  }

 private:
  bool run_one(std::chrono::steady_clock::time_point deadline) {
    std::function<void()> task;
    {
      std::unique_lock lock(mutex_);
      if (!wakes_.wait_until(lock, deadline, [&] { return !tasks_.empty(); })) {
        return false;
      }
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    task();
    return true;
  }

  std::mutex mutex_;
  std::condition_variable wakes_;
  std::deque<std::function<void()>> tasks_;
};

}  // namespace buoyant::conformance
