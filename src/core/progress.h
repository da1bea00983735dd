// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What a leader knows of one follower or learner (§3.5), and what it may send to it.
///
/// probe: the logs are not known to agree before `next`; one message at a time.
/// replicate: they agree before `next`; entries are pipelined within the window.
/// snapshot: the follower needs entries that were compacted away (§5).
///
/// Invariants: match < next; match never decreases.
#pragma once

#include "buoyant/base/time.h"
#include "buoyant/core/raft.h"
#include "buoyant/model/ids.h"

#include <vector>

namespace buoyant::core {

struct Progress {
  ServerId id;
  ProgressState state = ProgressState::kProbe;
  /// Everything up to here is durable there and equal to our log.
  Index match;
  /// The next entry to send.
  Index next;
  /// It needed a snapshot, and has not caught up with the commit index since.
  bool behind_snapshot = false;
  /// A probe is under way: wait for its answer, or for the answer to a later heartbeat.
  bool probe_sent = false;
  /// The last entry of that probe.
  Index probe_through;
  /// A snapshot is to be asked for.
  bool snapshot_due = false;
  bool reachable = true;
  Instant last_contact;
  /// The heartbeat whose answer, or a later one's, tells what of the entries sent before it has
  /// arrived; zero: none is awaited.
  Round check_round;
  /// The last entry that was sent before that heartbeat.
  Index sent_before_check;
  /// What it last said of its disk, and whether it wants to lead.
  SpaceState space = SpaceState::kEnough;
  Preference preference = Preference::kNormal;
  /// The newest round that it answered (§6.4).
  Round acknowledged_round;
  /// Until when it votes for nobody else (§6.4.1), by our clock and without the drift.
  Instant promised_until;
  /// The commit index that was last made known to it, or is on its way.
  Index commit_sent;
  /// The same, of the permission that is out.
  Index commit_granted;
  /// It is no member any more, and is followed on until it knows (§4.2.2).
  bool leaving = false;
  /// The configuration without it; nothing beyond it is sent there.
  Index leave_after;
  /// When it is given up, once that is committed.
  Instant leave_by = Instant::never();
  /// The heartbeat that told it so; zero: none did.
  Round leave_round;

  /// Back to probing behind what is known to match.
  void probe_from(Index from) noexcept;

  /// A probe went out, with entries through `last`: wait for its answer. The answer to a
  /// heartbeat that is sent from now on says that it is lost.
  void wait_for_probe(Index last) noexcept;

  /// The logs agree through `index`.
  void agree(Index index) noexcept;
};

/// The followers of a leader, ascending by id.
using ProgressTable = std::vector<Progress>;

/// Null: not there.
Progress* find_progress(ProgressTable& table, ServerId id) noexcept;
const Progress* find_progress(const ProgressTable& table, ServerId id) noexcept;

}  // namespace buoyant::core
