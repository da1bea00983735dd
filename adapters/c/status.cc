// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A status of the C API: what the struct that users read points into.

#include "buoyant/c/status.h"

#include "adapters/c/handle.h"
#include "adapters/c/values.h"

#include <chrono>
#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace buoyant::c_api {

static_assert(BUOYANT_PROBE == static_cast<int>(core::ProgressState::kProbe));
static_assert(BUOYANT_REPLICATE == static_cast<int>(core::ProgressState::kReplicate));
static_assert(BUOYANT_SEND_SNAPSHOT == static_cast<int>(core::ProgressState::kSnapshot));

namespace {

std::uint64_t nanoseconds(Duration duration) noexcept {
  return static_cast<std::uint64_t>(duration.count());
}

bool is_low(SpaceState space) noexcept {
  return space == SpaceState::kLow;
}

/// Both kinds of connections have these.
template <class Link>
buoyant_link_status_t show_link(const Link& link) noexcept {
  return {.connected = link.connected,
          .accepted = link.accepted,
          .queued_bytes = link.queued_bytes,
          .frames_sent = link.frames_sent,
          .bytes_sent = link.bytes_sent,
          .reconnects = link.reconnects,
          .trouble = link.trouble};
}

buoyant_peer_status_t show_peer(const PeerStatus& peer) noexcept {
  return {.id = peer.id.value(),
          .address = peer.address.c_str(),
          .role = static_cast<int>(peer.role),
          .requests = show_link(peer.link),
          .snapshots = show_link(peer.link.snapshots),
          .snapshots_wanted = peer.link.snapshots.wanted,
          .refused = peer.refused,
          .progress = static_cast<int>(peer.state),
          .match = peer.match.value(),
          .next = peer.next.value(),
          .leaving = peer.leaving,
          .catch_up_round = peer.catch_up_round,
          .catch_up_goal = peer.catch_up_goal.value(),
          .silent_ns = nanoseconds(peer.silent),
          .inflight_bytes = peer.inflight_bytes,
          .acknowledgement_ns = nanoseconds(peer.acknowledgement),
          .space_low = is_low(peer.space),
          .preference = static_cast<int>(peer.preference),
          .snapshot_sent = peer.snapshot_sent,
          .snapshot_bytes = peer.snapshot_bytes};
}

buoyant_snapshots_status_t show_snapshots(const SnapshotStatus& snapshots) noexcept {
  return {.position = show(snapshots.position),
          .bytes = snapshots.bytes,
          .taking = snapshots.taking,
          .installing = snapshots.installing,
          .receiving_from = snapshots.receiving_from.value(),
          .received = snapshots.received,
          .receiving_bytes = snapshots.receiving_bytes,
          .taken = snapshots.taken,
          .installed = snapshots.installed,
          .failed = snapshots.failed,
          .trouble = snapshots.trouble};
}

buoyant_storage_status_t show_storage(const NodeStatus& status) noexcept {
  const port::StorageStatus& storage = status.storage;
  const port::ScrubStatus& scrub = storage.scrub;
  return {.bytes_used = storage.bytes_used,
          .bytes_file = storage.bytes_file,
          .bytes_max = storage.bytes_max,
          .writes = storage.writes,
          .commits = storage.commits,
          .writes_pending = storage.writes_pending,
          .oldest_write_age_ns = nanoseconds(storage.oldest_write_age),
          .write_recent_ns = nanoseconds(status.storage_write_recent),
          .failed = storage.poisoned,
          .space_low = is_low(storage.space),
          .scrub_enabled = scrub.enabled,
          .scrub_bytes = scrub.bytes,
          .scrub_passes = scrub.passes,
          .scrub_last_pass_age_ns = nanoseconds(scrub.last_pass_age),
          .scrub_damage = scrub.damage ? scrub.damage->what : nullptr,
          .scrub_damage_at = scrub.damage ? scrub.damage->at : 0};
}

/// Users hold a pointer to its base.
struct StatusCopy : buoyant_status_t {
  explicit StatusCopy(NodeStatus copy);
  StatusCopy(const StatusCopy&) = delete;
  StatusCopy& operator=(const StatusCopy&) = delete;
  ~StatusCopy() = default;

