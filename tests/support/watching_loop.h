// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A loop that a test runs by hand and that watches descriptors as well, as that of libuv does.
/// What is watched goes before what is posted: epoll may give them in either order.
#pragma once

#include "buoyant/conformance/manual_loop.h"
#include "buoyant/port/loop_poster.h"

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace buoyant::support {

/// Shared with the threads that post; runs on the thread of the test.
class WatchingLoop final : public port::LoopPoster {
 public:
  ~WatchingLoop() override { ::close(wake_); }

  void post(std::function<void()> task) noexcept override {
    {
      const std::lock_guard guard(mutex_);
      tasks_.push_back(std::move(task));
    }
    static_cast<void>(::eventfd_write(wake_, 1));
  }

  bool watch(int fd, std::function<void()> ready) noexcept override {
    watched_[fd] = std::move(ready);
    return true;
  }

  void unwatch(int fd) noexcept override { watched_.erase(fd); }

  /// True when the condition holds in the end.
  bool run_until(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + conformance::kPatience;
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
  using Time = std::chrono::steady_clock::time_point;

  /// False: nothing came before the deadline.
  bool run_one(Time deadline) {
    for (;;) {
      if (run_watched(wait({}))) {
        return true;
      }
      if (const std::function<void()> task = take()) {
        task();
        return true;
      }
      const int fd = wait(deadline);
      if (fd < 0 || run_watched(fd)) {
        return fd >= 0;
      }
    }
  }

  bool run_watched(int fd) {
    const auto found = watched_.find(fd);
    if (found == watched_.end()) {
      return false;
    }
    const std::function<void()> ready = found->second;
    ready();
    return true;
  }

  std::function<void()> take() {
    const std::lock_guard guard(mutex_);
    std::function<void()> task;
    if (!tasks_.empty()) {
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    return task;
  }

  /// What can be read: something watched, or the wake-up; -1: nothing before the deadline.
  int wait(Time deadline) {
    std::vector<pollfd> fds{{.fd = wake_, .events = POLLIN, .revents = 0}};
    for (const auto& [fd, ready] : watched_) {
      fds.push_back({.fd = fd, .events = POLLIN, .revents = 0});
    }
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    const int timeout = left.count() > 0 ? static_cast<int>(left.count()) : 0;
    if (::poll(fds.data(), fds.size(), timeout) <= 0) {
      return std::chrono::steady_clock::now() < deadline ? wake_ : -1;
    }
    for (std::size_t at = 1; at < fds.size(); ++at) {
      if (fds[at].revents != 0) {
        return fds[at].fd;
      }
    }
    eventfd_t count = 0;
    static_cast<void>(::eventfd_read(wake_, &count));
    return wake_;
  }

  const int wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  std::mutex mutex_;
  std::deque<std::function<void()>> tasks_;
  std::map<int, std::function<void()>> watched_;
};

}  // namespace buoyant::support
