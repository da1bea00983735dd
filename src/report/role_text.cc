// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "report/role_text.h"

namespace buoyant::report {

const char* role_text(const NodeStatus& status) noexcept {
  using core::Role;
  if (status.faulted != nullptr) {
    return "faulted";
  }
  // Who leads while it removes itself, or takes its own vote away, still leads.
  const bool leads = status.standing.role == Role::kLeader;
  if (status.removed && !leads) {
    return "removed";
  }
  const bool is_member = status.configuration.find(status.id) != nullptr;
  if (is_member && !leads && !status.configuration.is_voter(status.id)) {
    return "learner";
  }
  // A pre-vote is part of a candidacy to everybody but the protocol.
  const Role role = status.standing.role;
  return role_name(role == Role::kPreCandidate ? Role::kCandidate : role);
}

const char* member_text(MemberRole role) noexcept {
  return role == MemberRole::kVoter ? "voter" : "learner";
}

const char* space_text(SpaceState space) noexcept {
  return space == SpaceState::kLow ? "low" : "enough";
}

const char* preference_text(Preference preference) noexcept {
  switch (preference) {
    case Preference::kNormal:
      return "normal";
    case Preference::kPrefer:
      return "prefer";
    case Preference::kAvoid:
      return "avoid";
  }
  return "?";
}

}  // namespace buoyant::report
