// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Strangers that trouble peer ports, in a thread of their own: many connections from many hosts,
/// each of which is made again when it ended.
#pragma once

#include "tests/process/hostile_bytes.h"
#include "tests/support/process/deadline.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace buoyant::process {

struct HostileOptions {
  /// Peer ports on 127.0.0.1.
  std::vector<std::uint16_t> ports;
  /// At a time. Each behaves in one way all the time; all ways are equally many.
  std::size_t connections = 200;
  /// Where they come from: 127.0.1.1 and so on, at most 250. So many that few are too many for
  /// their host; the silent ones share one.
  std::size_t hosts = 50;
  /// New connections, at most.
  std::uint64_t dials_per_second = 2000;
  std::uint64_t seed = 1;
  /// Of Hostility::kFirstFlight.
  std::string first_flight;
};

class HostilePeers {
 public:
  /// Begins at once.
  explicit HostilePeers(HostileOptions options);
  HostilePeers(const HostilePeers&) = delete;
  HostilePeers& operator=(const HostilePeers&) = delete;
  /// Ends all connections.
  ~HostilePeers();

  /// Connections that were made so far.
  [[nodiscard]] std::uint64_t dialled(Hostility hostility) const noexcept {
    return dialled_[static_cast<std::size_t>(hostility)];
  }

  /// Of those: that the server ended.
  [[nodiscard]] std::uint64_t ended(Hostility hostility) const noexcept {
    return ended_[static_cast<std::size_t>(hostility)];
  }

  [[nodiscard]] std::uint64_t bytes_sent() const noexcept { return bytes_sent_; }

 private:
  struct Stranger {
    Hostility hostility = Hostility::kSilent;
    std::uint32_t host = 0;
    std::uint16_t port = 0;
    int socket = -1;
    std::string unsent;
    Clock::time_point next_at;  ///< Of a dial, or of the next byte.
  };

  void run();
  void step(Stranger& stranger);
  void dial(Stranger& stranger);
  void send_some(Stranger& stranger);
  [[nodiscard]] bool is_ended(const Stranger& stranger) const;
  void close(Stranger& stranger, Clock::duration pause);

  HostileOptions options_;
  std::mt19937_64 random_;
  std::vector<Stranger> strangers_;
  double dials_left_ = 0;
  Clock::time_point dials_counted_ = Clock::now();
  std::array<std::atomic<std::uint64_t>, kHostilities.size()> dialled_{};
  std::array<std::atomic<std::uint64_t>, kHostilities.size()> ended_{};
  std::atomic<std::uint64_t> bytes_sent_{0};
  std::atomic<bool> is_stopping_{false};
  std::thread thread_;
};

}  // namespace buoyant::process
