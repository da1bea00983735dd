// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Status: a cheap copy of what a node is doing, made to explain itself.
#pragma once

#include "buoyant/base/time.h"
#include "buoyant/core/raft.h"
#include "buoyant/model/configuration.h"
#include "buoyant/port/storage.h"
#include "buoyant/port/transport.h"

#include <cstdint>
#include <string>
#include <vector>

namespace buoyant {

/// One line of the trace ring.
struct TraceStep {
  Instant at;
  core::Step step;
};

struct PeerStatus {
  ServerId id;
  std::string address;
  MemberRole role = MemberRole::kVoter;
  /// `link.trouble`: also why it does not admit this server.
  port::PeerLinkStatus link;
  /// Why this server does not admit it: static text, "" when it does.
  const char* refused = "";
  /// Of a leader only.
  core::ProgressState state = core::ProgressState::kProbe;
  Index match;
  Index next;
  /// It is no member any more, and is followed on until it knows.
  bool leaving = false;
  /// Of a new voter that learns the log (§4.2.1): the round, from 1 on, and its end. Zero: none.
  std::uint32_t catch_up_round = 0;
  Index catch_up_goal;
  /// Since something was heard of it; of a leader only.
  Duration silent{0};
  std::size_t inflight_bytes = 0;
  /// How long entries took lately from being sent until it acknowledged them, with one of them
  /// looked at at a time and older ones forgotten by eighths; of a leader only. Zero: not known.
  Duration acknowledgement{0};
  /// What it said last.
  SpaceState space = SpaceState::kEnough;
  Preference preference = Preference::kNormal;
  /// Of the snapshot that is being sent to it; both zero: none is.
  std::uint64_t snapshot_sent = 0;
  std::uint64_t snapshot_bytes = 0;
};

/// What a server does with snapshots (§5).
struct SnapshotStatus {
  /// The newest; position zero: none.
  LogPosition position;
  std::uint64_t bytes = 0;
  bool taking = false;
  bool installing = false;
  /// Zero: none is coming in.
  ServerId receiving_from;
  std::uint64_t received = 0;
  std::uint64_t receiving_bytes = 0;
  std::uint64_t taken = 0;
  std::uint64_t installed = 0;
  std::uint64_t failed = 0;
  /// Why the last one could not be taken: static text, "" when it could.
  const char* trouble = "";
};

struct NodeStatus {
  /// When this copy was made, on the loop's clock.
  Instant taken_at;
  ServerId id;
  std::string cluster;
  core::Standing standing;
  /// When the standing last changed.
  Instant standing_since;
  Configuration configuration;
  Index configuration_index;
  /// The newest configuration that is known to be committed; before `configuration_index` while a
  /// change is under way.
  Index configuration_committed;
  /// This server was a member and is none any more: it read so in the log, or a peer said so. It
  /// waits to be added again.
  bool removed = false;
  /// Of a server that waits to be added and has a peer that does not admit it: that peer, and why,
  /// with what to do: static text, "" when nobody says so. A peer's word, and not proven.
  ServerId refused_by;
  const char* refused = "";
  Index first;
  LogPosition last;
  Index durable;
  Index commit;
  Index applied;
  Index snapshot;
  SnapshotStatus snapshots;
  /// Whom leadership is being handed over to; zero: nobody.
  ServerId transfer_target;
  /// What the core goes by: it may lag behind `storage`.
  SpaceState space = SpaceState::kEnough;
  /// Null: not faulted. Otherwise why; static storage.
  const char* faulted = nullptr;
  bool closing = false;
  std::vector<PeerStatus> peers;

  std::size_t proposals_pending = 0;
  std::size_t proposal_bytes_pending = 0;
  std::size_t entry_cache_bytes = 0;
  std::uint64_t proposals_committed = 0;
  std::uint64_t proposals_refused = 0;
  std::uint64_t proposals_unknown = 0;
  std::uint64_t reads_pending = 0;
  std::uint64_t reads_granted = 0;
  std::uint64_t frames_malformed = 0;

  std::uint64_t turns = 0;
  std::uint64_t turns_over_budget = 0;
  /// Processor time of the loop thread, the user's own callbacks apart. Up to 1 ms it is taken by
  /// the wall clock; beyond, it may be 0.25 ms too long.
  Duration turn_longest{0};
  /// Times that the host's loop was held for longer than a quarter of the election timeout.
  std::uint64_t loop_stalls = 0;
  Duration loop_stall_longest{0};

  port::StorageStatus storage;
  /// How long a write of the log took lately until it was durable, older ones forgotten by eighths.
  /// Zero: there was none. All of them: Node::latencies().
  Duration storage_write_recent{0};
  port::TransportStatus transport;
};

}  // namespace buoyant
