// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/base/random.h"

#include "buoyant/base/assert.h"

#include <bit>

namespace buoyant {

namespace {

/// SplitMix64: spreads any seed, also zero, over the whole state.
std::uint64_t split_mix(std::uint64_t& seed) noexcept {
  seed += 0x9e3779b97f4a7c15U;
  std::uint64_t mixed = seed;
  mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
  return mixed ^ (mixed >> 31U);
}

}  // namespace

Random::Random(std::uint64_t seed) noexcept {
  for (std::uint64_t& word : words_) {
    word = split_mix(seed);
  }
}

std::uint64_t Random::next() noexcept {
  const std::uint64_t result = std::rotl(words_[1] * 5, 7) * 9;
  const std::uint64_t shifted = words_[1] << 17U;
  words_[2] ^= words_[0];
  words_[3] ^= words_[1];
  words_[1] ^= words_[2];
  words_[0] ^= words_[3];
  words_[2] ^= shifted;
  words_[3] = std::rotl(words_[3], 45);
  return result;
}

std::uint64_t Random::below(std::uint64_t bound) noexcept {
  BUOYANT_ASSERT(bound > 0);
  // The bias of the remainder is below anything that a run of this library can notice.
  return next() % bound;
}

Duration Random::between(Duration low, Duration high) noexcept {
  BUOYANT_ASSERT(low < high);
  const auto width = static_cast<std::uint64_t>((high - low).count());
  return low + Duration(static_cast<std::int64_t>(below(width)));
}

}  // namespace buoyant
