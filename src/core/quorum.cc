// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/quorum.h"

#include "buoyant/base/assert.h"

namespace buoyant::core::quorum_detail {

void Values::add(std::uint64_t value) noexcept {
  BUOYANT_ASSERT(count_ < kMembersMax);
  // Insertion: a cluster has a handful of voters.
  std::size_t at = count_++;
  while (at > 0 && values_[at - 1] < value) {
    values_[at] = values_[at - 1];
    --at;
  }
  values_[at] = value;
}

std::uint64_t Values::majority() const noexcept {
  // Of n values in descending order, n / 2 + 1 have reached the one at position n / 2.
  return count_ == 0 ? 0 : values_[count_ / 2];
}

}  // namespace buoyant::core::quorum_detail
