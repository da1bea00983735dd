// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Where the time of a leader's proposals goes: to the queue, the disk, the network.
///
/// Entries that a turn hands over share what happens to them, so there is one mark for each turn
/// and not for each entry; the times are those that the turn has anyway. What is of one proposal
/// alone - since when, and its callback - is in its Waiting.
#pragma once

#include "buoyant/latencies.h"
#include "buoyant/model/entry.h"
#include "buoyant/model/ids.h"
#include "node/callback_queue.h"

#include <array>
#include <cstddef>

namespace buoyant::node {

/// Owned by the engine.
class StageMarks {
 public:
  /// Of turns whose entries are under way; entries of further ones have no stages.
  static constexpr std::size_t kMarksMax = 512;

  explicit StageMarks(Latencies& latencies) : latencies_(latencies) {}

  /// A leader of `term` handed these entries to its disk and to the network.
  /// Requires: they come after those that were handed over before.
  void handed_over(Instant now, Term term, IndexRange entries) noexcept;

  /// Everything through `through` is durable here.
  void durable(Instant now, Index through) noexcept;

  /// Everything through `through` is durable on enough others.
  void replicated(Instant now, Index through) noexcept;

  [[nodiscard]] bool awaits_others() const noexcept { return replicated_ < end_; }

  /// The entry at `position` is committed and applied: records its stages, and notes in `waiting`
  /// when it was committed. Requires: positions ascend.
  void committed(LogPosition position, Waiting& waiting) noexcept;

  /// This server leads a new term, or does not lead any more.
  void reset() noexcept { begin_ = durable_ = replicated_ = end_; }

 private:
  struct Mark {
    Term term;
    Index first;
    Index last;
    Instant handed_over;
    Instant durable;
    Instant replicated;
  };

  Mark& at(std::size_t sequence) noexcept { return marks_[sequence % kMarksMax]; }

  Latencies& latencies_;
  std::array<Mark, kMarksMax> marks_{};
  /// Sequence numbers: marks are from begin_ to end_; those before durable_ and replicated_ are.
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t durable_ = 0;
  std::size_t replicated_ = 0;
};

}  // namespace buoyant::node
