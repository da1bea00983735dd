// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/files/engine.h"

#include <utility>

namespace buoyant::files {

Engine::Engine(Shelf shelf, std::shared_ptr<port::LoopPoster> poster,
               std::weak_ptr<EngineEvents> events)
    : shelf_(std::move(shelf)), poster_(std::move(poster)), events_(std::move(events)) {}

void Engine::add(std::uint64_t id, std::unique_ptr<Job> job) noexcept {
  {
    const std::lock_guard guard(mutex_);
    queue_.push_back({.id = id, .job = std::move(job)});
  }
  wakes_.notify_one();
}

void Engine::stop() noexcept {
  // They hold what the user gave, and files: both may take long to go.
  std::deque<Item> dropped;
  {
    const std::lock_guard guard(mutex_);
    stopping_ = true;
    dropped.swap(queue_);
  }
  wakes_.notify_one();
}

bool Engine::wait_until_stopped(Duration hang_limit) noexcept {
  // One step is short unless it hangs, and there is at most one.
  std::unique_lock lock(mutex_);
  return stopped_.wait_for(lock, hang_limit, [&] { return !running_; });
}

bool Engine::take(Item& item) {
  std::unique_lock lock(mutex_);
  wakes_.wait(lock, [&] { return stopping_ || !queue_.empty() || !begun_.empty(); });
  if (stopping_) {
    return false;
  }
  const bool from_begun = !begun_.empty() && (queue_.empty() || begun_next_);
  std::deque<Item>& queue = from_begun ? begun_ : queue_;
  item = std::move(queue.front());
  queue.pop_front();
  begun_next_ = !from_begun;
  return true;
}

void Engine::end_step(Item item, std::optional<Answer> answer) {
  if (!answer) {
    const std::lock_guard guard(mutex_);
    begun_.push_back(std::move(item));
    return;
  }
  if (std::holds_alternative<std::monostate>(*answer)) {
    return;
  }
  // With the job, which holds what the user gave: it goes on the loop, if that is still there.
  poster_->post([events = events_, id = item.id, job = std::shared_ptr<Job>(std::move(item.job)),
                 answer = std::move(*answer)]() mutable {
    job.reset();
    if (const std::shared_ptr<EngineEvents> alive = events.lock()) {
      alive->on_answer(id, std::move(answer));
    }
  });
}

void Engine::run() noexcept {
  Item item;
  while (take(item)) {
    std::optional<Answer> answer = item.job->step(shelf_);
    end_step(std::move(item), std::move(answer));
  }
  std::deque<Item> dropped;
  {
    const std::lock_guard guard(mutex_);
    dropped.swap(begun_);
  }
  // Files that were being created go with their jobs, before the directory is unlocked.
  dropped.clear();
  // The lock is held while it notifies: whoever waits may be the last to hold this.
  const std::lock_guard guard(mutex_);
  running_ = false;
  stopped_.notify_all();
}

}  // namespace buoyant::files
