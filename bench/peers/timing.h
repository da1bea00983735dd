// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Times as the drivers of peers need them.
#pragma once

#include <chrono>
#include <ctime>

namespace buoyant::bench {

inline std::chrono::steady_clock::duration duration_of(double seconds) {
  return std::chrono::duration_cast<std::chrono::steady_clock::duration>(
      std::chrono::duration<double>(seconds));
}

/// Of all threads of this process.
inline double process_cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

}  // namespace buoyant::bench
