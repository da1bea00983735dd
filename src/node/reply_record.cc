// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/reply_record.h"

#include <algorithm>
#include <utility>

namespace buoyant::node {

void ReplyRecord::add(LogPosition position, Bytes reply) {
  bytes_ += reply.pinned_bytes();
  record_.push_back({.position = position, .reply = std::move(reply)});
  while (!record_.empty() && (record_.size() > entries_max_ || bytes_ > bytes_max_)) {
    bytes_ -= record_.front().reply.pinned_bytes();
    record_.pop_front();
  }
}

std::optional<Bytes> ReplyRecord::find(LogPosition position) const {
  const auto found =
      std::lower_bound(record_.begin(), record_.end(), position.index,
                       [](const Line& line, Index wanted) { return line.position.index < wanted; });
  if (found == record_.end() || found->position != position) {
    return std::nullopt;
  }
  return found->reply;
}

void ReplyRecord::clear() noexcept {
  record_.clear();
  bytes_ = 0;
}

}  // namespace buoyant::node
