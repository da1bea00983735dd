// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// One thread and its queue. Lives as long as either of them does.
///
/// The loop thread queues and never waits; what comes back is posted to it. Jobs begin in the
/// order in which they were queued; those of more than one step then take turns with the queue,
/// so that no part of a snapshot waits for the whole of another. A thread that hangs in the disk
/// is left behind together with its engine: the directory stays locked, and nothing of the
/// loop's is touched.
#pragma once

#include "adapters/files/job.h"
#include "adapters/files/shelf.h"
#include "buoyant/base/time.h"
#include "buoyant/port/loop_poster.h"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>

namespace buoyant::files {

/// What the thread has to say. Called on the loop thread.
class EngineEvents {
 public:
  EngineEvents() = default;
  EngineEvents(const EngineEvents&) = delete;
  EngineEvents& operator=(const EngineEvents&) = delete;
  virtual ~EngineEvents() = default;

  virtual void on_answer(std::uint64_t id, Answer answer) noexcept = 0;
};

/// Shared by the facade and the thread. [loop thread] unless marked.
class Engine {
 public:
  Engine(Shelf shelf, std::shared_ptr<port::LoopPoster> poster, std::weak_ptr<EngineEvents> events);

  /// Queues a job; its answer comes under this number.
  void add(std::uint64_t id, std::unique_ptr<Job> job) noexcept;

  /// Nothing more is begun; the thread ends after the step under way.
  void stop() noexcept;

  /// [any thread but its own] Waits until the thread is about to end; false: it made no progress
  /// for `hang_limit`.
  [[nodiscard]] bool wait_until_stopped(Duration hang_limit) noexcept;

  /// [worker] The thread's body.
  void run() noexcept;

 private:
  struct Item {
    std::uint64_t id = 0;
    std::unique_ptr<Job> job;
  };

  [[nodiscard]] bool take(Item& item);
  void end_step(Item item, std::optional<Answer> answer);

  Shelf shelf_;
  std::shared_ptr<port::LoopPoster> poster_;
  std::weak_ptr<EngineEvents> events_;

  std::mutex mutex_;
  std::condition_variable wakes_;
  std::condition_variable stopped_;
  std::deque<Item> queue_;
  /// Begun and not ended; they take turns.
  std::deque<Item> begun_;
  bool begun_next_ = false;
  bool stopping_ = false;
  bool running_ = true;
};

}  // namespace buoyant::files
