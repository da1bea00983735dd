// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The options that a simulated server's node is opened with, drawn anew at each start.

#include "simulation/server.h"

#include <algorithm>

namespace buoyant::simulation {

NodeOptions Server::draw_options() {
  const Plan& plan = world_.context.plan;
  NodeOptions options;
  options.id = id_;
  options.cluster = "simulation";
  options.address = world_.everybody[id_.value() - 1].address;
  options.election_timeout = plan.election_timeout;
  options.heartbeat_interval = plan.heartbeat_interval;
  options.pre_vote = plan.pre_vote;
  options.check_quorum = plan.check_quorum;
  options.forward_proposals = plan.forward_proposals;
  options.preference = preference_;
  options.lease_reads = plan.lease_reads;
  // Clocks drift apart by at most 10 %, see draw_clock().
  options.clock_drift_max = plan.election_timeout / 10;
  options.disk_stall_limit = plan.election_timeout * 3;
  options.catch_up_timeout = plan.election_timeout * 10;
  options.entry_bytes_max = 4096;
  // A failing assertion prints it: the seed of the run is what stands above the last 16 bits.
  options.seed = (plan.seed << 16U) + (starts_ << 8U) + id_.value();
  draw_snapshots(options);
  if (!plan.faults.has(Fault::kTightLimits)) {
    return options;
  }
  options.proposals_max = draw_from(random_, 2, 32);
  options.proposal_bytes_max = draw_from(random_, 4096, 8192);
  options.reads_max = draw_from(random_, 1, 8);
  options.forwarded_per_peer_max = draw_from(random_, 1, 16);
  options.append_entries_max = draw_from(random_, 1, 16);
  options.append_bytes_max = draw_from(random_, 64, 4096);
  options.inflight_entries_max = draw_from(random_, 1, 64);
  options.inflight_bytes_max = draw_from(random_, 256, 8192);
  options.entry_cache_bytes_max = draw_from(random_, 0, 4096);
  options.apply_entries_per_turn = draw_from(random_, 1, 16);
  options.apply_bytes_per_turn = draw_from(random_, 64, 4096);
  options.frames_per_turn = draw_from(random_, 1, 8);
  options.send_bytes_per_turn = draw_from(random_, 64, 4096);
  options.callbacks_per_turn = draw_from(random_, 1, 8);
  options.held_messages_per_peer_max = draw_from(random_, 1, 4);
  options.events_pending_max = draw_from(random_, 4, 16);
  return options;
}

TransportSettings Server::transport_settings() const {
  const Plan& plan = world_.context.plan;
  const std::size_t queue = std::size_t{1} << (plan.faults.has(Fault::kTightLimits) ? 13U : 20U);
  TransportSettings settings{.address = options_.address,
                             .frame_bytes_max = frame_bytes_max(options_),
                             .queue_bytes_max = queue,
                             .snapshot_queue_bytes_max = queue};
  if (earlier_) {
    settings.version_min = plan.earlier->version_min;
    settings.version_max = plan.earlier->version_max;
  }
  return settings;
}

void Server::draw_snapshots(NodeOptions& options) {
  // Drawn in any case: without the fault, the rest stays what it is.
  const std::uint64_t shift = random_.below(10);
  const std::uint64_t entries = draw_from(random_, 1, std::uint64_t{1} << shift);
  const std::uint64_t tail = random_.chance(1, 2) ? 0 : draw_from(random_, 0, 64);
  const std::uint64_t part = std::uint64_t{1} << random_.below(11);
  const std::uint64_t window = draw_from(random_, 1, 8);
  const std::uint64_t transfers = draw_from(random_, 1, 3);
  if (!world_.context.plan.faults.has(Fault::kSnapshots)) {
    return;
  }
  options.snapshot_entries = entries;
  options.snapshot_tail_entries = tail;
  // Few bytes in flight take so long that the clients write on beyond any short tail: then the log
  // behind a snapshot that is being sent is kept, or the follower would need another one, and so
  // on. States are up to 100 KB, and a round trip takes a millisecond or two.
  constexpr std::uint64_t kFewBytes = 4096;
  options.snapshot_sending_entries_max = part * window < kFewBytes ? 65536 : 2 * tail;
  // At least 16 bytes: a snapshot of some kilobytes arrives within a few minutes.
  options.snapshot_part_bytes = std::max<std::uint64_t>(part, 16);
  options.snapshot_inflight_bytes_max = options.snapshot_part_bytes * window;
  options.snapshot_transfers_max = transfers;
}

}  // namespace buoyant::simulation
