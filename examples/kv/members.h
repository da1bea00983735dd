// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The set of members that a RAFT command asks for, from the one that there is.
///
/// All of them are idempotent: a command that was done already asks for the set that there is.
#pragma once

#include "buoyant/model/configuration.h"

#include <string>
#include <variant>
#include <vector>

namespace kv {

using Members = std::vector<buoyant::Member>;

/// The set, sorted by id; or why it cannot be, as an error in RESP2.
using Target = std::variant<Members, std::string>;

/// With this server, at this address and in this role. One that is in it keeps its vote.
Target with_member(Members members, buoyant::Member member);

Target with_role(Members members, buoyant::ServerId id, buoyant::MemberRole role);

Target without_member(Members members, buoyant::ServerId id);

}  // namespace kv
