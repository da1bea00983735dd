// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Majorities, of simple and of joint configurations (§4.3).
#pragma once

#include "buoyant/model/configuration.h"
#include "buoyant/model/ids.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace buoyant::core {

/// The largest value that a majority of the voters have reached, in each half of a joint
/// configuration. `value_of` gives each voter's. Zero for an empty configuration.
template <class ValueOf>
std::uint64_t quorum_value(const Configuration& configuration, ValueOf&& value_of);

/// True when a majority of the voters satisfies `holds`, in each half of a joint
/// configuration. False for an empty configuration.
template <class Holds>
bool has_quorum(const Configuration& configuration, Holds&& holds) {
  return quorum_value(configuration,
                      [&holds](ServerId id) { return std::uint64_t{holds(id) ? 1U : 0U}; }) == 1;
}

namespace quorum_detail {

/// Values in the order in which a majority is counted: descending, at most kMembersMax.
class Values {
 public:
  void add(std::uint64_t value) noexcept;

  /// The value that a majority has reached; zero when there are none.
  [[nodiscard]] std::uint64_t majority() const noexcept;

 private:
  std::array<std::uint64_t, kMembersMax> values_;
  std::size_t count_ = 0;
};

template <class ValueOf>
std::uint64_t majority_of(const std::vector<Member>& members, ValueOf& value_of) {
  Values values;
  for (const Member& member : members) {
    if (member.role == MemberRole::kVoter) {
      values.add(value_of(member.id));
    }
  }
  return values.majority();
}

}  // namespace quorum_detail

template <class ValueOf>
std::uint64_t quorum_value(const Configuration& configuration, ValueOf&& value_of) {
  const std::uint64_t incoming = quorum_detail::majority_of(configuration.members, value_of);
  if (!configuration.is_joint()) {
    return incoming;
  }
  const std::uint64_t outgoing = quorum_detail::majority_of(configuration.outgoing, value_of);
  return incoming < outgoing ? incoming : outgoing;
}

}  // namespace buoyant::core
