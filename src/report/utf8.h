// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Names may be any bytes; the formats that we write want UTF-8.
#pragma once

#include <cstddef>
#include <string_view>

namespace buoyant::report {

/// How many bytes the character has that `text` begins with; zero: it begins with none.
/// Requires: not empty.
std::size_t character_bytes(std::string_view text) noexcept;

}  // namespace buoyant::report
