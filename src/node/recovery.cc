// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/recovery.h"

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
          .seed = options.seed};
}

}  // namespace buoyant::node
