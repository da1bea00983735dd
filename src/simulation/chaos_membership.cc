// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Changes of who takes part, of every kind and through any server, wise or not.

#include "simulation/chaos.h"

#include <algorithm>
#include <string>
#include <utility>

namespace buoyant::simulation {

namespace {

using Members = std::vector<Member>;

auto find(Members& members, ServerId id) {
  return std::find_if(members.begin(), members.end(),
                      [id](const Member& member) { return member.id == id; });
}

/// A name under which the server is found too.
std::string another_address(const std::string& address) {
  const std::size_t alias = address.find('/');
  return alias == std::string::npos ? address + "/moved" : address.substr(0, alias);
}

void add(Members& members, const Member& server, MemberRole role) {
  if (find(members, server.id) == members.end()) {
    members.push_back({.id = server.id, .address = server.address, .role = role});
  }
}

}  // namespace

Members Chaos::draw_members(Random& random, Members members) {
  const std::uint64_t what = random.below(7);
  const Member some = world_.everybody[static_cast<std::size_t>(random.below(servers_.size()))];
  const Member other = world_.everybody[static_cast<std::size_t>(random.below(servers_.size()))];
  const auto role = random.chance(3, 4) ? MemberRole::kVoter : MemberRole::kLearner;
  const auto present = find(members, other.id);
  switch (what) {
    case 0:  // Everybody anew, perhaps without one that stays.
      members.clear();
      for (const Member& each : world_.everybody) {
        if (random.chance(1, 2)) {
          add(members, each, random.chance(3, 4) ? MemberRole::kVoter : MemberRole::kLearner);
        }
      }
      break;
    case 1:  // One is replaced.
      if (present != members.end() && members.size() > 1) {
        members.erase(present);
      }
      add(members, some, MemberRole::kVoter);
      break;
    case 2:  // One leaves, perhaps the leader.
      if (present != members.end() && members.size() > 1) {
        members.erase(present);
      }
      break;
    case 3:  // One is promoted or demoted.
      if (present != members.end()) {
        present->role = role;
      }
      break;
    case 4:  // One is found elsewhere.
      if (present != members.end()) {
        present->address = another_address(present->address);
      }
      break;
    default:
      add(members, some, role);
      break;
  }
  return members;
}

void Chaos::change_membership(Random& random) {
  Server& drawn = any(random);
  const bool at_leader = random.chance(2, 3);
  const std::size_t place = drawn.id().value() - 1;
  Server& asked = at_leader ? *servers_[leader_or(place)] : drawn;
  const bool knows_older = random.chance(1, 10);
  const Configuration present =
      asked.is_running() ? asked.node().status().configuration : Configuration{};
  Members target = draw_members(random, present.members);
  if (!asked.is_running() || target.empty()) {
    return;
  }
  const Index newest = asked.node().status().configuration_index;
  const Index based_on = knows_older && newest.is_set() ? newest.previous() : newest;
  asked.change_membership(std::move(target), based_on);
}

}  // namespace buoyant::simulation
