// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The demo: three servers, ten thousand lines, a leader killed in the middle, nothing lost.
#pragma once

#include "bench/support/histogram.h"
#include "examples/demo/picture.h"
#include "examples/demo/screen.h"
#include "tests/support/process/echo_cluster.h"
#include "tests/support/process/echo_load.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace demo {

struct DemoOptions {
  /// The buoyant-echo to run.
  std::string echo;
  /// Exists; the servers' data and output go there.
  std::string directory;
  std::uint64_t lines = 10'000;
  std::uint64_t lines_per_second = 2'000;
};

/// Runs once. Every server that it started is ended when it is destroyed.
class Demo {
 public:
  /// `interrupted` becomes true when the user has seen enough.
  Demo(const DemoOptions& options, Screen& screen, const std::atomic<bool>& interrupted);

  /// Exit code: 0 when nothing was lost.
  int run();

 private:
  using Clock = buoyant::process::Clock;
  static constexpr std::size_t kServers = 3;

  bool start();
  bool kill_leader();
  void restart_killed();
  bool finish_lines();
  bool check();
  void keep_up();
  bool stop();

  /// One small step: lines go on, statuses are asked for and read, the screen is drawn.
  void step();
  void refresh();
  void refresh_row(std::size_t at, double elapsed);
  /// Steps until the condition holds; false: it did not in time, or the user interrupted.
  bool step_until(Clock::duration limit, auto&& is_true);
  /// The running server that leads in the highest term that any of them knows.
  [[nodiscard]] std::optional<std::size_t> leader();
  void say(const std::string& event);
  bool fail(const std::string& why);

  DemoOptions options_;
  Screen& screen_;
  const std::atomic<bool>& interrupted_;
  buoyant::process::EchoCluster cluster_;
  std::optional<buoyant::process::EchoLoad> load_;
  Picture picture_;
  Clock::time_point started_ = Clock::now();
  Clock::time_point refreshed_;
  Clock::time_point killed_at_;
  std::size_t killed_ = 0;
  bool has_failed_ = false;

  struct Latencies {
    buoyant::bench::Histogram histogram;
    std::uint64_t counted = 0;
  };

  std::array<Latencies, kServers> latencies_;
};

}  // namespace demo
