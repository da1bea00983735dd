// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/c/values.h"

#include <cstring>

namespace buoyant::c_api {

Result<std::vector<Member>> members_of(const buoyant_member_t* members, std::size_t count) {
  std::vector<Member> all;
  for (std::size_t at = 0; at < count; ++at) {
    const buoyant_member_t& member = members[at];
    if (member.role != BUOYANT_VOTER && member.role != BUOYANT_LEARNER) {
      return fail(Errc::kInvalidConfiguration, "a member's role");
    }
    all.push_back({.id = ServerId(member.id),
                   .address = string_of(member.address),
                   .role = static_cast<MemberRole>(member.role)});
  }
  return all;
}

std::vector<buoyant_member_t> show(const std::vector<Member>& members) {
  std::vector<buoyant_member_t> shown;
  shown.reserve(members.size());
  for (const Member& member : members) {
    shown.push_back({.id = member.id.value(),
                     .address = member.address.c_str(),
                     .role = static_cast<int>(member.role)});
  }
  return shown;
}

ShownConfiguration::ShownConfiguration(const Configuration& configuration, Index index)
    : members(show(configuration.members)),
      outgoing(show(configuration.outgoing)),
      shown{.index = index.value(),
            .members = members.data(),
            .member_count = members.size(),
            .outgoing = outgoing.data(),
            .outgoing_count = outgoing.size()} {}

buoyant_standing_t show(const core::Standing& standing) noexcept {
  return {.role = static_cast<int>(standing.role),
          .term = standing.term.value(),
          .leader = standing.leader.value(),
          .cause = core::cause_name(standing.cause)};
}

buoyant_trace_step_t show(const TraceStep& step) noexcept {
  return {.at_ns = static_cast<uint64_t>(step.at.since_start().count()),
          .kind = core::step_name(step.step.kind),
          .term = step.step.term.value(),
          .peer = step.step.peer.value(),
          .index = step.step.index.value(),
          .detail = step.step.detail};
}

Bytes gather(const buoyant_buf_t* bufs, std::size_t count) {
  std::size_t bytes = 0;
  for (std::size_t at = 0; at < count; ++at) {
    bytes += bufs[at].len;
  }
  if (bytes == 0) {
    return {};
  }
  Buffer buffer(bytes);
  std::size_t written = 0;
  for (std::size_t at = 0; at < count; ++at) {
    if (bufs[at].len != 0) {
      std::memcpy(buffer.data() + written, bufs[at].base, bufs[at].len);
      written += bufs[at].len;
    }
  }
  return std::move(buffer).freeze(bytes);
}

bool take_struct(void* target, std::size_t bytes, const void* source) noexcept {
  // Every one of them begins with its size.
  std::size_t size = 0;
  std::memcpy(&size, source, sizeof size);
  if (size <= sizeof size || size > bytes) {
    return false;
  }
  std::memcpy(target, source, size);
  return true;
}

}  // namespace buoyant::c_api