  void show_log();
  void show_lists();
  void show_counts();

  NodeStatus status;
  ShownConfiguration shown_configuration;
  std::deque<buoyant_peer_status_t> all_peers;
  std::vector<const buoyant_peer_status_t*> peer_list;
  std::deque<std::string> trouble_texts;
  std::deque<buoyant_trouble_t> all_troubles;
  std::vector<const buoyant_trouble_t*> trouble_list;
};

StatusCopy::StatusCopy(NodeStatus copy)
    : buoyant_status_t{},
      status(std::move(copy)),
      shown_configuration(status.configuration, status.configuration_index) {
  taken_at_ns = nanoseconds(status.taken_at.since_start());
  id = status.id.value();
  cluster = status.cluster.c_str();
  standing = show(status.standing);
  standing_since_ns = nanoseconds(status.standing_since.since_start());
  configuration = shown_configuration.shown;
  configuration_committed = status.configuration_committed.value();
  removed = status.removed;
  refused_by = status.refused_by.value();
  refused = status.refused;
  transfer_target = status.transfer_target.value();
  faulted = status.faulted;
  closing = status.closing;
  show_log();
  show_lists();
  show_counts();
}

void StatusCopy::show_log() {
  first = status.first.value();
  last = show(status.last);
  durable = status.durable.value();
  commit = status.commit.value();
  applied = status.applied.value();
  snapshot = status.snapshot.value();
  snapshots = show_snapshots(status.snapshots);
  space_low = is_low(status.space);
  storage = show_storage(status);
}

void StatusCopy::show_lists() {
  for (const PeerStatus& peer : status.peers) {
    peer_list.push_back(&all_peers.emplace_back(show_peer(peer)));
  }
  peers = peer_list.data();
  peer_count = peer_list.size();
  for (const auto& [what, count] : status.transport.troubles) {
    const std::string& text = trouble_texts.emplace_back(what);
    trouble_list.push_back(
        &all_troubles.emplace_back(buoyant_trouble_t{.what = text.c_str(), .count = count}));
  }
  troubles = trouble_list.data();
  trouble_count = trouble_list.size();
  if (const auto& until = status.transport.secure_until) {
    secure = true;
    secure_until =
        std::chrono::duration_cast<std::chrono::seconds>(until->time_since_epoch()).count();
  }
}

void StatusCopy::show_counts() {
  proposals_pending = status.proposals_pending;
  proposal_bytes_pending = status.proposal_bytes_pending;
  entry_cache_bytes = status.entry_cache_bytes;
  proposals_committed = status.proposals_committed;
  proposals_refused = status.proposals_refused;
  proposals_unknown = status.proposals_unknown;
  reads_pending = status.reads_pending;
  reads_granted = status.reads_granted;
  frames_malformed = status.frames_malformed;
  turns = status.turns;
  turns_over_budget = status.turns_over_budget;
  turn_longest_ns = nanoseconds(status.turn_longest);
  loop_stalls = status.loop_stalls;
  loop_stall_longest_ns = nanoseconds(status.loop_stall_longest);
}

}  // namespace

}  // namespace buoyant::c_api

const buoyant_status_t* buoyant_status(const buoyant_node_t* node) {
  return new buoyant::c_api::StatusCopy(node->node->status());
}

void buoyant_status_free(const buoyant_status_t* status) {
  delete static_cast<const buoyant::c_api::StatusCopy*>(status);
}

const char* buoyant_progress_name(int progress) {
  const bool is_one = progress >= BUOYANT_PROBE && progress <= BUOYANT_SEND_SNAPSHOT;
  return is_one ? progress_name(static_cast<buoyant::core::ProgressState>(progress)) : "unknown";
}
