// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The members of a cluster (§4): simple configurations and joint ones.
#pragma once

#include "buoyant/base/export.h"
#include "buoyant/base/result.h"
#include "buoyant/model/ids.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace buoyant {

/// Whether a server votes, or only receives entries (a non-voting server, §4.2.1).
enum class MemberRole : std::uint8_t { kVoter = 0, kLearner = 1 };

/// A server of a configuration.
struct Member {
  ServerId id;
  /// "HOST:PORT" of its peer port; a hint that may be overridden locally.
  std::string address;
  MemberRole role = MemberRole::kVoter;

  friend bool operator==(const Member&, const Member&) = default;
};

/// The most members that a configuration may have.
inline constexpr std::size_t kMembersMax = 64;
/// The longest address: a host name of 253 bytes, brackets, a colon and a port.
inline constexpr std::size_t kAddressBytesMax = 261;

/// Who takes part. While `outgoing` is not empty the configuration is joint (§4.3): elections
/// and commitment then need a majority of `members`' voters and one of `outgoing`'s.
///
/// Invariants (see validate): ids are set and unique in each list, both lists are sorted by id,
/// `members` has at least one voter unless it is empty, `outgoing` too.
struct BUOYANT_EXPORT Configuration {
  std::vector<Member> members;
  std::vector<Member> outgoing;

  [[nodiscard]] bool empty() const noexcept { return members.empty(); }

  [[nodiscard]] bool is_joint() const noexcept { return !outgoing.empty(); }

  /// The member with this id in either list, `members` first; null: not a member.
  [[nodiscard]] const Member* find(ServerId id) const noexcept;

  /// True when it votes in either half.
  [[nodiscard]] bool is_voter(ServerId id) const noexcept;

  /// All ids of both lists, each once, ascending.
  [[nodiscard]] std::vector<ServerId> ids() const;

  friend bool operator==(const Configuration&, const Configuration&) = default;
};

/// Sorts `members` by id and checks the invariants of Configuration.
/// Errors: kInvalidConfiguration (no voter, id zero or twice, too many, bad address).
BUOYANT_EXPORT Result<Configuration> make_configuration(std::vector<Member> members);

/// Checks the invariants of Configuration, of one that came from outside.
/// Errors: kInvalidConfiguration.
BUOYANT_EXPORT Result<void> validate(const Configuration& configuration);

}  // namespace buoyant
