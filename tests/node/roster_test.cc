// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/roster.h"

#include "tests/support/print.h"

#include <gtest/gtest.h>

namespace buoyant::node::roster_test {

Member member(std::uint64_t id, const char* address) {
  return {.id = ServerId(id), .address = address};
}

port::PeerAddress peer(std::uint64_t id, const char* address) {
  return {.id = ServerId(id), .address = address};
}

class RosterTest : public testing::Test {
 protected:
  Roster roster{ServerId(1)};
};

TEST_F(RosterTest, HasEverybodyElse) {
  EXPECT_TRUE(
      roster.update({.members = {member(1, "a"), member(2, "b")}, .outgoing = {}}, {}, false));

  EXPECT_EQ(roster.peers(), (std::vector<port::PeerAddress>{peer(2, "b")}));
}

TEST_F(RosterTest, HasBothHalvesOfAJointConfiguration) {
  roster.update({.members = {member(2, "new"), member(3, "c")},
                 .outgoing = {member(1, "a"), member(2, "old")}},
                {}, false);

  EXPECT_EQ(roster.peers(), (std::vector<port::PeerAddress>{peer(2, "new"), peer(3, "c")}));
}

TEST_F(RosterTest, SaysWhetherAnythingIsNew) {
  const Configuration configuration{.members = {member(2, "b")}, .outgoing = {}};
  roster.update(configuration, {}, false);

  EXPECT_FALSE(roster.update(configuration, {}, false));
  EXPECT_TRUE(roster.update({.members = {member(2, "elsewhere")}, .outgoing = {}}, {}, false));
}

TEST_F(RosterTest, KeepsWhoIsLeavingWhereItWas) {
  roster.update({.members = {member(2, "b"), member(3, "c")}, .outgoing = {}}, {}, false);

  EXPECT_FALSE(roster.update({.members = {member(2, "b")}, .outgoing = {}}, {ServerId(3)}, false));
  EXPECT_EQ(roster.address_of(ServerId(3)), "c");

  EXPECT_TRUE(roster.update({.members = {member(2, "b")}, .outgoing = {}}, {}, false));
  EXPECT_EQ(roster.peers(), (std::vector<port::PeerAddress>{peer(2, "b")}));
}

TEST_F(RosterTest, HasNobodyWhenItIsOver) {
  roster.update({.members = {member(2, "b")}, .outgoing = {}}, {}, false);

  EXPECT_TRUE(roster.update({.members = {member(2, "b")}, .outgoing = {}}, {}, true));
  EXPECT_TRUE(roster.peers().empty());
}

}  // namespace buoyant::node::roster_test
