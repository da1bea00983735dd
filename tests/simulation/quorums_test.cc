// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/quorums.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <set>
#include <utility>
#include <vector>

namespace buoyant::simulation::quorums_test {

std::vector<Member> voters(std::initializer_list<std::uint64_t> ids) {
  std::vector<Member> members;
  for (const std::uint64_t id : ids) {
    members.push_back({.id = ServerId(id), .address = "a"});
  }
  return members;
}

Quorums::Holds held_by(std::initializer_list<std::uint64_t> ids) {
  return [held = std::set<std::uint64_t>(ids)](ServerId id) { return held.contains(id.value()); };
}

Quorums::Has had_by(std::initializer_list<std::uint64_t> ids) {
  return [holds = held_by(ids)](ServerId id, LogPosition /*position*/) { return holds(id); };
}

LogPosition at(std::uint64_t term, std::uint64_t index) {
  return {.term = Term(term), .index = Index(index)};
}

TEST(QuorumsTest, HalfIsNoMajority) {
  const Configuration four{.members = voters({1, 2, 3, 4}), .outgoing = {}};

  EXPECT_FALSE(Quorums::is_met(four, held_by({1, 2})));
  EXPECT_TRUE(Quorums::is_met(four, held_by({1, 2, 4})));
}

TEST(QuorumsTest, LearnersDoNotCount) {
  Configuration configuration{.members = voters({1, 2}), .outgoing = {}};
  configuration.members[1].role = MemberRole::kLearner;

  EXPECT_TRUE(Quorums::is_met(configuration, held_by({1})));
  EXPECT_FALSE(Quorums::is_met(configuration, held_by({2})));
}

TEST(QuorumsTest, AJointConfigurationNeedsBothMajorities) {
  const Configuration joint{.members = voters({3, 4, 5}), .outgoing = voters({1, 2, 3})};

  EXPECT_FALSE(Quorums::is_met(joint, held_by({1, 2})));
  EXPECT_FALSE(Quorums::is_met(joint, held_by({4, 5})));
  EXPECT_TRUE(Quorums::is_met(joint, held_by({1, 3, 4})));
}

TEST(QuorumsTest, NothingIsMetBeforeThereIsAConfiguration) {
  EXPECT_FALSE(Quorums().may_be_met(held_by({1, 2, 3}), had_by({})));
}

TEST(QuorumsTest, ALaterConfigurationMayCount) {
  Quorums quorums;
  quorums.add(at(1, 1), {.members = voters({1}), .outgoing = {}});
  quorums.commit(Index(1), Term(1));
  quorums.add(at(2, 5), {.members = voters({2}), .outgoing = {}});

  EXPECT_TRUE(quorums.may_be_met(held_by({1}), had_by({})));
  EXPECT_TRUE(quorums.may_be_met(held_by({2}), had_by({})));
}

TEST(QuorumsTest, WhatACommittedOneReplacesCountsNoMore) {
  Quorums quorums;
  quorums.add(at(1, 1), {.members = voters({1}), .outgoing = {}});
  quorums.add(at(2, 5), {.members = voters({2}), .outgoing = {}});
  quorums.add(at(3, 5), {.members = voters({3}), .outgoing = {}});

  quorums.commit(Index(5), Term(3));

  EXPECT_FALSE(quorums.may_be_met(held_by({1, 2}), had_by({})));
  EXPECT_TRUE(quorums.may_be_met(held_by({3}), had_by({})));
}

TEST(QuorumsTest, TheTargetOfACommittedJointConfigurationCounts) {
  Quorums quorums;
  quorums.add(at(1, 1), {.members = voters({3, 4, 5}), .outgoing = voters({1, 2})});

  EXPECT_FALSE(quorums.may_be_met(held_by({3, 4}), had_by({3, 4})));
  EXPECT_TRUE(quorums.may_be_met(held_by({3, 4}), had_by({1, 2, 3, 4})));
  EXPECT_FALSE(quorums.may_be_met(held_by({1, 2, 3}), had_by({1, 2, 3, 4})));
}

TEST(QuorumsTest, OtherEntriesChangeNothing) {
  Quorums quorums;
  quorums.add(at(1, 1), {.members = voters({1}), .outgoing = {}});

  quorums.commit(Index(2), Term(1));

  EXPECT_TRUE(quorums.may_be_met(held_by({1}), had_by({})));
}

}  // namespace buoyant::simulation::quorums_test
