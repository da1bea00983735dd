// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Disks that become full: proposals end before they are, and begin again by themselves.

#include "tests/support/node_cluster.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <limits>

namespace buoyant::node_space_test {

using node_cluster::CallPointer;
using node_cluster::NodeCluster;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

constexpr std::uint64_t kSmall = 20'000;
constexpr std::array<std::uint64_t, 3> kAll = {1, 2, 3};
constexpr std::uint64_t kUnbounded = std::numeric_limits<std::uint64_t>::max();

class NodeSpace : public testing::Test {
 protected:
  void make(std::size_t servers, const NodeCluster::Tweak& tweak = nullptr) {
    cluster = std::make_unique<NodeCluster>(servers, tweak);
    leader = cluster->start_all();
  }

  void bound(std::uint64_t id, std::uint64_t bytes) { cluster->server(id).disk->bytes_max = bytes; }

  /// The disks of all servers but one, and the leader's not, are bounded.
  void bound_followers(std::uint64_t bytes) {
    for (const std::uint64_t id : cluster->followers()) {
      bound(id, bytes);
    }
  }

  /// Proposes until that is refused; what it is refused with.
  std::optional<Errc> fill(std::uint64_t through) {
    for (int i = 0; i < 1000; ++i) {
      const CallPointer call = cluster->propose(through, std::string(100, 'x'));
      cluster->run_for(20ms);
      committed += call->is_committed() ? 1 : 0;
      if (call->error()) {
        return call->error();
      }
    }
    return std::nullopt;
  }

  std::optional<Errc> propose(std::uint64_t through) {
    const CallPointer call = cluster->propose(through, "x");
    cluster->run_for(200ms);
    return call->is_committed() ? std::nullopt : std::optional(call->error().value_or(Errc::kBusy));
  }

  /// So much is left on a disk that holds something by now.
  void leave(std::uint64_t id, std::uint64_t bytes) {
    bound(id, kSmall);
    bound(id, cluster->server(id).disk->bytes_used() + bytes);
  }

