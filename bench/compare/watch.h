// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What the processes below one process write and hold, seen from outside: the same for every
/// system, whatever it says of itself.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <sys/types.h>
#include <vector>

namespace buoyant::bench {

class Watch {
 public:
  using Clock = std::chrono::steady_clock;

  /// Of `root` and its descendants. They may end at any time.
  explicit Watch(pid_t root) : root_(root) {}

  /// Reads /proc once.
  void look();

  /// Bytes per second to the disk, of the process that wrote most, over `seconds` just before the
  /// writing ended.
  [[nodiscard]] double written_per_second(double seconds) const;

  /// Anonymous memory at its peak, of the process whose peak is highest.
  [[nodiscard]] double memory_mib() const;

  /// Kills them all, by their ids.
  void kill_all();

 private:
  struct Reading {
    Clock::time_point at;
    std::uint64_t written = 0;
  };

  struct Process {
    std::vector<Reading> readings;
    std::uint64_t memory_kib_max = 0;
  };

  [[nodiscard]] std::vector<pid_t> tree() const;
  static double written_per_second(const Process& process, double seconds);

  pid_t root_;
  std::map<pid_t, Process> processes_;
};

}  // namespace buoyant::bench
