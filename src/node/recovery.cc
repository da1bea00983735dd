// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/recovery.h"

#include <algorithm>
#include <vector>

namespace buoyant::node {

Result<core::RestoredState> restore(const NodeOptions& options, const port::StoredState& stored,
                                    port::Codec& codec) {
  if (stored.identity.cluster != options.cluster) {
    return fail(Errc::kWrongCluster, "the storage belongs to another cluster");
  }
  if (stored.identity.server != options.id) {
    return fail(Errc::kWrongIdentity, "the storage belongs to another server");
  }
  core::RestoredState restored{.hard_state = stored.hard_state,
                               .snapshot = stored.snapshot,
                               .base = stored.base,
                               .runs = stored.runs,
                               .configurations = {}};
  for (const port::StoredConfiguration& configuration : stored.configurations) {
    Result<Configuration> decoded = codec.decode_configuration(configuration.payload.view());
    if (!decoded) {
      return fail(Errc::kStorageCorrupt, "a stored configuration does not decode");
    }
    restored.configurations.push_back(
        {.index = configuration.index, .configuration = std::move(*decoded)});
  }
  return restored;
}

Result<void> check_snapshot(const core::RestoredState& restored, Index applied,
                            const port::SnapshotStore* snapshots) {
  const LogPosition position = restored.snapshot.id.position;
  const Index last = restored.base.index + count_of(restored.runs);
  if (position.index < restored.base.index) {
    return fail(Errc::kStorageCorrupt, "the log begins behind its snapshot");
  }
  if (last < position.index) {
    return fail(Errc::kStorageCorrupt, "the log ends before its snapshot");
  }
  if (last < applied) {
    return fail(Errc::kStorageCorrupt, "the state machine is ahead of the log");
  }
  if (position.index <= applied) {
    return {};
  }
  if (snapshots == nullptr) {
    return fail(Errc::kInvalidOptions, "the log begins with a snapshot, and there is no store");
  }
  const std::vector<SnapshotId> found = snapshots->found();
  if (std::find(found.begin(), found.end(), restored.snapshot.id) == found.end()) {
    return fail(Errc::kStorageCorrupt, "the file of the log's snapshot is missing or damaged");
  }
  return {};
}

core::RaftOptions raft_options(const NodeOptions& options) {
  return {.id = options.id,
          .election_timeout = options.election_timeout,
          .heartbeat_interval = options.heartbeat_interval,
          .pre_vote = options.pre_vote,
          .check_quorum = options.check_quorum,
          .inflight_entries_max = options.inflight_entries_max,
          .disk_stall_limit = options.disk_stall_limit,
          .lease_reads = options.lease_reads,
          .clock_drift_max = options.clock_drift_max,
          .preference = options.preference,
          .catch_up_timeout = options.catch_up_timeout,
          .seed = options.seed};
}

}  // namespace buoyant::node
