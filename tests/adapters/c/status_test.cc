// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/c/status.h"

#include "buoyant/status.h"
#include "tests/adapters/c/node_fixture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace buoyant::c_api::status_test {

using testing_support::NodeFixture;
using testing_support::Server;

// All that a status has. A new field of C++ does not compile here: it is missing in C.

void show_all(const core::Standing& standing) {
  [[maybe_unused]] const auto& [role, term, leader, cause] = standing;
}

void show_all(const SnapshotStatus& snapshots) {
  [[maybe_unused]] const auto& [position, bytes, taking, installing, receiving_from, received,
                                receiving_bytes, taken, installed, failed, trouble] = snapshots;
}

void show_all(const port::StorageStatus& storage) {
  [[maybe_unused]] const auto& [bytes_used, bytes_file, bytes_max, writes, commits, writes_pending,
                                oldest_write_age, poisoned, space, scrub] = storage;
  [[maybe_unused]] const auto& [enabled, bytes, passes, last_pass_age, damage] = scrub;
}

void show_all(const port::TransportStatus& transport) {
  [[maybe_unused]] const auto& [secure_until, troubles] = transport;
}

void show_all(const PeerStatus& peer) {
  [[maybe_unused]] const auto& [id, address, role, link, refused, state, match, next, leaving,
                                catch_up_round, catch_up_goal, silent, inflight_bytes,
                                acknowledgement, space, preference, snapshot_sent, snapshot_bytes] =
      peer;
  [[maybe_unused]] const auto& [link_id, connected, accepted, queued_bytes, frames_sent, bytes_sent,
                                reconnects, trouble, snapshots] = link;
  [[maybe_unused]] const auto& [wanted, s_connected, s_accepted, s_queued_bytes, s_frames_sent,
                                s_bytes_sent, s_reconnects, s_trouble] = snapshots;
}

void show_all(const NodeStatus& status) {
  [[maybe_unused]] const auto& [taken_at, id, cluster, standing, standing_since, configuration,
                                configuration_index, configuration_committed, removed, refused_by,
                                refused, first, last, durable, commit, applied, snapshot, snapshots,
                                transfer_target, space, faulted, closing, peers, proposals_pending,
                                proposal_bytes_pending, entry_cache_bytes, proposals_committed,
                                proposals_refused, proposals_unknown, reads_pending, reads_granted,
                                frames_malformed, turns, turns_over_budget, turn_longest,
                                loop_stalls, loop_stall_longest, storage, storage_write_recent,
                                transport] = status;
  show_all(standing);
  show_all(snapshots);
  show_all(storage);
  show_all(transport);
}

class CStatusTest : public NodeFixture {
 protected:
  Server server_;
};

TEST_F(CStatusTest, SaysWhatALeaderAloneDoes) {
  begin_alone(server_);
  ASSERT_EQ(propose(server_, "x"), 0);
  ASSERT_EQ(take_snapshot(server_), 0);

  const buoyant_status_t* status = buoyant_status(server_.node);

  EXPECT_EQ(status->id, 1U);
  EXPECT_STREQ(status->cluster, "test");
  EXPECT_EQ(status->standing.role, BUOYANT_LEADER);
  EXPECT_EQ(status->standing.leader, 1U);
  EXPECT_STRNE(status->standing.cause, "");
  EXPECT_GT(status->standing_since_ns, 0U);
  EXPECT_GE(status->taken_at_ns, status->standing_since_ns);
  EXPECT_EQ(status->configuration.index, 1U);
  EXPECT_EQ(status->configuration_committed, 1U);
  EXPECT_EQ(status->configuration.members[0].address, server_.address);
  EXPECT_EQ(status->configuration.outgoing_count, 0U);
  EXPECT_EQ(status->first, 1U);
  EXPECT_EQ(status->last.index, 3U);
  EXPECT_EQ(status->last.term, status->standing.term);
  EXPECT_EQ(status->durable, 3U);
  EXPECT_EQ(status->commit, 3U);
  EXPECT_EQ(status->applied, 3U);
  EXPECT_EQ(status->snapshot, 3U);
  EXPECT_EQ(status->snapshots.position.index, 3U);
  EXPECT_EQ(status->snapshots.taken, 1U);
  EXPECT_STREQ(status->snapshots.trouble, "");
  EXPECT_EQ(status->faulted, nullptr);
  EXPECT_FALSE(status->removed);
  EXPECT_FALSE(status->closing);
  EXPECT_EQ(status->peer_count, 0U);
  EXPECT_EQ(status->proposals_committed, 1U);
  EXPECT_EQ(status->proposals_pending, 0U);
  EXPECT_GT(status->turns, 0U);
  EXPECT_GT(status->storage.commits, 0U);
  EXPECT_GT(status->storage.bytes_file, 0U);
  EXPECT_EQ(status->storage.bytes_max, uint64_t{1} << 40U);
  EXPECT_GT(status->storage.write_recent_ns, 0U);
  EXPECT_FALSE(status->storage.failed);
  EXPECT_FALSE(status->storage.scrub_enabled);
  EXPECT_EQ(status->storage.scrub_damage, nullptr);
  EXPECT_FALSE(status->secure);
  buoyant_status_free(status);
  close(server_);
}

TEST_F(CStatusTest, LivesLongerThanItsNode) {
  begin_alone(server_);
  const buoyant_status_t* status = buoyant_status(server_.node);

  close(server_);

  EXPECT_STREQ(status->cluster, "test");
  EXPECT_EQ(status->configuration.members[0].address, server_.address);
  buoyant_status_free(status);
}

TEST_F(CStatusTest, TroubleWithAPeerIsCounted) {
  open(server_, options(1, free_address()));
  // Nobody listens there.
  bootstrap(server_,
            {{1, server_.address.c_str(), BUOYANT_VOTER}, {2, "127.0.0.1:1", BUOYANT_VOTER}});
  std::string trouble;
  ASSERT_TRUE(run_until([&] {
    const buoyant_status_t* status = buoyant_status(server_.node);
    trouble = status->peer_count == 1 ? status->peers[0]->requests.trouble : "";
    buoyant_status_free(status);
    return !trouble.empty();
  }));

  const buoyant_status_t* status = buoyant_status(server_.node);

  EXPECT_EQ(status->peers[0]->id, 2U);
  EXPECT_FALSE(status->peers[0]->requests.connected);
  buoyant_status_free(status);
  close(server_);
}

TEST_F(CStatusTest, ATraceTellsHowItCameToLead) {
  begin_alone(server_);

  const buoyant_trace_t* trace = buoyant_trace(server_.node);
  close(server_);

  const auto* const end = trace->steps + trace->count;
  const auto* const elected = std::find_if(trace->steps, end, [](const buoyant_trace_step_t* step) {
    return std::string(step->kind) == "became leader";
  });
  ASSERT_NE(elected, end);
  EXPECT_GT((*elected)->at_ns, 0U);
  EXPECT_GT((*elected)->term, 0U);
  buoyant_trace_free(trace);
}

TEST_F(CStatusTest, NothingIsFreedAsNothing) {
  buoyant_status_free(nullptr);
  buoyant_trace_free(nullptr);
  EXPECT_STREQ(buoyant_progress_name(3), "unknown");
}

}  // namespace buoyant::c_api::status_test
