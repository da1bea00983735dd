// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// One measured point of a cluster of processes, and how it travels from the server that measured
/// it to the driver.
#pragma once

#include <nlohmann/json.hpp>

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace buoyant::bench {

/// What is called, again and again.
enum class CallKind : std::uint8_t {
  kPropose,
  kRead,       ///< Linearizable, by asking a quorum (§6.4).
  kLeaseRead,  ///< By the leader's lease (§6.4.1).
  kStaleRead,  ///< How old is what is here? Needs no other server.
};

NLOHMANN_JSON_SERIALIZE_ENUM(CallKind, {{CallKind::kPropose, "propose"},
                                        {CallKind::kRead, "read"},
                                        {CallKind::kLeaseRead, "lease read"},
                                        {CallKind::kStaleRead, "stale read"}})

/// What to run.
struct Work {
  CallKind call = CallKind::kPropose;
  /// At a follower, not at the leader.
  bool at_follower = false;
  std::uint64_t payload = 256;
  /// Closed loop: so many calls are open at any time.
  std::uint64_t outstanding = 1;
  /// Open loop when above zero: so many calls a second, however long they take. Then
  /// `outstanding` means nothing.
  double rate = 0;
  double warmup_seconds = 1;
  double seconds = 5;
};

/// What came out. The names say "proposals" also where the calls are reads.
struct Point {
  CallKind call = CallKind::kPropose;
  bool at_follower = false;
  std::uint64_t servers = 0;
  std::uint64_t payload = 0;
  std::uint64_t outstanding = 0;
  double rate = 0;
  std::uint64_t committed = 0;
  /// Of an open loop: calls that were due while it was measured, and had not ended when it was
  /// given up on them. They count as if they had ended then.
  std::uint64_t unfinished = 0;
  double seconds = 0;
  double proposals_per_second = 0;
  double p50_us = 0;
  double p99_us = 0;
  double p999_us = 0;
  /// Percent of the calls, and the time in microseconds that so many did not exceed. In an open
  /// loop it is counted from when the call was due, not from when it was made.
  std::vector<std::array<double, 2>> latency;
  /// The longest stretch of thread time that one turn of the node took on the loop.
  double turn_longest_us = 0;
  std::uint64_t turns_over_budget = 0;
  /// Storage commits per second at the leader: how much was grouped.
  double commits_per_second = 0;
  /// In cores. Of the followers: the mean.
  double leader_cpu = 0;
  double follower_cpu = 0;
  /// What one proposal costs a server, of the followers the mean.
  double leader_cpu_us = 0;
  double follower_cpu_us = 0;
  double leader_bytes_written = 0;
  double follower_bytes_written = 0;
  /// What reached the disk that all servers share, by each of them in the mean; also what others
  /// wrote meanwhile. 0: the system does not tell.
  double device_bytes_written = 0;
  /// The largest that was seen. File cache is not in it.
  double leader_anonymous_mib = 0;
  /// The servers talk TLS to each other.
  bool tls = false;
  /// Where the time of a proposal goes at the leader: the mean in microseconds of each stage,
  /// and its name with its place in front. Empty: it was not asked for.
  std::map<std::string, double> stages;
};

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Work, call, at_follower, payload, outstanding, rate,
                                                warmup_seconds, seconds)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(
    Point, call, at_follower, servers, payload, outstanding, rate, committed, unfinished, seconds,
    proposals_per_second, p50_us, p99_us, p999_us, latency, turn_longest_us, turns_over_budget,
    commits_per_second, leader_cpu, follower_cpu, leader_cpu_us, follower_cpu_us,
    leader_bytes_written, follower_bytes_written, device_bytes_written, leader_anonymous_mib, tls,
    stages)

}  // namespace buoyant::bench
