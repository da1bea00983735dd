// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What a process has used so far: processor, disk, memory.
#pragma once

#include "bench/support/bytes_written.h"

#include <cstdint>
#include <ctime>
#include <fstream>
#include <string>
#include <sys/types.h>

namespace buoyant::bench {

struct ProcessUse {
  double cpu_seconds = 0;
  std::uint64_t bytes_written = 0;
  /// Now, not so far: memory that no file stands behind.
  std::uint64_t anonymous_bytes = 0;
};

inline std::uint64_t anonymous_bytes_of(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/status");
  constexpr std::uint64_t kKibibyte = 1024;
  for (std::string word; file >> word;) {
    if (word == "RssAnon:") {
      std::uint64_t kibibytes = 0;
      file >> kibibytes;
      return kibibytes * kKibibyte;
    }
  }
  return 0;
}

inline double cpu_seconds_of(pid_t process) {
  clockid_t clock{};
  timespec time{};
  if (::clock_getcpuclockid(process, &clock) != 0 || ::clock_gettime(clock, &time) != 0) {
    return 0;
  }
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

/// Zeros for what the system does not tell.
inline ProcessUse use_of(pid_t process) {
  return {.cpu_seconds = cpu_seconds_of(process),
          .bytes_written = bytes_written_of(std::to_string(process)).value_or(0),
          .anonymous_bytes = anonymous_bytes_of(process)};
}

}  // namespace buoyant::bench
