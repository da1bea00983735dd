// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The loop of a program that does one thing at a time: it runs what is posted while it waits.
#pragma once

#include "buoyant/port/loop_poster.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <utility>

namespace buoyant::tools {

/// Shared with the threads of a storage; tasks run on the thread that waits.
class WaitingLoop final : public port::LoopPoster {
 public:
  void post(std::function<void()> task) noexcept override {
    {
      const std::lock_guard guard(mutex_);
      tasks_.push_back(std::move(task));
    }
    wakes_.notify_one();
  }

  /// True when the condition holds in the end.
  bool run_until(const std::function<bool()>& condition,
                 std::chrono::steady_clock::duration limit) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
      std::unique_lock lock(mutex_);
      if (!wakes_.wait_until(lock, deadline, [this] { return !tasks_.empty(); })) {
        return false;
      }
      const std::function<void()> task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      task();
    }
    return true;
  }

 private:
  std::mutex mutex_;
  std::condition_variable wakes_;
  std::deque<std::function<void()>> tasks_;
};

}  // namespace buoyant::tools
