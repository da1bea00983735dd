// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A loop that is nothing but a queue: what a storage needs to call back.
#pragma once

#include "buoyant/port/loop_poster.h"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <queue>
#include <utility>

namespace buoyant::bench {

class QueuePoster final : public port::LoopPoster {
 public:
  void post(std::function<void()> task) noexcept override {
    const std::lock_guard lock(mutex_);
    tasks_.push(std::move(task));
    posted_.notify_one();
  }

  /// Runs what is posted until the condition holds.
  void run_until(auto&& is_true) {
    while (!is_true()) {
      std::unique_lock lock(mutex_);
      posted_.wait(lock, [this] { return !tasks_.empty(); });
      const std::function<void()> task = std::move(tasks_.front());
      tasks_.pop();
      lock.unlock();
      task();
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable posted_;
  std::queue<std::function<void()>> tasks_;
};

}  // namespace buoyant::bench
