// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/cluster/open_loop.h"

#include <algorithm>
#include <cmath>
#include <sys/timerfd.h>
#include <unistd.h>
#include <utility>

namespace buoyant::bench {

namespace {

/// The timer does not fire more often: what is due between is made together.
constexpr auto kTickMin = std::chrono::microseconds(50);
/// How soon a busy server is asked again, and how often it is looked whether all is over.
constexpr auto kTick = std::chrono::milliseconds(1);
/// So long after the end calls that are still open are given up on.
constexpr auto kPatience = std::chrono::seconds(5);

}  // namespace

OpenLoop::OpenLoop(uv_loop_t& loop, Node& node, const Work& work, Meter::Say say, Done done)
    : loop_(loop),
      done_(std::move(done)),
      interval_ns_(1e9 / work.rate),
      caller_(node, work, [this](auto due, bool is_well) { on_ended(due, is_well); }),
      meter_(node, work, std::move(say)),
      start_(Clock::now()) {}

OpenLoop::~OpenLoop() {
  if (timer_ >= 0) {
    ::close(timer_);
  }
}

void OpenLoop::start() {
  start_ = Clock::now();
  timer_ = ::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  wake_at(start_);
  uv_poll_init(&loop_, &poll_, timer_);
  poll_.data = this;
  uv_poll_start(&poll_, UV_READABLE, [](uv_poll_t* poll, int /*status*/, int /*events*/) {
    auto* self = static_cast<OpenLoop*>(poll->data);
    std::uint64_t expirations = 0;
    [[maybe_unused]] const ssize_t count = ::read(self->timer_, &expirations, sizeof(expirations));
    self->make_due_calls();
  });
}

OpenLoop::Clock::time_point OpenLoop::due(std::uint64_t number) const {
  return start_ +
         std::chrono::nanoseconds(std::llround(static_cast<double>(number) * interval_ns_));
}

void OpenLoop::wake_at(Clock::time_point at) {
  const auto since = std::chrono::duration_cast<std::chrono::nanoseconds>(at.time_since_epoch());
  constexpr std::int64_t kSecond = 1'000'000'000;
  itimerspec once{};
  once.it_value.tv_sec = since.count() / kSecond;
  once.it_value.tv_nsec = since.count() % kSecond;
  ::timerfd_settime(timer_, TFD_TIMER_ABSTIME, &once, nullptr);
}

bool OpenLoop::is_measured(Clock::time_point due) const {
  return due >= meter_.begin() && due < meter_.end();
}

void OpenLoop::make_due_calls() {
  const Clock::time_point now = Clock::now();
  meter_.tell(now);
  bool is_busy = false;
  for (Clock::time_point next = due(called_); next <= now && next < meter_.end() && !is_over_;
       next = due(called_)) {
    const Result<void> accepted = caller_.call(next);
    if (!accepted && accepted.error().code() != Errc::kBusy) {
      stop(std::nullopt);
    }
    if (!accepted) {
      is_busy = true;
      break;
    }
    ++called_;
    ++outstanding_;
  }
  look_at_end();
  if (!is_over_) {
    const bool waits = is_busy || due(called_) >= meter_.end();
    wake_at(waits ? now + kTick : std::max(due(called_), now + kTickMin));
  }
}

void OpenLoop::on_ended(Clock::time_point due, bool is_well) {
  --outstanding_;
  if (is_over_) {
    return;
  }
  if (!is_well) {
    stop(std::nullopt);
    return;
  }
  const Clock::time_point now = Clock::now();
  if (now >= meter_.begin() && now < meter_.end()) {
    ++ended_in_time_;
  }
  if (is_measured(due)) {
    ++ended_;
    meter_.record(now - due);
  }
}

void OpenLoop::look_at_end() {
  const Clock::time_point now = Clock::now();
  if (is_over_ || !meter_.has_ended()) {
    return;
  }
  const bool is_done = due(called_) >= meter_.end() && outstanding_ == 0;
  if (!is_done && now < meter_.end() + kPatience) {
    return;
  }
  // Those that are given up on count as if they ended now.
  std::uint64_t measured = 0;
  const auto first = static_cast<std::uint64_t>(
      std::ceil(static_cast<double>((meter_.begin() - start_).count()) / interval_ns_));
  for (std::uint64_t number = first; due(number) < meter_.end(); ++number) {
    ++measured;
  }
  const std::uint64_t unfinished = measured > ended_ ? measured - ended_ : 0;
  // The latest ones, since all calls end in order.
  for (std::uint64_t i = 0; i < unfinished; ++i) {
    meter_.record(now - due(first + ended_ + i));
  }
  Point point = meter_.point(ended_in_time_);
  point.unfinished = unfinished;
  stop(point);
}

void OpenLoop::stop(const std::optional<Point>& point) {
  if (is_over_) {
    return;
  }
  is_over_ = true;
  uv_poll_stop(&poll_);
  uv_close(reinterpret_cast<uv_handle_t*>(&poll_), nullptr);
  done_(point);
}

}  // namespace buoyant::bench
