// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/compaction.h"

#include "buoyant/base/assert.h"

#include <algorithm>
#include <chrono>

namespace buoyant::node {

namespace {

constexpr Duration kRetryMax = std::chrono::minutes(5);
constexpr unsigned kHalvingsOfLowSpace = 8;

/// `from` less `count`, but not below zero.
Index before(Index from, std::uint64_t count) noexcept {
  return Index(from.value() - std::min(from.value(), count));
}

}  // namespace

Compaction::Compaction(const NodeOptions& options)
    : entries_(options.snapshot_entries),
      bytes_(options.snapshot_bytes),
      tail_entries_(options.snapshot_tail_entries),
      tail_bytes_(options.snapshot_tail_bytes),
      sending_entries_(options.snapshot_sending_entries_max),
      retry_min_(options.election_timeout) {}

bool Compaction::is_due(Instant now, Index applied, Index snapshot) const noexcept {
  if (is_under_way() || applied <= snapshot || (retry_at_ != Instant::never() && now < retry_at_)) {
    return false;
  }
  const bool many = entries_ > 0 && applied - snapshot >= entries_ >> halvings_;
  const bool large = bytes_ > 0 && bytes_applied_ - bytes_at_snapshot_ >= bytes_ >> halvings_;
  return wanted_ || many || large;
}

void Compaction::note_space(SpaceState space) noexcept {
  if (space != space_) {
    space_ = space;
    halvings_ = space == SpaceState::kLow ? kHalvingsOfLowSpace : 0;
  }
}

void Compaction::begin(LogPosition position, Index snapshot) noexcept {
  BUOYANT_ASSERT(!is_under_way());
  BUOYANT_ASSERT(position.index > snapshot);
  position_ = position;
  wanted_ = false;
  bytes_at_capture_ = bytes_applied_;
  bytes_per_entry_ = (bytes_applied_ - bytes_at_snapshot_) / (position.index - snapshot);
}

void Compaction::succeeded() noexcept {
  BUOYANT_ASSERT(is_under_way());
  position_ = {};
  bytes_at_snapshot_ = std::max(bytes_at_snapshot_, bytes_at_capture_);
  retry_delay_ = Duration(0);
  retry_at_ = Instant::never();
  error_.reset();
  taken_ += 1;
  halvings_ -= std::min(halvings_, 1U);
}

void Compaction::failed(Instant now, Error error) noexcept {
  position_ = {};
  retry_delay_ = std::clamp(2 * retry_delay_, retry_min_, kRetryMax);
  retry_at_ = now + retry_delay_;
  error_ = error;
  failures_ += 1;
}

Index Compaction::compact_through(Index position, std::optional<Index> sending) const noexcept {
  std::uint64_t tail = space_ == SpaceState::kLow ? 0 : tail_entries_;
  if (bytes_per_entry_ > 0) {
    tail = std::min(tail, tail_bytes_ / bytes_per_entry_);
  }
  const Index through = before(position, tail);
  // What follows a snapshot that is being sent is what its receiver needs next.
  const bool is_near = sending && *sending >= before(position, sending_entries_);
  return is_near ? std::min(through, *sending) : through;
}

}  // namespace buoyant::node
