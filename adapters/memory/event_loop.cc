// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/memory/event_loop.h"

#include "buoyant/base/assert.h"

#include <algorithm>
#include <utility>

namespace buoyant::memory {

MemoryEventLoop::~MemoryEventLoop() {
  if (task_) {
    scheduler_.cancel(*task_);
  }
}

void MemoryEventLoop::wake() noexcept {
  BUOYANT_ASSERT(handler_ != nullptr);
  if (!closed_ && !woken_) {
    woken_ = now();
    schedule(now());
  }
}

void MemoryEventLoop::arm(Instant deadline) noexcept {
  BUOYANT_ASSERT(handler_ != nullptr);
  if (closed_) {
    return;
  }
  deadline_ = deadline;
  if (!woken_) {
    schedule(deadline_);
  }
}

void MemoryEventLoop::close(std::function<void()> done) noexcept {
  BUOYANT_ASSERT(!closed_);
  closed_ = true;
  if (task_) {
    scheduler_.cancel(*task_);
    task_.reset();
  }
  scheduler_.post(std::move(done));
}

void MemoryEventLoop::stall(Duration duration) {
  held_until_ = std::max(held_until_, now() + duration);
}

void MemoryEventLoop::schedule(Instant at) {
  if (task_) {
    scheduler_.cancel(*task_);
    task_.reset();
  }
  if (at != Instant::never()) {
    task_ = scheduler_.post_at(std::max(at, held_until_), [this] { poll(); });
  }
}

void MemoryEventLoop::poll() {
  task_.reset();
  if (now() < held_until_) {
    schedule(held_until_);
    return;
  }
  // Behind everything that is due now: that is what the poll of this iteration brings.
  task_ = scheduler_.post([this] { run_turn(); });
}

void MemoryEventLoop::run_turn() {
  task_.reset();
  Instant asked = woken_.value_or(Instant::never());
  woken_.reset();
  if (deadline_ <= now()) {
    asked = std::min(asked, deadline_);
    deadline_ = Instant::never();
  }
  schedule(deadline_);
  handler_->on_turn({.now = now(), .stalled = std::max(now() - asked, Duration(0))});
}

}  // namespace buoyant::memory
