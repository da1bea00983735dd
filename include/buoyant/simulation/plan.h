// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A plan: everything that a run is made of, drawn from one seed.
#pragma once

#include "buoyant/base/time.h"
#include "buoyant/simulation/fault.h"
#include "buoyant/simulation/release.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace buoyant::simulation {

/// What one run does. Everything that is left to chance in it - delays, victims, moments - comes
/// from `seed`, from one stream of numbers for each kind of fault: taking a fault away changes
/// as little as possible of the others.
struct Plan {
  std::uint64_t seed = 0;
  std::size_t servers = 3;
  /// More servers, on empty disks, that membership changes may add; without those there are none.
  std::size_t spares = 0;
  std::size_t clients = 3;
  FaultSet faults;
  /// How long faults happen. Afterwards everything is healed, and the cluster must come to rest.
  Duration faulty = std::chrono::seconds(20);
  /// How long a client waits between its calls, on average.
  Duration think = std::chrono::milliseconds(100);
  Duration election_timeout = std::chrono::milliseconds(1000);
  Duration heartbeat_interval = std::chrono::milliseconds(100);
  bool pre_vote = true;
  bool check_quorum = true;
  bool forward_proposals = true;
  bool lease_reads = false;
  /// Mixed versions: servers begin as this release and are upgraded while faults happen, a few
  /// never; null: all are of the present one. No seed draws it.
  std::shared_ptr<const Release> earlier = nullptr;

  friend bool operator==(const Plan&, const Plan&) = default;
};

/// The plan of a seed: 1 to 7 servers, some of the faults, and the rest.
[[nodiscard]] Plan draw_plan(std::uint64_t seed);

}  // namespace buoyant::simulation
