// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The lines of buoyant-echo: what a client may send, and how errors look.
#pragma once

#include "buoyant/base/error.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace echo {

/// The longest line, without its newline.
inline constexpr std::size_t kLineBytesMax = std::size_t{64} << 10U;

/// "-ERR ..." when the line is certainly not and will not be in the log, "-UNKNOWN ..." when it
/// may be.
std::string error_line(const buoyant::Error& error);

/// Why a line cannot be echoed: it would look like an error. Nullopt: it can.
std::optional<std::string> refuse_line(std::string_view line);

/// These two are whole answers.
inline constexpr std::string_view kLineTooLong = "-ERR the line is longer than 65536 bytes\n";
inline constexpr std::string_view kTooManyClients = "-ERR too many clients\n";

}  // namespace echo
