// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/process/latency_probe.h"

#include "tests/support/process/resp_client.h"

#include <algorithm>
#include <string>
#include <utility>

namespace buoyant::process {

LatencyProbe::LatencyProbe(std::uint16_t port, Clock::duration every)
    : port_(port), every_(every), thread_([this] { run(); }) {}

LatencyProbe::~LatencyProbe() {
  is_stopping_ = true;
  thread_.join();
}

void LatencyProbe::run() {
  RespClient client(port_);
  for (std::uint64_t write = 0; !is_stopping_; ++write) {
    const Clock::time_point sent = Clock::now();
    constexpr auto kAnswerMax = std::chrono::seconds(10);
    const auto reply = client.ask({"SET", "probe", std::to_string(write)}, within(kAnswerMax));
    const std::chrono::duration<double, std::milli> took = Clock::now() - sent;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      const bool is_done = reply && !reply->is_error();
      failures_ += is_done ? 0U : 1U;
      milliseconds_.push_back(took.count());
    }
    if (!reply) {
      client = RespClient(port_);
    }
    wait_until(sent + every_, [this] { return is_stopping_.load(); });
  }
}

LatencyProbe::Latencies LatencyProbe::take() {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::vector<double> milliseconds = std::exchange(milliseconds_, {});
  Latencies latencies;
  latencies.failures = std::exchange(failures_, 0);
  latencies.writes = milliseconds.size();
  if (milliseconds.empty()) {
    return latencies;
  }
  std::sort(milliseconds.begin(), milliseconds.end());
  constexpr std::size_t kPercent = 100;
  const auto at = [&](std::size_t percent) {
    return milliseconds[(milliseconds.size() * percent + kPercent - 1) / kPercent - 1];
  };
  latencies.p50_ms = at(50);
  latencies.p99_ms = at(99);
  latencies.max_ms = milliseconds.back();
  return latencies;
}

}  // namespace buoyant::process
