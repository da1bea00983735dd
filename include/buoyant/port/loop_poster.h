// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Port: the way from a worker thread, or from the kernel, back to the loop thread.
///
/// Shared by everything that has threads of its own: each holds it by shared_ptr, also a worker
/// that was left behind with a hanging disk. Whoever made it closes it on the loop thread, after
/// everything that it was given to has closed; it may live on after that, and drops what it is
/// given.
#pragma once

#include <functional>

namespace buoyant::port {

class LoopPoster {
 public:
  LoopPoster() = default;
  LoopPoster(const LoopPoster&) = delete;
  LoopPoster& operator=(const LoopPoster&) = delete;
  /// [any thread] Without the loop: the handles are gone by then.
  virtual ~LoopPoster() = default;

  /// [any thread] Runs `task` once on the loop thread, never inside this call, in the order of
  /// the calls (of one thread). The loop wakes for it. Never blocks for longer than a queue's
  /// mutex is held. After close: `task` is destroyed, on this thread, and never runs.
  virtual void post(std::function<void()> task) noexcept = 0;

  /// [loop thread] Runs `ready` on the loop thread, never inside this call, as long as `fd` (of an
  /// eventfd) can be read; until unwatch or close. False: this one watches nothing, or `fd` cannot
  /// be watched; then the caller does with post().
  virtual bool watch(int fd, std::function<void()> ready) noexcept {
    static_cast<void>(fd);
    static_cast<void>(ready);
    return false;
  }

  /// [loop thread] From now on nothing runs for `fd`, which may be closed at once.
  virtual void unwatch(int fd) noexcept { static_cast<void>(fd); }
};

}  // namespace buoyant::port
