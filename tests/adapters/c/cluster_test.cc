// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Three servers of the C API in one process: what needs more than one.

#include "tests/adapters/c/node_fixture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <vector>

namespace buoyant::c_api::cluster_test {

using testing_support::Call;
using testing_support::NodeFixture;
using testing_support::Server;

class CClusterTest : public NodeFixture {
 protected:
  /// Starts server 1 alone, and two that wait to be added.
  void SetUp() override {
    NodeFixture::SetUp();
    begin_alone(servers_[0], options(1, free_address()));
    open(servers_[1], options(2, free_address()));
    open(servers_[2], options(3, free_address()));
  }

  void TearDown() override {
    std::for_each(servers_.begin(), servers_.end(), [this](Server& server) { close(server); });
    NodeFixture::TearDown();
  }

  /// Asks a server to make it so many, and waits.
  int change_to(Server& asked, std::size_t count) {
    std::vector<buoyant_member_t> members;
    for (std::size_t at = 0; at < count; ++at) {
      members.push_back({at + 1, servers_.at(at).address.c_str(), BUOYANT_VOTER});
    }
    const buoyant_status_t* status = buoyant_status(asked.node);
    const uint64_t based_on = status->configuration.index;
    buoyant_status_free(status);
    Call<buoyant_change_t> call;
    const int refused = buoyant_change(&call.request, asked.node, members.data(), members.size(),
                                       based_on, call.on_done);
    if (refused != 0) {
      return refused;
    }
    EXPECT_TRUE(run_until([&] { return call.runs > 0; }));
    return call.status.value_or(BUOYANT_E_OUTCOME_UNKNOWN);
  }

  bool wait_for_lines(std::size_t count) {
    return run_until([&] {
      return std::all_of(servers_.begin(), servers_.end(), [&](const Server& server) {
        return server.machine.lines.size() == count;
      });
    });
  }

  std::array<Server, 3> servers_;
};

TEST_F(CClusterTest, ServersAreAddedApplyTheSameAndLeadInTurn) {
  ASSERT_EQ(propose(servers_[0], "before"), 0);
  ASSERT_EQ(change_to(servers_[0], 3), 0);
  ASSERT_TRUE(wait_for_leader(servers_[2]));
  Call<buoyant_transfer_t> transfer;

  // A follower is asked for both: it passes them on.
  ASSERT_EQ(propose(servers_[2], "through a follower"), 0);
  EXPECT_EQ(reply_, "through a follower");
  ASSERT_EQ(buoyant_transfer(&transfer.request, servers_[2].node, 2, transfer.on_done), 0);
  ASSERT_TRUE(run_until([&] { return transfer.runs > 0; }));

  EXPECT_EQ(transfer.status, 0);
  EXPECT_EQ(transfer.request.leader, 2U);
  ASSERT_TRUE(wait_for_lines(2));
  EXPECT_EQ(servers_[1].machine.lines, servers_[0].machine.lines);
  EXPECT_EQ(servers_[2].machine.lines, servers_[0].machine.lines);
}

TEST_F(CClusterTest, ANewServerGetsASnapshotOfWhatWasCompacted) {
  ASSERT_EQ(propose(servers_[0], "compacted"), 0);
  close(servers_[0]);
  buoyant_options_t short_log = options(1, servers_[0].address);
  short_log.snapshot_tail_entries = 0;
  open(servers_[0], short_log);
  ASSERT_TRUE(run_until([&] { return propose(servers_[0], "too") == 0; }));
  ASSERT_EQ(take_snapshot(servers_[0]), 0);

  ASSERT_EQ(change_to(servers_[0], 2), 0);
  ASSERT_TRUE(run_until([&] { return servers_[1].machine.lines.size() >= 2; }));

  EXPECT_EQ(servers_[1].machine.installed, 1);
  EXPECT_EQ(servers_[1].machine.lines.at(0), "compacted");
}

TEST_F(CClusterTest, ARemovedServerKnows) {
  ASSERT_EQ(change_to(servers_[0], 3), 0);
  ASSERT_EQ(change_to(servers_[0], 2), 0);

  EXPECT_TRUE(run_until([&] {
    const buoyant_status_t* status = buoyant_status(servers_[2].node);
    const bool removed = status->removed;
    buoyant_status_free(status);
    return removed;
  }));
}

TEST_F(CClusterTest, AStatusShowsThePeers) {
  ASSERT_EQ(change_to(servers_[0], 3), 0);
  ASSERT_EQ(propose(servers_[0], "x"), 0);
  ASSERT_TRUE(wait_for_lines(1));
  ASSERT_EQ(standing(servers_[0]).role, BUOYANT_LEADER);

  const buoyant_status_t* status = buoyant_status(servers_[0].node);

  ASSERT_EQ(status->peer_count, 2U);
  EXPECT_EQ(status->peers[1]->id, 3U);
  EXPECT_EQ(status->peers[1]->address, servers_[2].address);
  EXPECT_TRUE(status->peers[1]->requests.connected);
  EXPECT_GT(status->peers[1]->requests.frames_sent, 0U);
  EXPECT_STREQ(status->peers[1]->requests.trouble, "");
  EXPECT_STREQ(status->peers[1]->refused, "");
  EXPECT_STREQ(buoyant_progress_name(status->peers[1]->progress), "replicate");
  EXPECT_EQ(status->peers[1]->match, status->last.index);
  EXPECT_EQ(status->peers[1]->next, status->last.index + 1);
  EXPECT_EQ(status->configuration.member_count, 3U);
  EXPECT_EQ(status->configuration.members[2].address, servers_[2].address);
  buoyant_status_free(status);
}

}  // namespace buoyant::c_api::cluster_test
