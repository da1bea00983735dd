// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Numbers as people say them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace buoyant::ctl {

/// "7", "12,345", "1.2 million".
std::string count_text(std::uint64_t count);

/// "0.4 ms", "40 ms", "4.2 s", "3 minutes", "12 days".
std::string duration_text(double milliseconds);

/// "server 1", "servers 1 and 2", "servers 1, 2 and 3". Requires: there is one.
std::string servers_text(const std::vector<std::uint64_t>& ids);

/// What a terminal cannot take for a command: control characters are shown as '?'.
std::string printable(std::string_view text);

}  // namespace buoyant::ctl
