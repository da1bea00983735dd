// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/base/checksum.h"

#include "base/checksum_long.h"

// Inlined: the state of a stream becomes a plain member, and small inputs cost a few instructions.
#define XXH_INLINE_ALL
#include <xxhash.h>

namespace buoyant {

struct ChecksumStream::State {
  XXH3_state_t xxh;
};

std::uint64_t checksum(ByteView view, std::uint64_t seed) noexcept {
  return view.size() < kLongInput ? XXH3_64bits_withSeed(view.data(), view.size(), seed)
                                  : long_checksum(view.data(), view.size(), seed);
}

// Zeroed: xxHash looks at the seed of a state before it sets a new one.
ChecksumStream::ChecksumStream(std::uint64_t seed) : state_(new State{}) {
  reset(seed);
}

ChecksumStream::ChecksumStream(ChecksumStream&&) noexcept = default;
ChecksumStream& ChecksumStream::operator=(ChecksumStream&&) noexcept = default;
ChecksumStream::~ChecksumStream() = default;

void ChecksumStream::reset(std::uint64_t seed) noexcept {
  XXH3_64bits_reset_withSeed(&state_->xxh, seed);
}

void ChecksumStream::add(ByteView piece) noexcept {
  add_to_stream(&state_->xxh, piece.data(), piece.size());
}

std::uint64_t ChecksumStream::value() const noexcept {
  return XXH3_64bits_digest(&state_->xxh);
}

}  // namespace buoyant
