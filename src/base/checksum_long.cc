// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "base/checksum_long.h"

#ifdef BUOYANT_XXH_DISPATCH
#include <xxh_x86dispatch.h>
#else
#define XXH_INLINE_ALL
#include <xxhash.h>
#endif

namespace buoyant {

// The header of the dispatching functions puts them in the place of these.

std::uint64_t long_checksum(const void* data, std::size_t size, std::uint64_t seed) noexcept {
  return XXH3_64bits_withSeed(data, size, seed);
}

void add_to_stream(void* state, const void* data, std::size_t size) noexcept {
  XXH3_64bits_update(static_cast<XXH3_state_t*>(state), data, size);
}

}  // namespace buoyant
