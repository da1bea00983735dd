// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// From any thread to the loop thread: a queue under a mutex and one uv_async_t.
///
/// libuv merges sends that come before the loop woke; here only the first task of a batch sends,
/// so a burst of completions costs one wake-up. Beside it a uv_poll_t for each descriptor that is
/// watched.
#pragma once

#include "buoyant/base/export.h"
#include "buoyant/base/result.h"
#include "buoyant/port/loop_poster.h"

#include <uv.h>

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace buoyant::uv {

/// Until it is closed it keeps the loop alive: a completion may be on its way.
class BUOYANT_EXPORT AsyncPoster final : public port::LoopPoster,
                                         public std::enable_shared_from_this<AsyncPoster> {
 public:
  /// Loop thread. The loop must outlive close's callback.
  /// Errors: kTransportFailed (no file descriptor left for the loop's wake-up).
  static Result<std::shared_ptr<AsyncPoster>> open(uv_loop_t& loop);

  /// Requires: closed.
  ~AsyncPoster() override;

  void post(std::function<void()> task) noexcept override;
  bool watch(int fd, std::function<void()> ready) noexcept override;
  void unwatch(int fd) noexcept override;

  /// [loop thread] Drops what is queued and watched; `done` runs once, from the loop, when the
  /// handles are gone. Who still holds a reference may post on: it goes nowhere.
  /// Requires: called once.
  void close(std::function<void()> done) noexcept;

 private:
  struct Watch;

  AsyncPoster() = default;
  void run();
  void end_watch(Watch& watch) noexcept;
  void on_handle_closed() noexcept;

  std::mutex mutex_;
  std::vector<std::function<void()>> queue_;  ///< Under the mutex.
  bool closed_ = false;                       ///< Under the mutex; only the loop thread sets it.
  uv_async_t async_{};
  std::map<int, Watch*> watches_;
  /// Also those that are being closed.
  std::size_t handles_ = 0;
  /// Keeps this alive while libuv holds a handle.
  std::shared_ptr<AsyncPoster> held_by_loop_;
  std::function<void()> done_;
};

}  // namespace buoyant::uv
