// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Messages that are legal, and that no honest server would send: what a script says, near what the
/// server that gets them holds.
#pragma once

#include "buoyant/port/codec.h"
#include "buoyant/status.h"
#include "tests/fuzz/input.h"

#include <optional>

namespace buoyant::fuzz {

/// What the script makes of the next message; nullopt: it would not pass the receiver's checks.
std::optional<Frame> hostile_frame(Input& input, const NodeStatus& status, port::Codec& codec);

/// Members as the script says; legal or not.
std::vector<Member> hostile_members(Input& input);

}  // namespace buoyant::fuzz
