// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Numbers as clients write them.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>

namespace kv {

/// All of `text` as a decimal number; nothing: it is none, or does not fit.
inline std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stop == end && !text.empty() ? std::optional(value) : std::nullopt;
}

}  // namespace kv
