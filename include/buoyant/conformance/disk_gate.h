// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A disk that hangs and fails on demand, for harnesses of storages with a thread of their own.
///
/// The storage calls pass() right before it makes a write durable, and treats what it gives as
/// the outcome of that; the harness holds, releases and breaks.
#pragma once

#include "buoyant/conformance/manual_loop.h"

#include <condition_variable>
#include <mutex>
#include <utility>

namespace buoyant::conformance {

class DiskGate {
 public:
  /// [any thread] Returns when the disk goes on: 0, or the errno with which the write fails.
  int pass() noexcept {
    std::unique_lock lock(mutex_);
    arrived_ += 1;
    changed_.notify_all();
    changed_.wait(lock, [&] { return !held_; });
    return std::exchange(next_error_, 0);
  }

  /// The next write would pass at once and not fail.
  [[nodiscard]] bool is_open() const {
    const std::lock_guard guard(mutex_);
    return !held_ && next_error_ == 0;
  }

  /// No write passes until release().
  void hold() {
    const std::lock_guard guard(mutex_);
    held_ = true;
    arrived_ = 0;
  }

  void release() {
    const std::lock_guard guard(mutex_);
    held_ = false;
    changed_.notify_all();
  }

  /// The next write that passes fails with this errno.
  void fail_next(int error) {
    const std::lock_guard guard(mutex_);
    next_error_ = error;
  }

  /// Until a write hangs.
  void wait_until_held() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kPatience, [&] { return arrived_ > 0; });
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  int arrived_ = 0;
  int next_error_ = 0;
};

}  // namespace buoyant::conformance
