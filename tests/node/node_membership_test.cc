// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/support/node_cluster.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace buoyant::node_membership_test {

using node_cluster::NodeCluster;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

/// What became of a call of change_membership.
struct Change {
  Result<void> accepted;
  std::vector<Result<Index>> outcomes;

  [[nodiscard]] bool is_done() const { return outcomes.size() == 1 && outcomes.front(); }

  [[nodiscard]] std::optional<Errc> error() const {
    if (!accepted) {
      return accepted.error().code();
    }
    return outcomes.size() == 1 && !outcomes.front()
               ? std::optional(outcomes.front().error().code())
               : std::nullopt;
  }
};

using ChangePointer = std::shared_ptr<Change>;

/// Servers 1 to 3 are members, 4 and 5 run on empty directories.
class NodeMembershipTest : public testing::Test {
 protected:
  NodeMembershipTest() : cluster(5, [](NodeOptions& options) { options.catch_up_timeout = 3s; }) {
    for (std::uint64_t id = 1; id <= 5; ++id) {
      cluster.start(id);
    }
    for (std::uint64_t id = 1; id <= 3; ++id) {
      cluster.bootstrap(id, members({1, 2, 3}));
    }
    EXPECT_TRUE(cluster.run_until([this] {
      return cluster.leader() != 0 && leader().status().applied > Index(1) &&
             leader().status().commit == leader().status().last.index;
    }));
    cluster.run_for(200ms);
  }

  [[nodiscard]] std::vector<Member> members(std::initializer_list<std::uint64_t> ids) const {
    std::vector<Member> result;
    const std::vector<Member> all = cluster.members();
    for (const std::uint64_t id : ids) {
      result.push_back(all[id - 1]);
    }
    return result;
  }

  /// The first three, without this one.
  [[nodiscard]] std::vector<Member> without(std::uint64_t id) const {
    std::vector<Member> target = members({1, 2, 3});
    std::erase_if(target, [id](const Member& member) { return member.id == ServerId(id); });
    return target;
  }

  Node& leader() { return cluster.node(cluster.leader()); }

  ChangePointer change(std::vector<Member> target) {
    return change_through(cluster.leader(), std::move(target));
  }

  ChangePointer change_through(std::uint64_t id, std::vector<Member> target) {
    auto result = std::make_shared<Change>();
    result->accepted = cluster.node(id).change_membership(
        std::move(target), cluster.node(id).status().configuration_index,
        [result](Result<Index> outcome) { result->outcomes.push_back(outcome); });
    return result;
  }

  /// Changes, and waits until that is done.
  void change_to(std::initializer_list<std::uint64_t> ids) {
    const ChangePointer made = change(members(ids));
    ASSERT_TRUE(made->accepted.has_value());
    ASSERT_TRUE(cluster.run_until([&] { return !made->outcomes.empty(); }));
    ASSERT_TRUE(made->is_done());
  }

  /// Some command is applied on these.
  void expect_serves(std::initializer_list<std::uint64_t> ids, const std::string& text) {
    EXPECT_TRUE(cluster.run_until(
        [&] { return std::find(ids.begin(), ids.end(), cluster.leader()) != ids.end(); }));
    const auto call = cluster.propose(cluster.leader(), text);
    EXPECT_TRUE(cluster.run_until([&] {
      return call->is_committed() && std::all_of(ids.begin(), ids.end(), [&](std::uint64_t id) {
               const std::vector<std::string> texts = cluster.server(id).journal.texts();
               return std::find(texts.begin(), texts.end(), text) != texts.end();
             });
    })) << text;
  }

  /// A server whose removal is not the leader's own.
  std::uint64_t a_follower() { return cluster.leader() == 3 ? 2 : 3; }

  NodeCluster cluster;
};

TEST_F(NodeMembershipTest, AServerIsAdded) {
  cluster.propose(cluster.leader(), "before");
  change_to({1, 2, 3, 4});

  expect_serves({1, 2, 3, 4}, "after");
  EXPECT_EQ(cluster.server(4).journal.texts(), (std::vector<std::string>{"before", "after"}));
  EXPECT_EQ(cluster.node(4).status().configuration.members, members({1, 2, 3, 4}));
  EXPECT_TRUE(cluster.server(4).witness.removals.empty()) << "it read of times before it";
}

TEST_F(NodeMembershipTest, AnEmptyServerWaits) {
  cluster.run_for(10s);

  EXPECT_EQ(cluster.node(4).status().standing.role, core::Role::kFollower);
  EXPECT_EQ(cluster.node(4).status().standing.term, Term(0));
  EXPECT_FALSE(cluster.node(4).status().removed);
}

TEST_F(NodeMembershipTest, EverybodySeesEveryStep) {
  change_to({1, 2, 3, 4});
  cluster.run_for(1s);

  std::vector<ConfigurationAt> seen = cluster.server(4).witness.configurations;
  ASSERT_GE(seen.size(), 3U);
  EXPECT_TRUE(seen[seen.size() - 2].configuration.is_joint());
  EXPECT_EQ(seen.back().configuration.members, members({1, 2, 3, 4}));
  EXPECT_EQ(seen.back().index, cluster.node(4).status().configuration_committed);
}

