// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// How operations of clients read in the text of a violation.
#pragma once

#include "buoyant/base/bytes.h"
#include "buoyant/base/time.h"
#include "buoyant/simulation/history.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace buoyant::simulation {

/// How many bytes are shown of each end of a text that is longer than two times this.
inline constexpr std::size_t kShownBytesMax = 80;

/// Printable characters as they are, other bytes as "\x0a"; the middle of a long one is left out.
std::string shown(std::string_view bytes);

/// Seconds, with all digits: "1.204120000".
std::string shown(Instant at);

/// "client 3, from 1.204120000 to 1.310000000"; an unknown end is "?".
std::string shown_call(std::uint64_t client, Instant invoked, Instant returned);

/// "client 3, from 1.204120000 to 1.310000000: get x -> 17"; an unknown reply is "?".
std::string shown(const Operation& operation);

}  // namespace buoyant::simulation
