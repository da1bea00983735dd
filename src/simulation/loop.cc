// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/loop.h"

#include "buoyant/base/assert.h"

#include <algorithm>
#include <utility>

namespace buoyant::simulation {

namespace {

/// A deadline is missed by so much only when the process stood still.
constexpr Duration kLateMin = std::chrono::milliseconds(1);

}  // namespace

SimulatedLoop::SimulatedLoop(ProcessPointer process, Random random)
    : process_(std::move(process)),
      random_(random),
      self_(std::make_shared<SimulatedLoop*>(this)) {}

SimulatedLoop::~SimulatedLoop() {
  *self_ = nullptr;
}

void SimulatedLoop::wake() noexcept {
  BUOYANT_ASSERT(handler_ != nullptr);
  if (closed_) {
    return;
  }
  if (!asked_) {
    asked_ = now();
    schedule_turn();
  }
}

void SimulatedLoop::schedule_turn() {
  // What else the host does in this iteration, and what the poll brings until then.
  const Duration delay(static_cast<std::int64_t>(draw_from(random_, 1'000, 30'000)));
  process_->post(delay, Input::kTurn, [self = self_] {
    if (*self != nullptr) {
      (*self)->run_turn();
    }
  });
}

void SimulatedLoop::arm(Instant deadline) noexcept {
  BUOYANT_ASSERT(handler_ != nullptr);
  if (closed_ || deadline == deadline_) {
    return;
  }
  deadline_ = deadline;
  const std::uint64_t generation = ++generation_;
  if (deadline == Instant::never() || !process_->is_alive()) {
    return;
  }
  const Instant moment = std::max(process_->clock().moment_of(deadline), process_->context().now());
  process_->post_at(moment, Input::kTurn, [self = self_, generation] {
    if (*self != nullptr) {
      (*self)->on_deadline(generation);
    }
  });
}

void SimulatedLoop::on_deadline(std::uint64_t generation) {
  if (generation != generation_ || closed_ || asked_) {
    return;
  }
  asked_ = deadline_;
  if (now() - deadline_ > kLateMin && process_->context().has(Fault::kLateSockets)) {
    // A host that fires its timers before it polls: what the sockets hold comes after this turn.
    run_turn();
    return;
  }
  schedule_turn();
}

void SimulatedLoop::run_turn() {
  if (closed_) {
    return;
  }
  Instant asked = asked_.value_or(now());
  asked_.reset();
  if (deadline_ <= now()) {
    asked = std::min(asked, deadline_);
    deadline_ = Instant::never();
    ++generation_;
  }
  ++turns_;
  handler_->on_turn({.now = now(), .stalled = std::max(now() - asked, Duration(0))});
}

void SimulatedLoop::close(std::function<void()> done) noexcept {
  BUOYANT_ASSERT(!closed_);
  closed_ = true;
  process_->post(Duration(1'000), Input::kTeardown, std::move(done));
}

}  // namespace buoyant::simulation
