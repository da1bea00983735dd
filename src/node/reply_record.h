// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What the state machine replied to recent entries, for proposals whose position is learnt late.
///
/// A forwarded proposal may be committed and applied here before the leader's answer says where
/// it stands: the two travel on different connections. So while answers are awaited, replies
/// are remembered, within a bound; an outcome whose reply is gone is reported as unknown.
#pragma once

#include "buoyant/base/bytes.h"
#include "buoyant/model/ids.h"

#include <cstddef>
#include <deque>
#include <optional>

namespace buoyant::node {

/// Owned by the engine.
class ReplyRecord {
 public:
  ReplyRecord(std::size_t entries_max, std::size_t bytes_max)
      : entries_max_(entries_max), bytes_max_(bytes_max) {}

  /// Requires: positions ascend.
  void add(LogPosition position, Bytes reply);

  /// The reply to exactly this entry.
  [[nodiscard]] std::optional<Bytes> find(LogPosition position) const;

  void clear() noexcept;

  [[nodiscard]] std::size_t entries() const noexcept { return record_.size(); }

 private:
  struct Line {
    LogPosition position;
    Bytes reply;
  };

  std::size_t entries_max_;
  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  std::deque<Line> record_;
};

}  // namespace buoyant::node