TEST_F(NodeMembershipTest, AServerThatIsDownStaysALearner) {
  cluster.crash(4);
  const ChangePointer made = change(members({1, 2, 3, 4}));
  cluster.run_for(1s);
  const NodeStatus status = leader().status();
  const auto peer = std::find_if(status.peers.begin(), status.peers.end(),
                                 [](const PeerStatus& each) { return each.id == ServerId(4); });
  ASSERT_NE(peer, status.peers.end());
  EXPECT_EQ(peer->role, MemberRole::kLearner);
  EXPECT_EQ(peer->catch_up_round, 1U);
  expect_serves({1, 2, 3}, "meanwhile");

  cluster.run_for(3s);

  EXPECT_EQ(made->error(), Errc::kNotCaughtUp);
}

TEST_F(NodeMembershipTest, AServerIsReplaced) {
  change_to({1, 2, 4});

  expect_serves({1, 2, 4}, "after");
}

TEST_F(NodeMembershipTest, AllAreReplaced) {
  cluster.propose(cluster.leader(), "before");
  change_to({4, 5});

  expect_serves({4, 5}, "after");
  cluster.run_for(5s);
  for (std::uint64_t id = 1; id <= 3; ++id) {
    EXPECT_TRUE(cluster.node(id).status().removed) << id;
    EXPECT_TRUE(cluster.node(id).status().configuration.find(ServerId(id)) == nullptr);
  }
}

TEST_F(NodeMembershipTest, TheLeaderIsRemoved) {
  const std::uint64_t old = cluster.leader();
  const Term term = leader().status().standing.term;
  const std::vector<Member> target = without(old);
  const ChangePointer made = change(target);
  ASSERT_TRUE(cluster.run_until([&] { return !made->outcomes.empty(); }));

  EXPECT_TRUE(made->is_done());
  EXPECT_TRUE(cluster.run_until(
      [&] {
        const std::uint64_t next = cluster.leader();
        return next != 0 && next != old;
      },
      200ms))
      << "it hands over, nobody waits for a timeout";
  EXPECT_EQ(cluster.node(cluster.leader()).status().standing.term, term.next());
  EXPECT_TRUE(cluster.node(old).status().removed);
}

TEST_F(NodeMembershipTest, ARemovedServerKnowsAndIsQuiet) {
  const std::uint64_t gone = a_follower();
  const std::vector<Member> target = without(gone);
  change(target);
  cluster.run_for(1s);
  const Term term = leader().status().standing.term;

  cluster.run_for(20s);

  const NodeStatus status = cluster.node(gone).status();
  EXPECT_TRUE(status.removed);
  EXPECT_EQ(status.standing.role, core::Role::kFollower);
  EXPECT_EQ(cluster.server(gone).witness.removals, (std::vector<bool>{true}));
  EXPECT_EQ(leader().status().standing.term, term);
  EXPECT_EQ(leader().status().peers.size(), 1U);
}

TEST_F(NodeMembershipTest, AServerThatWasAwayWhenItWasRemovedIsTold) {
  const std::uint64_t gone = a_follower();
  cluster.crash(gone);
  const std::vector<Member> target = without(gone);
  change(target);
  cluster.run_for(3s);
  const Term term = leader().status().standing.term;

  cluster.start(gone);
  cluster.run_for(20s);

  EXPECT_TRUE(cluster.node(gone).status().removed);
  EXPECT_EQ(cluster.node(gone).status().standing.role, core::Role::kFollower);
  EXPECT_EQ(leader().status().standing.term, term);
}

TEST_F(NodeMembershipTest, ARemovedServerComesBackWithItsOldData) {
  const std::uint64_t gone = a_follower();
  cluster.propose(cluster.leader(), "before");
  const std::vector<Member> target = without(gone);
  change(target);
  cluster.run_for(5s);

  change_to({1, 2, 3});

  expect_serves({1, 2, 3}, "after");
  EXPECT_FALSE(cluster.node(gone).status().removed);
  EXPECT_EQ(cluster.server(gone).witness.removals, (std::vector<bool>{true, false}));
}

TEST_F(NodeMembershipTest, AWipedServerCountsOnlyAfterItWasRemovedAndAddedAgain) {
  const std::uint64_t wiped = a_follower();
  cluster.crash(wiped);
  cluster.wipe(wiped);
  cluster.start(wiped);
  cluster.run_for(3s);
  EXPECT_EQ(cluster.node(wiped).status().last.index, Index());

  const std::vector<Member> target = without(wiped);
  change(target);
  cluster.run_for(5s);
  change_to({1, 2, 3});

  expect_serves({1, 2, 3}, "after");
}

TEST_F(NodeMembershipTest, TheLastVoterIsNotRemoved) {
  EXPECT_EQ(change({})->error(), Errc::kInvalidConfiguration);
}

