// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Options of a node, with every bound and its default.
#pragma once

#include "buoyant/base/export.h"
#include "buoyant/base/result.h"
#include "buoyant/base/time.h"
#include "buoyant/model/ids.h"
#include "buoyant/model/message.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace buoyant {

struct NodeOptions {
  ServerId id;
  std::string cluster;
  /// What this server is called by its peers: "HOST:PORT". Used by bootstrap checks only.
  std::string address;

  Duration election_timeout = std::chrono::milliseconds(1000);
  Duration heartbeat_interval = std::chrono::milliseconds(100);
  bool pre_vote = true;
  bool check_quorum = true;
  Duration disk_stall_limit = std::chrono::milliseconds(3000);
  /// New voters that do not catch up in this time stay learners.
  Duration catch_up_timeout = std::chrono::seconds(60);
  /// Reads of mode kLease: see core::RaftOptions, also for what is to be heeded. Off by default.
  bool lease_reads = false;
  /// By how much the clocks of two servers may drift apart in an election timeout.
  Duration clock_drift_max = std::chrono::milliseconds(100);
  /// Whether this server should lead rather than others, or only if it must.
  Preference preference = Preference::kNormal;
  /// 0: drawn by the assembly from the system's randomness.
  std::uint64_t seed = 0;

  /// Followers pass proposals on to the leader.
  bool forward_proposals = true;

  /// The largest payload of one proposal. At the limit: kTooLarge.
  std::size_t entry_bytes_max = std::size_t{1} << 20U;
  /// Proposals accepted from the user and not finished. At the bound: kBusy.
  std::size_t proposals_max = 65536;
  /// Their payload bytes. At the bound: kBusy.
  std::size_t proposal_bytes_max = std::size_t{64} << 20U;
  /// Reads accepted from the user and not finished. At the bound: kBusy.
  std::size_t reads_max = 65536;
  /// Proposals forwarded by one peer and not committed here. At the bound it is told kBusy.
  std::size_t forwarded_per_peer_max = 65536;
  /// Transfers of leadership, and what else the leader is asked to do, that this server's user
  /// began and that are not finished; and as many for all peers together. At the bound: kBusy.
  std::size_t controls_max = 64;
  /// Payload bytes in one AppendEntries (it may exceed this by one entry).
  std::size_t append_bytes_max = std::size_t{256} << 10U;
  /// Entries in one AppendEntries.
  std::size_t append_entries_max = 4096;
  /// Payload bytes sent to one follower and not acknowledged; at the bound it gets no more.
  std::size_t inflight_bytes_max = std::size_t{8} << 20U;
  std::uint64_t inflight_entries_max = 65536;
  /// Bytes of recent entries kept in memory for followers and apply. Entries that are not
  /// durable yet are kept beyond it.
  std::size_t entry_cache_bytes_max = std::size_t{16} << 20U;
  /// Per turn: the rest wakes the next turn.
  std::size_t apply_entries_per_turn = 1024;
  std::size_t apply_bytes_per_turn = std::size_t{1} << 20U;
  std::size_t frames_per_turn = 64;
  /// Payload bytes that are encoded for peers in one turn (it may exceed this by one frame).
  std::size_t send_bytes_per_turn = std::size_t{1} << 20U;
  std::size_t receive_bytes_per_turn = std::size_t{512} << 10U;
  /// Finished proposals whose callbacks run in one turn.
  std::size_t callbacks_per_turn = 4096;
  /// Messages to one peer that wait for a write. Beyond it the oldest is forgotten.
  std::size_t held_messages_per_peer_max = 16;
  /// Events that the observer was not told yet. Beyond it the oldest reports of trouble and of
  /// connections are forgotten.
  std::size_t events_pending_max = 256;
  /// A snapshot is taken when so many entries were applied since the last one, or so many
  /// payload bytes (§5.1); sooner while storage has little space. 0: not for this reason.
  std::uint64_t snapshot_entries = std::uint64_t{1} << 20U;
  std::uint64_t snapshot_bytes = std::uint64_t{256} << 20U;
  /// Entries before a snapshot that stay in the log, for followers that are a little behind; of
  /// them at most about so many bytes. None while storage has little space.
  std::uint64_t snapshot_tail_entries = 65536;
  std::uint64_t snapshot_tail_bytes = std::uint64_t{64} << 20U;
  /// While a snapshot is being sent, and until its receiver has caught up with what was committed
  /// meanwhile, the entries behind it stay, as long as they are not more than this; beyond it they
  /// go, and the receiver may need another one.
  std::uint64_t snapshot_sending_entries_max = std::uint64_t{1} << 22U;
  /// Of a snapshot in one frame.
  std::size_t snapshot_part_bytes = std::size_t{256} << 10U;
  /// Sent to one follower and not answered (it may exceed this by one part); also what may wait
  /// for the snapshot store here, twice. At the bound: waits.
  std::size_t snapshot_inflight_bytes_max = std::size_t{4} << 20U;
  /// Followers that are sent a snapshot at once; the others wait.
  std::size_t snapshot_transfers_max = 4;
  /// To all followers together. 0: no limit.
  std::uint64_t snapshot_bytes_per_second = 0;
  /// Steps kept for `Node::trace`.
  std::size_t trace_steps_max = 1024;
  /// Longest stretch of loop thread time that one turn should take; longer ones are counted.
  Duration turn_budget = std::chrono::milliseconds(2);
};

/// Errors: kInvalidOptions; the context names the option.
BUOYANT_EXPORT Result<void> validate(const NodeOptions& options);

/// The largest body of a frame that servers with these options send each other: the cap that
/// their transports need.
BUOYANT_EXPORT std::size_t frame_bytes_max(const NodeOptions& options) noexcept;

}  // namespace buoyant
