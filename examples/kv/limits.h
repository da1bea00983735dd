// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What keys, values and replies of buoyant-kv may be.
///
/// Operations that go beyond these are refused when they are applied, on every server alike: a
/// server with other limits would have another state, so they are no options.
#pragma once

#include <cstddef>
#include <string_view>

namespace kv {

inline constexpr std::size_t kKeyBytesMax = std::size_t{64} << 10U;
inline constexpr std::size_t kValueBytesMax = std::size_t{1} << 20U;
/// Of MGET, which may name many large values, or one of them many times.
inline constexpr std::size_t kReplyBytesMax = std::size_t{4} << 20U;

inline constexpr std::string_view kKeyTooLarge = "TOOLARGE a key is larger than 65536 bytes";
inline constexpr std::string_view kValueTooLarge = "TOOLARGE a value is larger than 1048576 bytes";
inline constexpr std::string_view kReplyTooLarge =
    "TOOLARGE the reply is larger than 4194304 bytes";

}  // namespace kv
