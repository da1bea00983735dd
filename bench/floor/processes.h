// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Child processes of floor_bench and the sockets between them.
#pragma once

#include <functional>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace buoyant::bench {

/// Children that are forked to run one function. All have ended when this is destroyed: those
/// that run on are killed.
class Children {
 public:
  Children() = default;
  Children(const Children&) = delete;
  Children& operator=(const Children&) = delete;
  ~Children();

  void fork_to(const std::function<void()>& run);

  /// Waits until all ended by themselves.
  void wait();

 private:
  std::vector<pid_t> pids_;
};

/// The two ends of a TCP connection over loopback, with TCP_NODELAY. Aborts if there is none.
std::pair<int, int> loopback_connection();

}  // namespace buoyant::bench
