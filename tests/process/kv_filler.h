// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Writes as many keys into buoyant-kv as it takes, as fast as it goes.
#pragma once

#include "tests/support/process/deadline.h"
#include "tests/support/process/resp_client.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace buoyant::process {

/// Sets keys PREFIX0, PREFIX1 ... to values of so many bytes, many requests under way; what is
/// refused or unknown is set again. False: not all are set in time.
bool fill(std::uint16_t port, const std::string& prefix, std::uint64_t keys,
          std::size_t value_bytes, Deadline deadline);

/// Overwrites the same keys, at full speed or a given one, from a thread of its own, until it is
/// destroyed.
class Flood {
 public:
  struct Options {
    std::uint64_t keys = 1000;
    std::size_t value_bytes = 1024;
    std::size_t connections = 4;
    std::size_t window = 64;
    /// At most; 0: as fast as it goes.
    std::uint64_t per_second = 0;
  };

  Flood(std::uint16_t port, Options options);
  Flood(const Flood&) = delete;
  Flood& operator=(const Flood&) = delete;
  ~Flood();

  [[nodiscard]] std::uint64_t acknowledged() const noexcept { return acknowledged_; }

  [[nodiscard]] std::uint64_t refused() const noexcept { return refused_; }

 private:
  struct Connection {
    RespClient client;
    std::size_t outstanding = 0;
  };

  void run();
  void step(Connection& connection);
  [[nodiscard]] bool is_due() const;

  std::uint16_t port_;
  Options options_;
  Clock::time_point begin_ = Clock::now();
  std::uint64_t sent_ = 0;
  std::atomic<std::uint64_t> acknowledged_{0};
  std::atomic<std::uint64_t> refused_{0};
  std::atomic<bool> is_stopping_{false};
  std::vector<Connection> connections_;
  std::thread thread_;
};

}  // namespace buoyant::process
