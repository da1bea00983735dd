// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A uv_loop_t for a test, which ends with uv_loop_close returning 0.
#pragma once

#include <gtest/gtest.h>
#include <uv.h>

#include <cstdint>
#include <functional>
#include <utility>

namespace buoyant::uv::tests {

/// Longest wait for an event that must come; only a failing test waits that long.
inline constexpr std::uint64_t kPatienceMilliseconds = 20'000;

/// A loop that must be empty when it is destroyed.
class TestLoop {
 public:
  TestLoop() { EXPECT_EQ(uv_loop_init(&loop_), 0); }

  TestLoop(const TestLoop&) = delete;
  TestLoop& operator=(const TestLoop&) = delete;

  ~TestLoop() {
    // Whatever closes in the background does so without anything else happening.
    uv_run(&loop_, UV_RUN_DEFAULT);
    EXPECT_EQ(uv_loop_close(&loop_), 0) << "a handle was left in the loop";
  }

  uv_loop_t& operator*() noexcept { return loop_; }

  uv_loop_t* get() noexcept { return &loop_; }

  /// Runs iterations until `condition` holds; false when it does not within the patience. It is
  /// looked at after each iteration: something in the loop must happen for it to come true.
  bool run_until(const std::function<bool()>& condition) {
    return run_until(condition, kPatienceMilliseconds);
  }

  /// The same for a condition that the loop does not see: it is looked at each millisecond.
  bool run_until_seen(const std::function<bool()>& condition) { return run_until(condition, 1); }

  /// Runs this many iterations without sleeping.
  void spin(int iterations) {
    for (int i = 0; i < iterations; ++i) {
      uv_run(&loop_, UV_RUN_NOWAIT);
    }
  }

 private:
  bool run_until(const std::function<bool()>& condition, std::uint64_t step) {
    struct Alarm {
      uv_timer_t timer{};
      std::uint64_t rang = 0;
    };

    auto* alarm = new Alarm;
    uv_timer_init(&loop_, &alarm->timer);
    alarm->timer.data = alarm;
    uv_timer_start(
        &alarm->timer, [](uv_timer_t* timer) { ++static_cast<Alarm*>(timer->data)->rang; }, step,
        step);
    while (!condition() && alarm->rang < kPatienceMilliseconds / step) {
      uv_run(&loop_, UV_RUN_ONCE);
    }
    uv_close(reinterpret_cast<uv_handle_t*>(&alarm->timer),
             [](uv_handle_t* handle) { delete static_cast<Alarm*>(handle->data); });
    return condition();
  }

  uv_loop_t loop_{};
};

/// Calls a function once, from a phase of the loop, and is gone after that.
inline void call_from_timer(uv_loop_t& loop, std::uint64_t milliseconds,
                            std::function<void()> function) {
  struct Call {
    uv_timer_t timer{};
    std::function<void()> function;
  };

  auto* call = new Call{.function = std::move(function)};
  uv_timer_init(&loop, &call->timer);
  call->timer.data = call;
  uv_timer_start(
      &call->timer,
      [](uv_timer_t* timer) {
        static_cast<Call*>(timer->data)->function();
        uv_close(reinterpret_cast<uv_handle_t*>(timer),
                 [](uv_handle_t* handle) { delete static_cast<Call*>(handle->data); });
      },
      milliseconds, 0);
}

}  // namespace buoyant::uv::tests
