// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Port: jobs off the loop, on threads of the library's own (never libuv's shared pool).
#pragma once

#include <functional>

namespace buoyant::port {

class Worker {
 public:
  Worker() = default;
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  virtual ~Worker() = default;

  /// Runs `job` on a worker thread, then `done` on the loop thread; jobs of one Worker in order.
  /// False: the queue is at its bound, neither will run.
  virtual bool submit(std::function<void()> job, std::function<void()> done) noexcept = 0;

  virtual void close(std::function<void()> done) noexcept = 0;
};

}  // namespace buoyant::port
