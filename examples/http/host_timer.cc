// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/http/host_timer.h"

#include "buoyant/base/assert.h"

#include <algorithm>
#include <utility>

namespace http {

void HostTimer::start(uv_loop_t& loop) {
  BUOYANT_ASSERT(uv_timer_init(&loop, &timer_) == 0);
  timer_.data = this;
  last_ns_ = uv_hrtime();
  const auto on_tick = [](uv_timer_t* timer) { static_cast<HostTimer*>(timer->data)->tick(); };
  BUOYANT_ASSERT(uv_timer_start(&timer_, on_tick, kPeriodMs, kPeriodMs) == 0);
}

void HostTimer::stop() {
  uv_close(reinterpret_cast<uv_handle_t*>(&timer_), nullptr);
}

void HostTimer::tick() {
  constexpr double kMillisecond = 1e6;
  const std::uint64_t now = uv_hrtime();
  const double passed_ms = static_cast<double>(now - std::exchange(last_ns_, now)) / kMillisecond;
  late_ms_max_ = std::max(late_ms_max_, passed_ms - static_cast<double>(kPeriodMs));
  ticks_ += 1;
}

}  // namespace http
