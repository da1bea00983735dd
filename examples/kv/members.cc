// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/kv/members.h"

#include "examples/kv/resp_writer.h"

#include <algorithm>

namespace kv {

namespace {

using buoyant::Member;
using buoyant::MemberRole;
using buoyant::ServerId;

auto find(Members& members, ServerId id) {
  return std::find_if(members.begin(), members.end(),
                      [&](const Member& member) { return member.id == id; });
}

}  // namespace

Target with_member(Members members, Member member) {
  const auto found = find(members, member.id);
  if (found == members.end()) {
    members.push_back(std::move(member));
    std::sort(members.begin(), members.end(),
              [](const Member& left, const Member& right) { return left.id < right.id; });
    return members;
  }
  found->address = std::move(member.address);
  // To take a vote away there is DEMOTE.
  if (member.role == MemberRole::kVoter) {
    found->role = MemberRole::kVoter;
  }
  return members;
}

Target with_role(Members members, ServerId id, MemberRole role) {
  const auto found = find(members, id);
  if (found == members.end()) {
    return resp::error("ERR this server is not a member");
  }
  found->role = role;
  return members;
}

Target without_member(Members members, ServerId id) {
  const auto found = find(members, id);
  if (found != members.end()) {
    members.erase(found);
  }
  return members;
}

}  // namespace kv
