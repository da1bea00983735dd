// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Payload bytes that were sent to one follower and are not acknowledged.
///
/// What the core sends again, or gives up, stops counting: a window that never empties would
/// stop replication for ever (F2).
#pragma once

#include "buoyant/base/time.h"
#include "buoyant/model/ids.h"

#include <cstddef>
#include <deque>

namespace buoyant::node {

class InflightWindow {
 public:
  /// A frame up to and including `last` was sent. Requires: `last` ascends.
  void sent(Instant now, Index last, std::size_t bytes);

  /// The follower holds everything up to `match`.
  void acknowledged(Instant now, Index match);

  /// Entries after `prev` are going to be sent (again): what was sent of them is void.
  void rewind(Index prev);

  void clear() noexcept;

  [[nodiscard]] bool empty() const noexcept { return sent_.empty(); }

  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

  /// How long frames took lately from being sent until they were acknowledged: one at a time is
  /// looked at. Zero: none was yet.
  [[nodiscard]] Duration acknowledgement() const noexcept { return acknowledgement_; }

 private:
  struct Range {
    Index last;
    std::size_t bytes = 0;
  };

  std::deque<Range> sent_;
  std::size_t bytes_ = 0;
  /// The frame that is looked at; zero: none.
  Index sampled_;
  Instant sampled_at_;
  Duration acknowledgement_{0};
};

}  // namespace buoyant::node
