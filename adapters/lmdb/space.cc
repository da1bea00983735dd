// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/space.h"

#include "adapters/lmdb/environment.h"

#include <algorithm>
#include <chrono>

namespace buoyant::lmdb {

namespace {

/// A batch of the largest size, and what a follower may have been sent beside it.
constexpr std::uint64_t kLowBytesMax = std::uint64_t{16} << 20U;
/// Of a small file or disk it is this part.
constexpr std::uint64_t kLowPart = 8;
/// Too little goes over into enough at this many times as much.
constexpr std::uint64_t kEnoughFactor = 2;
/// Freed pages are not counted more often than this.
constexpr std::int64_t kCountNanoseconds = 5'000'000;
constexpr std::int64_t kHoldNanoseconds = 1'000'000'000;
/// A growth that was refused is tried again after this.
constexpr std::int64_t kGrowAgainNanoseconds = 500'000'000;

std::int64_t steady_now() noexcept {
  return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

std::uint64_t difference(std::uint64_t from, std::uint64_t what) noexcept {
  return from > what ? from - what : 0;
}

/// How far the file can grow.
std::uint64_t growth(const SpaceFigures& figures) noexcept {
  return std::min(difference(figures.file_max, figures.file), figures.disk_free);
}

/// Of a file that may become as large as `whole`, less than this is little.
std::uint64_t low_bytes(const SpaceFigures& figures, std::uint64_t whole) noexcept {
  return std::min(kLowBytesMax, difference(whole, figures.reserve) / kLowPart);
}

std::uint64_t room_in_file(const SpaceFigures& figures) noexcept {
  const std::uint64_t usable = difference(figures.file, figures.reserve);
  return difference(usable + figures.reusable, figures.used);
}

/// What should be left in the file alone: enough, even if it never grows again.
std::uint64_t bytes_ahead(const SpaceFigures& figures) noexcept {
  return low_bytes(figures, figures.file) * kEnoughFactor;
}

}  // namespace

std::uint64_t room_for_entries(const SpaceFigures& figures) noexcept {
  return room_in_file(figures) + growth(figures);
}

bool should_grow(const SpaceFigures& figures) noexcept {
  const std::uint64_t ahead = bytes_ahead(figures);
  // A disk that says itself how little it has left is left alone until entries need it.
  return room_in_file(figures) < ahead && growth(figures) >= ahead;
}

SpaceState judge_space(const SpaceFigures& figures, SpaceState before) noexcept {
  const std::uint64_t wanted = low_bytes(figures, figures.file + growth(figures)) *
                               (before == SpaceState::kLow ? kEnoughFactor : 1);
  return room_for_entries(figures) < wanted ? SpaceState::kLow : SpaceState::kEnough;
}

SpaceFigures SpaceWatch::figures(std::uint64_t journal) const noexcept {
  SpaceFigures figures = environment_.space_figures();
  figures.used += journal;
  return figures;
}

void SpaceWatch::refresh(std::uint64_t journal) noexcept {
  SpaceFigures figures = this->figures(journal);
  if (should_grow(figures) || judge_space(figures, state_) == SpaceState::kLow) {
    count_reusable(figures);
  }
  if (!should_grow(figures)) {
    growth_refused_ = false;
  } else if (grow(figures)) {
    figures = this->figures(journal);
    figures.reusable = reusable_;
  }
  if (growth_refused_) {
    figures.disk_free = 0;
  }
  const SpaceState state = judge_space(figures, state_);
  state_ = steady_now() < low_until_ ? SpaceState::kLow : state;
  seen_ = figures;
  seen_.used -= journal;
}

bool SpaceWatch::note(std::uint64_t journal) noexcept {
  SpaceFigures figures = seen_;
  figures.used += journal;
  const bool is_low = judge_space(figures, state_) == SpaceState::kLow;
  const bool is_news = is_low && state_ != SpaceState::kLow;
  if (is_news) {
    state_ = SpaceState::kLow;
  }
  return is_news || should_grow(figures);
}

void SpaceWatch::count_reusable(SpaceFigures& figures) noexcept {
  if (const std::int64_t now = steady_now(); now - counted_at_ >= kCountNanoseconds) {
    reusable_ = environment_.bytes_reusable();
    counted_at_ = now;
  }
  figures.reusable = reusable_;
}

bool SpaceWatch::grow(const SpaceFigures& figures) noexcept {
  const std::int64_t now = steady_now();
  if (growth_refused_ && now < grow_again_at_) {
    return false;
  }
  // An error other than this one is heard of with the next write.
  growth_refused_ = environment_.grow(bytes_ahead(figures)) != 0;
  grow_again_at_ = now + kGrowAgainNanoseconds;
  return !growth_refused_;
}

void SpaceWatch::on_no_space() noexcept {
  low_until_ = steady_now() + kHoldNanoseconds;
  state_ = SpaceState::kLow;
}

}  // namespace buoyant::lmdb
