// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/core/raft_options.h"

namespace buoyant::core {

Result<void> validate(const RaftOptions& options) {
  if (!options.id.is_set()) {
    return fail(Errc::kInvalidOptions, "id must not be zero");
  }
  if (options.heartbeat_interval <= Duration(0)) {
    return fail(Errc::kInvalidOptions, "heartbeat_interval must be positive");
  }
  if (options.election_timeout / 2 < options.heartbeat_interval) {
    return fail(Errc::kInvalidOptions, "election_timeout must be at least 2 heartbeat_interval");
  }
  if (options.election_timeout > std::chrono::hours(1)) {
    return fail(Errc::kInvalidOptions, "election_timeout must be at most an hour");
  }
  if (options.inflight_entries_max == 0 || options.inflight_entries_max > std::uint64_t{1} << 40U) {
    return fail(Errc::kInvalidOptions, "inflight_entries_max must be from 1 to 2^40");
  }
  if (options.disk_stall_limit <= Duration(0)) {
    return fail(Errc::kInvalidOptions, "disk_stall_limit must be positive");
  }
  if (options.disk_stall_limit > std::chrono::hours(24)) {
    return fail(Errc::kInvalidOptions, "disk_stall_limit must be at most a day");
  }
  if (options.lease_reads && !options.check_quorum) {
    return fail(Errc::kInvalidOptions, "lease_reads needs check_quorum");
  }
  if (options.lease_reads && (options.clock_drift_max < Duration(0) ||
                              options.clock_drift_max >= options.election_timeout)) {
    return fail(Errc::kInvalidOptions, "clock_drift_max must be less than election_timeout");
  }
  if (options.catch_up_timeout <= Duration(0) ||
      options.catch_up_timeout > std::chrono::hours(24)) {
    return fail(Errc::kInvalidOptions, "catch_up_timeout must be positive and at most a day");
  }
  return {};
}

}  // namespace buoyant::core
