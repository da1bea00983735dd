// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// One measured point of cluster_bench, and how it travels from the server that measured it to
/// the driver.
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>

namespace buoyant::bench {

/// What to run.
struct Work {
  /// Linearizable reads in place of proposals.
  bool reads = false;
  /// At a follower, not at the leader.
  bool at_follower = false;
  std::uint64_t payload = 256;
  std::uint64_t outstanding = 1;
  double warmup_seconds = 1;
  double seconds = 5;
};

/// What came out.
struct Point {
  bool reads = false;
  bool at_follower = false;
  std::uint64_t servers = 0;
  std::uint64_t payload = 0;
  std::uint64_t outstanding = 0;
  std::uint64_t committed = 0;
  std::uint64_t failed = 0;
  double seconds = 0;
  double proposals_per_second = 0;
  double p50_us = 0;
  double p99_us = 0;
  double p999_us = 0;
  /// The longest stretch of thread time that one turn of the node took on the loop.
  double turn_longest_us = 0;
  std::uint64_t turns_over_budget = 0;
  /// Storage commits per second at the leader: how much was grouped.
  double commits_per_second = 0;
  double leader_cpu = 0;
  double leader_rss_mib = 0;
};

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Work, reads, at_follower, payload, outstanding, warmup_seconds,
                                   seconds)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Point, reads, at_follower, servers, payload, outstanding,
                                   committed, failed, seconds, proposals_per_second, p50_us, p99_us,
                                   p999_us, turn_longest_us, turns_over_budget, commits_per_second,
                                   leader_cpu, leader_rss_mib)

}  // namespace buoyant::bench
