// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// XXH3 of long inputs by the library's own code for the processor at hand (AVX2, AVX-512), where
/// the library has it: inlined code is for the oldest processor, and 5 to 18 times slower.
#pragma once

#include <cstddef>
#include <cstdint>

namespace buoyant {

/// From this size on the processor's own code pays.
inline constexpr std::size_t kLongInput = 241;

[[nodiscard]] std::uint64_t long_checksum(const void* data, std::size_t size,
                                          std::uint64_t seed) noexcept;

/// As XXH3_64bits_update; `state` is its XXH3_state_t.
void add_to_stream(void* state, const void* data, std::size_t size) noexcept;

}  // namespace buoyant
