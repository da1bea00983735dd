// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// How a Raft core behaves.
#pragma once

#include "buoyant/base/export.h"
#include "buoyant/base/result.h"
#include "buoyant/base/time.h"
#include "buoyant/model/ids.h"
#include "buoyant/model/message.h"

#include <chrono>
#include <cstdint>

namespace buoyant::core {

struct RaftOptions {
  ServerId id;
  /// Elections start after a random time in [election_timeout, 2 * election_timeout) without a
  /// leader (§3.4), drawn anew each round. Also how long check-quorum and stickiness look back.
  Duration election_timeout = std::chrono::milliseconds(1000);
  Duration heartbeat_interval = std::chrono::milliseconds(100);
  /// Asks before campaigning, so that a server which cannot win does not disturb (§9.6).
  bool pre_vote = true;
  /// A leader that has not heard of a quorum for an election timeout steps down (§6.2).
  bool check_quorum = true;
  /// Entries sent to a follower and not acknowledged; at the bound it gets no more.
  std::uint64_t inflight_entries_max = 65536;
  /// A write older than this makes the disk count as stalled: no campaign is started, asked or
  /// granted, and a leader gives way.
  Duration disk_stall_limit = std::chrono::milliseconds(3000);
  /// This server promises the leader not to vote for anybody else for an election timeout after
  /// each message, and as a leader answers reads while a quorum keeps such promises (§6.4.1).
  /// Needs check_quorum. To be set alike on all servers; before it is switched off, a server
  /// must have been stopped for an election timeout.
  bool lease_reads = false;
  /// By how much the clocks of two servers may drift apart in an election timeout. If they do by
  /// more, reads by lease may be stale; all others are not concerned. Less than election_timeout.
  Duration clock_drift_max = std::chrono::milliseconds(100);
  /// Shifts the time that it waits before it campaigns, and makes a less preferred leader hand
  /// over to a more preferred voter that is up to date.
  Preference preference = Preference::kNormal;
  /// New voters that do not catch up in this time stay learners (§4.2.1).
  Duration catch_up_timeout = std::chrono::seconds(60);
  /// Of all randomness. Must differ between servers (E22).
  std::uint64_t seed = 0;
};

/// Errors: kInvalidOptions.
BUOYANT_EXPORT Result<void> validate(const RaftOptions& options);

}  // namespace buoyant::core
