// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/quorums.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace buoyant::simulation {

namespace {

bool is_majority(const std::vector<Member>& members, const Quorums::Holds& holds) {
  std::size_t voters = 0;
  std::size_t holding = 0;
  for (const Member& member : members) {
    if (member.role == MemberRole::kVoter) {
      voters += 1;
      holding += holds(member.id) ? 1U : 0U;
    }
  }
  return holding * 2 > voters;
}

}  // namespace

bool Quorums::is_met(const Configuration& configuration, const Holds& holds) {
  return is_majority(configuration.members, holds) &&
         (!configuration.is_joint() || is_majority(configuration.outgoing, holds));
}

void Quorums::add(LogPosition position, Configuration configuration) {
  // What stood where the committed one stands can count no more.
  if (position.index > committed_) {
    configurations_.emplace(position, std::move(configuration));
  }
}

void Quorums::commit(Index index, Term term) {
  if (!configurations_.contains({.term = term, .index = index})) {
    return;
  }
  committed_ = index;
  std::erase_if(configurations_, [index, term](const auto& each) {
    return each.first.index <= index && each.first != LogPosition{.term = term, .index = index};
  });
}

bool Quorums::may_be_met(const Holds& holds, const Has& has) const {
  return std::any_of(configurations_.begin(), configurations_.end(), [&](const auto& each) {
    const auto& [position, configuration] = each;
    if (is_met(configuration, holds)) {
      return true;
    }
    const LogPosition joint = position;
    return configuration.is_joint() && is_majority(configuration.members, holds) &&
           is_met(configuration, [&has, joint](ServerId id) { return has(id, joint); });
  });
}

}  // namespace buoyant::simulation
