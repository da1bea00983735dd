// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/uv/event_loop.h"

#include "buoyant/base/assert.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <utility>

namespace buoyant::uv {

namespace {

constexpr std::int64_t kNanosecondsPerMillisecond = 1'000'000;

}  // namespace

struct UvEventLoop::Handles {
  uv_loop_t* loop = nullptr;
  UvEventLoop* owner = nullptr;  ///< Null once it is closing.
  uv_idle_t idle{};
  uv_check_t check{};
  uv_timer_t timer{};
  int open = 3;
  std::function<void()> done;

  static Handles& of(void* data) noexcept { return *static_cast<Handles*>(data); }

  void close(uv_handle_t* handle) {
    uv_close(handle, [](uv_handle_t* closed) {
      Handles& handles = of(closed->data);
      if (--handles.open == 0) {
        const std::function<void()> call_back = std::move(handles.done);
        delete &handles;
        if (call_back) {
          call_back();
        }
      }
    });
  }
};

UvEventLoop::UvEventLoop(uv_loop_t& loop) : handles_(new Handles) {
  handles_->loop = &loop;
  handles_->owner = this;
  // None of these can fail: they touch memory only.
  uv_idle_init(&loop, &handles_->idle);
  uv_check_init(&loop, &handles_->check);
  uv_timer_init(&loop, &handles_->timer);
  handles_->idle.data = handles_;
  handles_->check.data = handles_;
  handles_->timer.data = handles_;
  // Always on: it costs nothing while the loop sleeps, and must not keep it alive.
  uv_check_start(&handles_->check, [](uv_check_t* check) {
    if (UvEventLoop* owner = Handles::of(check->data).owner) {
      owner->on_check();
    }
  });
  uv_unref(reinterpret_cast<uv_handle_t*>(&handles_->check));
}

UvEventLoop::~UvEventLoop() {
  if (handles_ != nullptr) {
    release(nullptr);
  }
}

Instant UvEventLoop::now() const noexcept {
  return Instant(Duration(static_cast<std::int64_t>(uv_hrtime())));
}

Duration UvEventLoop::thread_time() const noexcept {
  timespec used{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

void UvEventLoop::wake() noexcept {
  BUOYANT_ASSERT(handler_ != nullptr);
  if (handles_ == nullptr || woken_ != Instant::never()) {
    return;
  }
  woken_ = now();
  due_ = true;
  uv_idle_start(&handles_->idle, [](uv_idle_t*) {});
}

void UvEventLoop::arm(Instant deadline) noexcept {
  BUOYANT_ASSERT(handler_ != nullptr);
  if (handles_ == nullptr || deadline == deadline_) {
    return;
  }
  deadline_ = deadline;
  if (deadline == Instant::never()) {
    uv_timer_stop(&handles_->timer);
  } else {
    start_timer(0);
  }
}

void UvEventLoop::close(std::function<void()> done) noexcept {
  BUOYANT_ASSERT(handles_ != nullptr);
  release(std::move(done));
}

void UvEventLoop::release(std::function<void()> done) {
  Handles* handles = std::exchange(handles_, nullptr);
  handles->owner = nullptr;
  handles->done = std::move(done);
  handles->close(reinterpret_cast<uv_handle_t*>(&handles->idle));
  handles->close(reinterpret_cast<uv_handle_t*>(&handles->check));
  handles->close(reinterpret_cast<uv_handle_t*>(&handles->timer));
}

void UvEventLoop::start_timer(std::int64_t milliseconds_min) {
  // libuv counts from its cached time, in milliseconds of the clock that uv_hrtime reads: the
  // distance from there makes an absolute deadline of it, rounded up so that it never fires
  // early and spins.
  const std::int64_t at = deadline_.since_start().count();
  const auto loop_time = static_cast<std::int64_t>(uv_now(handles_->loop));
  const std::int64_t due =
      at / kNanosecondsPerMillisecond + (at % kNanosecondsPerMillisecond > 0 ? 1 : 0);
  const auto timeout = static_cast<std::uint64_t>(std::max(due - loop_time, milliseconds_min));
  uv_timer_start(
      &handles_->timer,
      [](uv_timer_t* timer) {
        if (UvEventLoop* owner = Handles::of(timer->data).owner) {
          owner->on_timer();
        }
      },
      timeout, 0);
}

void UvEventLoop::on_timer() {
  due_ = true;
  uv_idle_start(&handles_->idle, [](uv_idle_t*) {});
}

void UvEventLoop::on_check() {
  ++iteration_;
  if (!due_) {
    return;
  }
  const Instant at = now();
  if (woken_ == Instant::never() && deadline_ > at) {
    // The timer asked and the deadline was moved since, or the clocks differ: no spinning.
    due_ = false;
    uv_idle_stop(&handles_->idle);
    if (deadline_ != Instant::never() &&
        uv_is_active(reinterpret_cast<uv_handle_t*>(&handles_->timer)) == 0) {
      start_timer(1);
    }
    return;
  }
  const auto polled =
      static_cast<std::int64_t>(uv_now(handles_->loop)) * kNanosecondsPerMillisecond;
  if (at.since_start().count() - polled > kPollAgeMax.count() && !polled_again_) {
    polled_again_ = true;
    return;
  }
  Instant asked = woken_;
  if (deadline_ <= at) {
    asked = std::min(asked, deadline_);
    deadline_ = Instant::never();
    uv_timer_stop(&handles_->timer);
  }
  due_ = false;
  polled_again_ = false;
  woken_ = Instant::never();
  uv_idle_stop(&handles_->idle);
  const Duration late = at - asked;
  // The last act: the handler may close and destroy this.
  handler_->on_turn({.now = at, .stalled = late >= kLateMin ? late : Duration(0)});
}

}  // namespace buoyant::uv
