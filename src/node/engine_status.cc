// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/engine.h"

#include <algorithm>

namespace buoyant::node {

NodeStatus Engine::status() const {
  NodeStatus status;
  status.taken_at = ports_.loop == nullptr ? clock_ : std::max(clock_, ports_.loop->now());
  status.id = options_.id;
  status.cluster = options_.cluster;
  status.standing = raft_->standing();
  status.standing_since = standing_since_;
  status.configuration = raft_->configuration().configuration;
  status.configuration_index = raft_->configuration().index;
  status.configuration_committed = raft_->committed_configuration().index;
  status.removed = raft_->is_removed();
  const auto [refuser, refusal] = links_.refused_by();
  status.refused_by = refuser;
  status.refused = refusal == Refusal::kNone ? "" : refused_message(refusal);
  status.first = raft_->base().index.next();
  status.last = raft_->last();
  status.durable = raft_->durable_index();
  status.commit = raft_->commit_index();
  status.applied = applier_.applied();
  status.snapshot = raft_->snapshot().id.position.index;
  fill_snapshots(status.snapshots);
  status.transfer_target = raft_->transfer_target();
  status.space = raft_->space();
  status.faulted = raft_->fault_reason();
  status.closing = stage_ != Stage::kRunning;
  fill_peers(status);
  status.proposals_pending = budget_.proposals;
  status.proposal_bytes_pending = budget_.bytes;
  status.entry_cache_bytes = cache_.bytes();
  status.proposals_committed = callbacks_.counts().committed;
  status.proposals_refused = proposals_turned_away_ + callbacks_.counts().refused;
  status.proposals_unknown = callbacks_.counts().unknown;
  status.reads_pending = reads_.pending();
  status.reads_granted = reads_.granted();
  status.frames_malformed = frames_malformed_;
  status.turns = turns_;
  status.turns_over_budget = turns_over_budget_;
  status.turn_longest = turn_longest_;
  status.loop_stalls = loop_stalls_;
  status.loop_stall_longest = loop_stall_longest_;
  if (ports_.storage != nullptr) {
    status.storage = ports_.storage->status();
  }
  status.storage_write_recent = write_times_.recent();
  if (ports_.transport != nullptr) {
    status.transport = ports_.transport->totals();
  }
  return status;
}

void Engine::fill_peers(NodeStatus& status) const {
  const Configuration& configuration = status.configuration;
  for (const ServerId id : configuration.ids()) {
    if (id != options_.id) {
      const Member* member = configuration.find(id);
      PeerStatus& peer = status.peers.emplace_back();
      peer.id = id;
      peer.address = member->address;
      peer.role = member->role;
    }
  }
  for (const ServerId id : leavers()) {
    PeerStatus& peer = status.peers.emplace_back();
    peer.id = id;
    peer.address = roster_.address_of(id);
  }
  const std::vector<port::PeerLinkStatus> links = ports_.transport == nullptr
                                                      ? std::vector<port::PeerLinkStatus>()
                                                      : ports_.transport->status();
  const std::vector<core::PeerProgress> progress = raft_->progress();
  const Instant present = status.taken_at;
  for (PeerStatus& peer : status.peers) {
    for (const port::PeerLinkStatus& link : links) {
      peer.link = link.id == peer.id ? link : peer.link;
    }
    for (const core::PeerProgress& known : progress) {
      if (known.id == peer.id) {
        peer.state = known.state;
        peer.match = known.match;
        peer.next = known.next;
        peer.space = known.space;
        peer.preference = known.preference;
        peer.leaving = known.leaving;
        peer.catch_up_round = known.catch_up_round;
        peer.catch_up_goal = known.catch_up_goal;
        peer.silent = present > known.last_contact ? present - known.last_contact : Duration(0);
      }
    }
    const Refusal refusal = links_.refusal_of(peer.id);
    peer.refused = refusal == Refusal::kNone ? "" : refusal_message(refusal);
    peer.inflight_bytes = replicator_.inflight_bytes(peer.id);
    peer.acknowledgement = replicator_.acknowledgement(peer.id);
    if (const auto sending = snapshot_out_.progress(peer.id)) {
      peer.snapshot_sent = sending->acknowledged;
      peer.snapshot_bytes = sending->bytes;
    }
  }
}

void Engine::fill_snapshots(SnapshotStatus& status) const {
  const SnapshotMetadata& newest = raft_->snapshot();
  status.position = newest.id.position;
  status.bytes = newest.bytes;
  status.taking = compaction_.is_under_way();
  status.installing = installation_.is_pending();
  const SnapshotIn::Progress& coming = snapshot_in_.progress();
  if (coming.under_way) {
    status.receiving_from = coming.from;
    status.received = coming.held;
    status.receiving_bytes = coming.snapshot.bytes;
  }
  status.taken = compaction_.taken();
  status.installed = snapshots_installed_;
  status.failed = compaction_.failures();
  if (const std::optional<Error> error = compaction_.error()) {
    status.trouble = error->message();
  }
}

}  // namespace buoyant::node
