// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/process.h"

#include <algorithm>
#include <utility>

namespace buoyant::simulation {

namespace {

constexpr std::int64_t kMillion = 1'000'000;

}  // namespace

Instant Clock::local(Instant at) const noexcept {
  const std::int64_t real = at.since_start().count();
  return Instant(at_start_ + Duration(real + real / kMillion * fast_ppm_ +
                                      real % kMillion * fast_ppm_ / kMillion));
}

Instant Clock::moment_of(Instant local) const noexcept {
  if (local == Instant::never()) {
    return local;
  }
  const std::int64_t shown = (local.since_start() - at_start_).count();
  if (shown <= 0) {
    return Instant();
  }
  const std::int64_t rate = kMillion + fast_ppm_;
  Instant moment(Duration(shown / rate * kMillion + shown % rate * kMillion / rate));
  // Whole numbers cut off: it may be a nanosecond or two early, and for a slow clock, which shows
  // one time for several moments, late.
  while (this->local(moment) < local) {
    moment = moment + Duration(1);
  }
  while (moment > Instant() && this->local(moment - Duration(1)) >= local) {
    moment = moment - Duration(1);
  }
  return moment;
}

void Process::post_at(Instant at, Input input, Task task) {
  if (!alive_) {
    // Nothing from outside reaches it any more; what its own end needs is run at its burial.
    if (input == Input::kTurn || input == Input::kTeardown) {
      rites_.push_back(std::move(task));
    }
    return;
  }
  if (input == Input::kTeardown) {
    teardown_.emplace(next_teardown_, std::move(task));
    task = [this, number = next_teardown_++] { run_teardown(number); };
  }
  context_.timeline.post_at(at,
                            [self = shared_from_this(), input, task = std::move(task)]() mutable {
                              self->arrive(input, std::move(task));
                            });
}

void Process::arrive(Input input, Task task) {
  if (!alive_) {
    if (input == Input::kTeardown) {
      task();
      run_last_rites();
    }
    return;
  }
  if (paused_) {
    held_.push_back({.input = input, .task = std::move(task)});
    return;
  }
  task();
}

void Process::pause(Instant until) {
  paused_until_ = std::max(paused_until_, until);
  if (!std::exchange(paused_, true)) {
    context_.timeline.post_at(paused_until_, [self = shared_from_this()] { self->resume(); });
  }
}

void Process::unpause() {
  paused_until_ = context_.now();
  if (paused_) {
    resume();
  }
}

void Process::resume() {
  if (!paused_) {
    return;
  }
  if (context_.now() < paused_until_) {
    context_.timeline.post_at(paused_until_, [self = shared_from_this()] { self->resume(); });
    return;
  }
  paused_ = false;
  context_.tell(server_, "resume");
  // A loop that was held fires its timers first. Ours promises that the sockets are read before
  // the turn; a host that breaks the promise must not break safety.
  const bool turn_first = context_.has(Fault::kLateSockets);
  std::stable_partition(held_.begin(), held_.end(), [turn_first](const Held& held) {
    return (held.input == Input::kTurn) == turn_first;
  });
  // At once, before anything else that is due at this moment: the bytes of a stream that were held
  // come before those that were not. One of them may end the process, or make it stand still.
  for (Held& held : std::exchange(held_, {})) {
    arrive(held.input, std::move(held.task));
  }
}

void Process::kill() noexcept {
  alive_ = false;
  held_.clear();
}

void Process::run_teardown(std::uint64_t number) {
  // Whoever buried the process may have been faster.
  if (auto node = teardown_.extract(number)) {
    node.mapped()();
  }
}

void Process::run_last_rites() {
  while (!teardown_.empty()) {
    run_teardown(teardown_.begin()->first);
  }
  while (!rites_.empty()) {
    const Task task = std::move(rites_.front());
    rites_.pop_front();
    task();
  }
}

}  // namespace buoyant::simulation
