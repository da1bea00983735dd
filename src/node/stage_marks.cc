// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/stage_marks.h"

#include <algorithm>

namespace buoyant::node {

void StageMarks::handed_over(Instant now, Term term, IndexRange entries) noexcept {
  if (entries.count() > 0 && end_ - begin_ < kMarksMax) {
    at(end_++) = {.term = term,
                  .first = entries.first,
                  .last = entries.last,
                  .handed_over = now,
                  .durable = {},
                  .replicated = {}};
  }
}

void StageMarks::durable(Instant now, Index through) noexcept {
  for (; durable_ < end_ && at(durable_).last <= through; ++durable_) {
    at(durable_).durable = now;
  }
}

void StageMarks::replicated(Instant now, Index through) noexcept {
  for (; replicated_ < end_ && at(replicated_).last <= through; ++replicated_) {
    at(replicated_).replicated = now;
  }
}

void StageMarks::committed(LogPosition position, Waiting& waiting) noexcept {
  while (begin_ < end_ && at(begin_).last < position.index) {
    ++begin_;
    durable_ = std::max(durable_, begin_);
    replicated_ = std::max(replicated_, begin_);
  }
  if (begin_ == durable_ || begin_ == replicated_) {
    return;
  }
  const Mark& mark = at(begin_);
  if (position.index < mark.first || position.term != mark.term) {
    return;
  }
  latencies_.queue.record(mark.handed_over - waiting.since);
  latencies_.disk.record(mark.durable - mark.handed_over);
  latencies_.network.record(mark.replicated - mark.handed_over);
  waiting.committed_at = std::max(mark.durable, mark.replicated);
}

}  // namespace buoyant::node
