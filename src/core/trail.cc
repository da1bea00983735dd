// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/trail.h"

#include "buoyant/base/assert.h"

#include <algorithm>
#include <iterator>

namespace buoyant::core {

Trail::Trail(LogPosition base, const std::vector<TermRun>& runs)
    : base_(base), last_(base), durable_(base.index) {
  for (const TermRun& run : runs) {
    append(run.term, run.count);
  }
  durable_ = last_.index;
}

std::size_t Trail::run_of(Index index) const noexcept {
  BUOYANT_ASSERT(index > base_.index);
  BUOYANT_ASSERT(index <= last_.index);
  // Nearly every question is about the newest entries.
  if (runs_.back().first <= index) {
    return runs_.size() - 1;
  }
  const auto after = std::upper_bound(runs_.begin(), runs_.end(), index,
                                      [](Index at, const Run& run) { return at < run.first; });
  return static_cast<std::size_t>(after - runs_.begin()) - 1;
}

std::optional<Term> Trail::term_at(Index index) const noexcept {
  if (index < base_.index || index > last_.index) {
    return std::nullopt;
  }
  if (index == base_.index) {
    return base_.term;
  }
  return runs_[run_of(index)].term;
}

std::uint64_t Trail::agreeing(Index from, Term term, std::uint64_t count) const noexcept {
  BUOYANT_ASSERT(from > base_.index);
  if (from > last_.index) {
    return 0;
  }
  const std::size_t run = run_of(from);
  if (runs_[run].term != term) {
    return 0;
  }
  const Index end = run + 1 < runs_.size() ? runs_[run + 1].first : last_.index.next();
  return std::min(count, end - from);
}

LogPosition Trail::last_at_most(Index index, Term term) const noexcept {
  Index at = std::min(index, last_.index);
  if (at <= base_.index) {
    return base_;
  }
  std::size_t run = run_of(at);
  while (runs_[run].term > term) {
    at = runs_[run].first.previous();
    if (run == 0) {
      return base_;
    }
    --run;
  }
  return {.term = runs_[run].term, .index = at};
}

std::vector<TermRun> Trail::runs_of(IndexRange range) const {
  std::vector<TermRun> result;
  if (range.empty()) {
    return result;
  }
  for (std::size_t run = run_of(range.first); run < runs_.size(); ++run) {
    const Index first = std::max(range.first, runs_[run].first);
    if (first > range.last) {
      break;
    }
    const Index end = run + 1 < runs_.size() ? runs_[run + 1].first : last_.index.next();
    append_run(result, runs_[run].term, std::min(end, range.last.next()) - first);
  }
  return result;
}

void Trail::append(Term term, std::uint64_t count) {
  BUOYANT_ASSERT(count > 0);
  BUOYANT_ASSERT(term >= last_.term);
  if (runs_.empty() || runs_.back().term != term) {
    runs_.push_back({.first = last_.index.next(), .term = term});
  }
  last_ = {.term = term, .index = last_.index + count};
}

void Trail::truncate(Index from) {
  BUOYANT_ASSERT(from > base_.index);
  if (from > last_.index) {
    return;
  }
  while (!runs_.empty() && runs_.back().first >= from) {
    runs_.pop_back();
  }
  const Index last = from.previous();
  last_ = {.term = runs_.empty() ? base_.term : runs_.back().term, .index = last};
  durable_ = std::min(durable_, last);
  for (Outstanding& write : outstanding_) {
    write.vouches = std::min(write.vouches, last);
  }
}

void Trail::compact(Index through) {
  BUOYANT_ASSERT(base_.index <= through);
  BUOYANT_ASSERT(through <= durable_);
  const std::optional<Term> term = term_at(through);
  BUOYANT_ASSERT(term.has_value());
  base_ = {.term = *term, .index = through};
  auto first = runs_.begin();
  while (first != runs_.end() && std::next(first) != runs_.end() &&
         std::next(first)->first <= through.next()) {
    ++first;
  }
  runs_.erase(runs_.begin(), first);
  if (through == last_.index) {
    runs_.clear();
  } else {
    runs_.front().first = std::max(runs_.front().first, through.next());
  }
}

void Trail::replace(LogPosition position, Index agreed) {
  BUOYANT_ASSERT(base_.index <= agreed);
  BUOYANT_ASSERT(agreed < position.index);
  base_ = position;
  last_ = position;
  runs_.clear();
  durable_ = std::min(durable_, agreed);
  for (Outstanding& write : outstanding_) {
    write.vouches = std::min(write.vouches, agreed);
  }
}

void Trail::submitted(WriteId id, Instant at) {
  BUOYANT_ASSERT(id > newest_outstanding());
  outstanding_.push_back({.id = id, .vouches = last_.index, .base = base_.index, .since = at});
}

void Trail::written(WriteId through) {
  while (!outstanding_.empty() && outstanding_.front().id <= through) {
    durable_ = std::max(durable_, outstanding_.front().vouches);
    outstanding_.pop_front();
  }
}

void Trail::written_without_entries(WriteId through) {
  while (!outstanding_.empty() && outstanding_.front().id <= through) {
    durable_ =
        std::max(durable_, std::min(outstanding_.front().base, outstanding_.front().vouches));
    outstanding_.pop_front();
  }
  for (Outstanding& write : outstanding_) {
    write.vouches = std::min(write.vouches, std::max(durable_, write.base));
  }
  truncate(std::max(durable_, base_.index).next());
}

WriteId Trail::newest_outstanding() const noexcept {
  return outstanding_.empty() ? WriteId() : outstanding_.back().id;
}

std::optional<Instant> Trail::oldest_outstanding_since() const noexcept {
  if (outstanding_.empty()) {
    return std::nullopt;
  }
  return outstanding_.front().since;
}

bool Trail::is_consistent() const noexcept {
  Index first = base_.index.next();
  Term term = base_.term;
  for (const Run& run : runs_) {
    const bool starts_right = &run == runs_.data() ? run.first == first : run.first > first;
    const bool grows = &run == runs_.data() ? run.term >= term : run.term > term;
    if (!starts_right || !grows || run.first > last_.index) {
      return false;
    }
    first = run.first;
    term = run.term;
  }
  WriteId id;
  for (const Outstanding& write : outstanding_) {
    if (write.id <= id || write.vouches > last_.index || write.base > base_.index) {
      return false;
    }
    id = write.id;
  }
  return base_.index <= last_.index && durable_ <= last_.index && last_.term == term;
}

}  // namespace buoyant::core
