// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/http/host_timer.h"

#include <gtest/gtest.h>
#include <uv.h>

namespace http::host_timer_test {

class HttpHostTimerTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(uv_loop_init(&loop_), 0);
    timer_.start(loop_);
  }

  void TearDown() override {
    timer_.stop();
    uv_run(&loop_, UV_RUN_DEFAULT);
    EXPECT_EQ(uv_loop_close(&loop_), 0);
  }

  void run_to_tick(std::uint64_t ticks) {
    while (timer_.ticks() < ticks) {
      uv_run(&loop_, UV_RUN_ONCE);
    }
  }

  uv_loop_t loop_{};
  HostTimer timer_;
};

TEST_F(HttpHostTimerTest, ItTicks) {
  run_to_tick(3);

  EXPECT_EQ(timer_.ticks(), 3U);
}

TEST_F(HttpHostTimerTest, ItNoticesWhoHoldsTheLoop) {
  constexpr std::uint64_t kHeldMs = 120;
  run_to_tick(1);
  const std::uint64_t end = uv_hrtime() + kHeldMs * 1'000'000;
  while (uv_hrtime() < end) {
  }

  run_to_tick(2);

  EXPECT_GE(timer_.late_ms_max(), static_cast<double>(kHeldMs - 2 * HostTimer::kPeriodMs));
}

}  // namespace http::host_timer_test
