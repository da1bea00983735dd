// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What buoyant-http takes of a client. What all servers must agree on - keys and values - is here
/// too: it never shrinks.
#pragma once

#include <cstddef>
#include <cstdint>

namespace http {

/// Decoded.
inline constexpr std::size_t kKeyBytesMax = 512;
inline constexpr std::size_t kValueBytesMax = std::size_t{256} << 10U;

/// Of a request up to its body.
inline constexpr std::size_t kHeadBytesMax = std::size_t{8} << 10U;
/// Bytes of further requests that are read ahead while one is being answered.
inline constexpr std::size_t kPipelineBytesMax = std::size_t{64} << 10U;

struct Patience {
  /// A connection without a request is closed after so long.
  std::uint64_t idle_ms = 60'000;
  /// A request that began, and is not there as a whole, is refused after so long.
  std::uint64_t request_ms = 20'000;
};

}  // namespace http
