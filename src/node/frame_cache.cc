// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/frame_cache.h"

#include <utility>

namespace buoyant::node {

const FrameCache::Encoded* FrameCache::find(const AppendEntries& message,
                                            Index through) const noexcept {
  for (const Encoded& encoded : frames_) {
    if (encoded.message == message && encoded.last <= through) {
      return &encoded;
    }
  }
  return nullptr;
}

const FrameCache::Encoded& FrameCache::add(Encoded encoded) {
  frames_.push_back(std::move(encoded));
  return frames_.back();
}

}  // namespace buoyant::node
