// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A follower that was away gets what it missed: from the leader's log, or as a snapshot. Each
/// time beside a plain copy of as many bytes, in the same run.
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace buoyant::bench {

struct TransferWork {
  /// Of proposals.
  std::uint64_t payload = 256;
  /// What the follower misses, at least; of a snapshot, its size.
  std::uint64_t mebibytes = 256;
  std::uint64_t repeats = 1;
  std::string data = "/var/tmp";
};

/// One repeat.
struct TransferPoint {
  std::uint64_t payload = 0;
  double mebibytes = 0;
  /// From the first byte until the last one is durable there; of a snapshot, installed.
  double seconds = 0;
  double mebibytes_per_second = 0;
  /// From the start of the follower's process until the first byte.
  double start_seconds = 0;
  double copy_mebibytes_per_second = 0;
  double to_copy = 0;
  /// Of a snapshot: how long it took to take it.
  double taking_seconds = 0;
};

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(TransferPoint, payload, mebibytes, seconds, mebibytes_per_second,
                                   start_seconds, copy_mebibytes_per_second, to_copy,
                                   taking_seconds)

/// A follower of three servers is stopped while the others go on, and started again: the repeats,
/// summed up. Null: it failed, and standard error says how.
nlohmann::json measure_catch_up(const TransferWork& work);

/// The same of a follower that missed so much that the leader has no log for it any more.
nlohmann::json measure_snapshot(const TransferWork& work);

}  // namespace buoyant::bench