TEST_F(NodeMembershipTest, WhoeverIsNotUpToDateIsRefused) {
  change_to({1, 2});
  auto made = std::make_shared<Change>();
  made->accepted =
      leader().change_membership(members({1, 2, 3}), Index(1), [](const Result<Index>&) {});

  EXPECT_EQ(made->error(), Errc::kStaleConfiguration);
}

TEST_F(NodeMembershipTest, TheOutcomeIsOpenWhenLeadershipIsLost) {
  const std::uint64_t old = cluster.leader();
  cluster.isolate(old);
  const std::vector<Member> target = without(old);
  const ChangePointer made = change_through(old, target);

  cluster.run_for(5s);

  EXPECT_EQ(made->error(), Errc::kOutcomeUnknown);
  cluster.rejoin(old);
  cluster.run_for(5s);
  EXPECT_EQ(leader().status().configuration.members, members({1, 2, 3}));
}

TEST_F(NodeMembershipTest, AnOpenChangeEndsAtClose) {
  cluster.crash(4);
  const std::uint64_t closing = cluster.leader();
  const ChangePointer made = change(members({1, 2, 3, 4}));
  cluster.node(closing).close(nullptr);

  cluster.run_for(1s);

  EXPECT_EQ(made->error(), Errc::kOutcomeUnknown);
}

TEST_F(NodeMembershipTest, AnyServerMayBeAsked) {
  const ChangePointer made = change_through(a_follower(), members({1, 2, 3, 4}));

  ASSERT_TRUE(cluster.run_until([&] { return !made->outcomes.empty(); }));
  EXPECT_TRUE(made->is_done());
  expect_serves({1, 2, 3, 4}, "after");
}

TEST_F(NodeMembershipTest, WhatTheLeaderRefusesIsTold) {
  const ChangePointer first = change(members({1, 2}));
  const ChangePointer second = change_through(a_follower(), members({1, 2, 3, 4}));

  ASSERT_TRUE(cluster.run_until([&] { return !second->outcomes.empty(); }));
  EXPECT_EQ(second->error(), Errc::kChangeInProgress);
}

TEST_F(NodeMembershipTest, AFollowerIsToldThatItRemovedTheLeader) {
  const std::uint64_t old = cluster.leader();
  const ChangePointer made = change_through(a_follower(), without(old));

  ASSERT_TRUE(cluster.run_until([&] { return !made->outcomes.empty(); }));
  EXPECT_TRUE(made->is_done());
}

TEST_F(NodeMembershipTest, WhoAskedTheLeaderThatLeftIsAnswered) {
  const std::uint64_t old = cluster.leader();
  const std::uint64_t asker = a_follower();
  cluster.server(old).wire->keep_back(FrameType::kControlReply);
  const ChangePointer made = change_through(asker, without(old));
  ASSERT_TRUE(cluster.run_until([&] {
    return cluster.leader() != old && cluster.node(asker).status().standing.leader.is_set() &&
           cluster.node(asker).status().standing.leader != ServerId(old);
  }));
  EXPECT_TRUE(made->outcomes.empty());

  cluster.server(old).wire->release();
  cluster.run_for(100ms);

  EXPECT_TRUE(made->is_done());
  EXPECT_EQ(cluster.node(asker).status().peers.size(), 1U) << "the old leader is let go";
}

TEST_F(NodeMembershipTest, ARemovedServerTakesNothingFromNowOn) {
  const std::uint64_t gone = a_follower();
  change(without(gone));
  ASSERT_TRUE(cluster.run_until([&] { return cluster.node(gone).status().removed; }));
  // It still knows the leader, and has a connection to it for what is on its way.
  ASSERT_TRUE(cluster.node(gone).status().standing.leader.is_set());

  Node& node = cluster.node(gone);
  const auto read = node.read(ReadMode::kLinearizable, [](const Result<Index>&) { FAIL(); });
  const auto call = node.propose(Bytes::copy_of("late"), [](const Result<Applied>&) { FAIL(); });
  const auto handed = node.transfer({}, [](const Result<ServerId>&) { FAIL(); });

  EXPECT_EQ(change_through(gone, members({1, 2, 3}))->error(), Errc::kNoLeader);
  EXPECT_EQ(read.error().code(), Errc::kNoLeader);
  EXPECT_EQ(call.error().code(), Errc::kNoLeader);
  EXPECT_EQ(handed.error().code(), Errc::kNoLeader);
  cluster.run_for(2s);
}

TEST_F(NodeMembershipTest, AServerThatWaitsKnowsNobodyToAsk) {
  EXPECT_EQ(change_through(4, members({4}))->error(), Errc::kNoLeader);
}

TEST_F(NodeMembershipTest, AnAddressIsChanged) {
  std::vector<Member> target = members({1, 2, 3});
  const std::uint64_t moved = a_follower();
  target[moved - 1].address = "nowhere";
  const ChangePointer made = change(target);

  ASSERT_TRUE(cluster.run_until([&] { return !made->outcomes.empty(); }));
  EXPECT_TRUE(made->is_done());
  EXPECT_EQ(leader().status().configuration.members, target);
}

}  // namespace buoyant::node_membership_test
