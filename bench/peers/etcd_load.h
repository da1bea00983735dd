// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A closed loop of puts to one server of etcd over gRPC: a fixed number outstanding, each
/// replaced by the next one when its answer is there.
#pragma once

#include "bench/cluster/point.h"
#include "bench/peers/grpc.h"
#include "bench/support/histogram.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace buoyant::bench {

class EtcdLoad {
 public:
  using Clock = std::chrono::steady_clock;

  /// To the server with this client port, over up to `connections` connections.
  EtcdLoad(std::uint16_t port, const Work& work, std::size_t connections);

  /// The point; nothing: a put failed, or a connection did.
  std::optional<Point> run();

 private:
  void put(std::size_t slot);
  void on_put(std::size_t slot, bool is_well);
  /// Sends, waits, receives; false: a connection is broken, or nobody answers.
  bool turn();
  [[nodiscard]] Point point(Clock::time_point now) const;

  Work work_;
  std::vector<std::unique_ptr<GrpcConnection>> connections_;
  std::string value_;
  std::vector<Clock::time_point> sent_at_;
  Histogram histogram_;
  Clock::time_point measure_at_;
  Clock::time_point end_at_;
  bool measuring_ = false;
  bool failed_ = false;
};

}  // namespace buoyant::bench
