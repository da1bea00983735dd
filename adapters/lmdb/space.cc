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

/// Less than this is little.
std::uint64_t low_bytes(const SpaceFigures& figures) noexcept {
  const std::uint64_t whole = figures.file + growth(figures);
  return std::min(kLowBytesMax, difference(whole, figures.reserve) / kLowPart);
}

}  // namespace

std::uint64_t room_for_entries(const SpaceFigures& figures) noexcept {
  const std::uint64_t usable = difference(figures.file, figures.reserve);
  return difference(usable + figures.reusable, figures.used) + growth(figures);
}

SpaceState judge_space(const SpaceFigures& figures, SpaceState before) noexcept {
  const std::uint64_t wanted =
      low_bytes(figures) * (before == SpaceState::kLow ? kEnoughFactor : 1);
  return room_for_entries(figures) < wanted ? SpaceState::kLow : SpaceState::kEnough;
}

void SpaceWatch::refresh() noexcept {
  SpaceFigures figures = environment_.space_figures();
  SpaceState state = judge_space(figures, state_);
  if (state == SpaceState::kLow) {
    if (const std::int64_t now = steady_now(); now - counted_at_ >= kCountNanoseconds) {
      reusable_ = environment_.bytes_reusable();
      counted_at_ = now;
    }
    figures.reusable = reusable_;
    state = judge_space(figures, state_);
  }
  state_ = steady_now() < low_until_ ? SpaceState::kLow : state;
}

void SpaceWatch::on_no_space() noexcept {
  low_until_ = steady_now() + kHoldNanoseconds;
  state_ = SpaceState::kLow;
}

}  // namespace buoyant::lmdb
