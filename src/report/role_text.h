// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Roles and states in the words of the status and the metrics.
#pragma once

#include "buoyant/status.h"

#include <array>

namespace buoyant::report {

/// All that role_text may say.
inline constexpr std::array<const char*, 6> kRoles = {"leader",  "follower", "candidate",
                                                      "learner", "removed",  "faulted"};

/// What a server is to its operator: one of kRoles.
const char* role_text(const NodeStatus& status) noexcept;

const char* member_text(MemberRole role) noexcept;

const char* space_text(SpaceState space) noexcept;

const char* preference_text(Preference preference) noexcept;

}  // namespace buoyant::report