  /// Server 1 has an entry that neither of the others has room for, and is elected with it: they
  /// wait longer before they campaign.
  void elect_with_a_tail() {
    make(3, [](NodeOptions& options) {
      options.preference = options.id == ServerId(1) ? Preference::kNormal : Preference::kAvoid;
    });
    ASSERT_TRUE(cluster->run_until([&] { return cluster->leader() == 1; }));
    cluster->propose_many(1, 20, 100);
    cluster->run_for(1s);
    cluster->isolate(1);
    tail = cluster->propose(1, std::string(10'000, 'x'));
    cluster->run_for(50ms);
    for (const std::uint64_t id : kAll) {
      cluster->crash(id);
    }
    leave(2, 300);
    leave(3, 300);
    cluster->rejoin(1);
    for (const std::uint64_t id : kAll) {
      cluster->start(id);
    }
  }

  bool is_read_in_time(std::uint64_t id) {
    auto answer = std::make_shared<std::optional<Result<Index>>>();
    const auto accepted = cluster->node(id).read(
        ReadMode::kLinearizable, [answer](Result<Index> outcome) { *answer = outcome; });
    return accepted && cluster->run_until([&] { return answer->has_value(); }) &&
           (*answer)->has_value();
  }

  /// No entry was refused by a disk.
  [[nodiscard]] bool no_write_failed() const {
    for (std::uint64_t id = 1; id <= 3; ++id) {
      const std::vector<TraceStep> steps = cluster->node(id).trace();
      if (std::any_of(steps.begin(), steps.end(), [](const TraceStep& each) {
            return each.step.kind == core::StepKind::kNoSpace;
          })) {
        return false;
      }
    }
    return true;
  }

  std::unique_ptr<NodeCluster> cluster;
  std::uint64_t leader = 0;
  int committed = 0;
  CallPointer tail;
};

TEST_F(NodeSpace, ProposalsAreRefusedBeforeAnyDiskIsFull) {
  make(3);
  bound_followers(kSmall);

  EXPECT_EQ(fill(leader), Errc::kStorageFull);

  EXPECT_GT(committed, 50);
  EXPECT_TRUE(no_write_failed());
  EXPECT_EQ(cluster->leader(), leader);
  EXPECT_TRUE(cluster->is_converged());
}

TEST_F(NodeSpace, ForwardedProposalsTooAreRefused) {
  make(3);
  bound_followers(kSmall);

  EXPECT_EQ(fill(cluster->followers().front()), Errc::kStorageFull);

  EXPECT_GT(committed, 50);
  EXPECT_TRUE(no_write_failed());
}

TEST_F(NodeSpace, ServiceReturnsByItself) {
  make(3);
  bound_followers(kSmall);
  ASSERT_EQ(fill(leader), Errc::kStorageFull);

  bound(cluster->followers().front(), kUnbounded);
  cluster->run_for(1s);

  EXPECT_EQ(propose(leader), std::nullopt);
}

TEST_F(NodeSpace, OfASingleServerItReturnsWithoutATurn) {
  make(1);
  bound(1, kSmall);
  ASSERT_EQ(fill(1), Errc::kStorageFull);
  cluster->run_for(10s);

  bound(1, kUnbounded);
  cluster->run_for(10s);

  EXPECT_EQ(propose(1), std::nullopt);
}

TEST_F(NodeSpace, ALeaderWhoseDiskRunsLowHandsOver) {
  make(3);
  cluster->run_for(1s);
  bound(leader, kSmall);

  EXPECT_EQ(fill(leader), Errc::kStorageFull);
  cluster->run_for(500ms);

  EXPECT_NE(cluster->leader(), leader);
  EXPECT_EQ(propose(leader), std::nullopt);
}

TEST_F(NodeSpace, LeadersAreElectedMeanwhile) {
  make(3);
  bound_followers(kSmall);
  ASSERT_EQ(fill(leader), Errc::kStorageFull);

  cluster->crash(leader);
  const std::uint64_t next = cluster->await_leader(leader);

  ASSERT_NE(next, 0U);
  cluster->run_for(1s);
  EXPECT_EQ(cluster->node(next).status().commit, cluster->node(next).status().last.index);
  EXPECT_EQ(propose(next), Errc::kStorageFull);
}

TEST_F(NodeSpace, ServersWithLittleSpaceMakeRoomByThemselves) {
  make(3, [](NodeOptions& options) { options.snapshot_entries = 25'600; });
  bound_followers(kSmall);
  ASSERT_EQ(fill(leader), Errc::kStorageFull);
  ASSERT_GT(committed, 100);

  cluster->run_for(1s);

  EXPECT_EQ(propose(leader), std::nullopt);
  EXPECT_TRUE(no_write_failed());
  for (const std::uint64_t id : cluster->followers()) {
    EXPECT_EQ(cluster->node(id).status().space, SpaceState::kEnough);
    EXPECT_EQ(cluster->node(id).status().snapshots.taken, 1U);
  }
  EXPECT_EQ(cluster->node(leader).status().snapshots.taken, 0U);
}

TEST_F(NodeSpace, ALeaderWhoseTailNoMajorityHasRoomForGivesWay) {
  elect_with_a_tail();
  ASSERT_EQ(cluster->await_leader(), 1U);
  const Term term = cluster->node(1).status().standing.term;

  cluster->run_for(4s);

  EXPECT_GT(cluster->node(1).status().standing.term, term);
  for (const std::uint64_t id : kAll) {
    EXPECT_TRUE(is_read_in_time(id)) << id;
  }
  EXPECT_FALSE(tail->is_committed());
}

TEST_F(NodeSpace, TheStatusSaysWhoIsLow) {
  make(3);
  const std::uint64_t low = cluster->followers().front();
  bound(low, 100);
  cluster->run_for(1s);

  EXPECT_EQ(cluster->node(low).status().space, SpaceState::kLow);
  EXPECT_EQ(cluster->node(leader).status().space, SpaceState::kEnough);
  for (const PeerStatus& peer : cluster->node(leader).status().peers) {
    EXPECT_EQ(peer.space, peer.id == ServerId(low) ? SpaceState::kLow : SpaceState::kEnough);
  }
}

}  // namespace buoyant::node_space_test
