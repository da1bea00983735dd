// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/model/configuration.h"

#include <algorithm>
#include <utility>

namespace buoyant {

namespace {

const Member* find_in(const std::vector<Member>& members, ServerId id) noexcept {
  const auto found =
      std::lower_bound(members.begin(), members.end(), id,
                       [](const Member& member, ServerId wanted) { return member.id < wanted; });
  return found != members.end() && found->id == id ? &*found : nullptr;
}

bool votes_in(const std::vector<Member>& members, ServerId id) noexcept {
  const Member* member = find_in(members, id);
  return member != nullptr && member->role == MemberRole::kVoter;
}

Result<void> validate_list(const std::vector<Member>& members) {
  if (members.size() > kMembersMax) {
    return fail(Errc::kInvalidConfiguration, "too many members");
  }
  bool has_voter = false;
  ServerId previous;
  for (const Member& member : members) {
    if (member.id <= previous) {
      return fail(Errc::kInvalidConfiguration, "a server id is zero, twice or out of order");
    }
    if (member.address.empty() || member.address.size() > kAddressBytesMax) {
      return fail(Errc::kInvalidConfiguration, "an address is empty or too long");
    }
    has_voter = has_voter || member.role == MemberRole::kVoter;
    previous = member.id;
  }
  if (!members.empty() && !has_voter) {
    return fail(Errc::kInvalidConfiguration, "no voter");
  }
  return {};
}

}  // namespace

const Member* Configuration::find(ServerId id) const noexcept {
  const Member* member = find_in(members, id);
  return member != nullptr ? member : find_in(outgoing, id);
}

bool Configuration::is_voter(ServerId id) const noexcept {
  return votes_in(members, id) || votes_in(outgoing, id);
}

std::vector<ServerId> Configuration::ids() const {
  std::vector<ServerId> result;
  result.reserve(members.size() + outgoing.size());
  for (const Member& member : members) {
    result.push_back(member.id);
  }
  for (const Member& member : outgoing) {
    result.push_back(member.id);
  }
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

Result<Configuration> make_configuration(std::vector<Member> members) {
  std::sort(members.begin(), members.end(),
            [](const Member& left, const Member& right) { return left.id < right.id; });
  Configuration configuration{.members = std::move(members), .outgoing = {}};
  if (configuration.members.empty()) {
    return fail(Errc::kInvalidConfiguration, "no voter");
  }
  if (auto valid = validate(configuration); !valid) {
    return fail(valid.error());
  }
  return configuration;
}

Result<void> validate(const Configuration& configuration) {
  if (configuration.members.empty() && !configuration.outgoing.empty()) {
    return fail(Errc::kInvalidConfiguration, "joint without a target");
  }
  if (auto valid = validate_list(configuration.members); !valid) {
    return valid;
  }
  return validate_list(configuration.outgoing);
}

}  // namespace buoyant
