// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// One write after the other, at a steady pace, from a thread of its own: how long each takes.
#pragma once

#include "tests/support/process/deadline.h"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

namespace buoyant::process {

class LatencyProbe {
 public:
  /// Begins to write to a server of buoyant-kv.
  LatencyProbe(std::uint16_t port, Clock::duration every);
  LatencyProbe(const LatencyProbe&) = delete;
  LatencyProbe& operator=(const LatencyProbe&) = delete;
  ~LatencyProbe();

  struct Latencies {
    std::uint64_t writes = 0;
    std::uint64_t failures = 0;
    double p50_ms = 0;
    double p99_ms = 0;
    double max_ms = 0;
  };

  /// Of the writes that ended since the last call.
  Latencies take();

 private:
  void run();

  std::uint16_t port_;
  Clock::duration every_;
  std::mutex mutex_;
  std::vector<double> milliseconds_;
  std::uint64_t failures_ = 0;
  std::atomic<bool> is_stopping_{false};
  std::thread thread_;
};

}  // namespace buoyant::process
