// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What a running process has used so far, from /proc.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <sys/types.h>

namespace buoyant::process {

struct Figures {
  /// User and system time of all threads.
  std::chrono::milliseconds cpu{0};
  std::uint64_t rss_bytes = 0;
  /// Memory that is not clean file cache: what the system cannot just forget.
  std::uint64_t unclean_bytes = 0;
  /// Memory that no file stands behind.
  std::uint64_t anonymous_bytes = 0;
  /// How often a thread went to sleep by itself: each is one wake-up later.
  std::uint64_t voluntary_switches = 0;
  std::uint64_t threads = 0;
  /// Open files, sockets and the like.
  std::uint64_t descriptors = 0;
};

/// Nothing: there is no such process.
std::optional<Figures> figures_of(pid_t pid);

}  // namespace buoyant::process
