// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/model/frame.h"
#include "buoyant/model/hard_state.h"
#include "buoyant/node_options.h"
#include "node/recovery.h"

#include <algorithm>

namespace buoyant {

namespace {

/// Everything that counts something must count at least one.
Result<void> validate_bounds(const NodeOptions& options) {
  struct Bound {
    std::size_t value;
    const char* name;
  };

  const Bound bounds[] = {
      {options.entry_bytes_max, "entry_bytes_max"},
      {options.proposals_max, "proposals_max"},
      {options.proposal_bytes_max, "proposal_bytes_max"},
      {options.reads_max, "reads_max"},
      {options.controls_max, "controls_max"},
      {options.append_bytes_max, "append_bytes_max"},
      {options.append_entries_max, "append_entries_max"},
      {options.inflight_bytes_max, "inflight_bytes_max"},
      {options.inflight_entries_max, "inflight_entries_max"},
      {options.apply_entries_per_turn, "apply_entries_per_turn"},
      {options.apply_bytes_per_turn, "apply_bytes_per_turn"},
      {options.frames_per_turn, "frames_per_turn"},
      {options.send_bytes_per_turn, "send_bytes_per_turn"},
      {options.receive_bytes_per_turn, "receive_bytes_per_turn"},
      {options.callbacks_per_turn, "callbacks_per_turn"},
      {options.held_messages_per_peer_max, "held_messages_per_peer_max"},
      {options.events_pending_max, "events_pending_max"},
      {options.snapshot_part_bytes, "snapshot_part_bytes"},
      {options.snapshot_inflight_bytes_max, "snapshot_inflight_bytes_max"},
      {options.snapshot_transfers_max, "snapshot_transfers_max"},
  };
  // Far above any use, and far below what could overflow.
  constexpr std::uint64_t kBoundMax = std::uint64_t{1} << 40U;
  for (const Bound& bound : bounds) {
    if (bound.value == 0 || bound.value > kBoundMax) {
      return fail(Errc::kInvalidOptions, bound.name);
    }
  }
  return {};
}

}  // namespace

std::size_t frame_bytes_max(const NodeOptions& options) noexcept {
  // Per entry a few words beside the payload; the rest is for configurations and the message.
  constexpr std::size_t kMetaBytesPerEntry = 32;
  constexpr std::size_t kMetaBytes = std::size_t{64} << 10U;
  return std::max(options.append_bytes_max, options.snapshot_part_bytes) + options.entry_bytes_max +
         options.append_entries_max * kMetaBytesPerEntry + kMetaBytes;
}

Result<void> validate(const NodeOptions& options) {
  if (!options.id.is_set()) {
    return fail(Errc::kInvalidOptions, "id");
  }
  if (options.cluster.empty() || options.cluster.size() > kClusterBytesMax) {
    return fail(Errc::kInvalidOptions, "cluster");
  }
  if (options.turn_budget <= Duration(0)) {
    return fail(Errc::kInvalidOptions, "turn_budget");
  }
  if (Result<void> bounds = validate_bounds(options); !bounds) {
    return bounds;
  }
  // Compared one by one: their sum could overflow.
  if (options.entry_bytes_max > kFrameBytesHardMax ||
      options.append_bytes_max > kFrameBytesHardMax ||
      options.append_entries_max > kFrameBytesHardMax ||
      options.snapshot_part_bytes > kFrameBytesHardMax ||
      frame_bytes_max(options) > kFrameBytesHardMax) {
    return fail(Errc::kInvalidOptions, "entry_bytes_max, append_bytes_max, append_entries_max");
  }
  return core::validate(node::raft_options(options));
}

}  // namespace buoyant
