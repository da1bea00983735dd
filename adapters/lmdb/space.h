// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Whether the room for entries runs low, said before a write fails for want of it.
///
/// There is room in the allocated file but for its reserve - behind what was ever used, and in
/// pages that were freed - and in what the file may still grow: up to its maximum, or to what the
/// file system has left. It is low when less is left than what may be under way when that is
/// heard of, and enough again when there is twice as much (decision 0012).
///
/// What a file system says that it has left is no promise: it knows nothing of quotas. So the file
/// grows before the room is needed; where that is refused, only what is allocated counts.
#pragma once

#include "buoyant/base/time.h"
#include "buoyant/model/message.h"

#include <atomic>
#include <cstdint>

namespace buoyant::lmdb {

class Environment;

/// In bytes.
struct SpaceFigures {
  std::uint64_t file = 0;
  /// The largest that the file may become.
  std::uint64_t file_max = 0;
  std::uint64_t reserve = 0;
  /// Up to the last page that was ever used.
  std::uint64_t used = 0;
  /// Of those, in pages that were freed.
  std::uint64_t reusable = 0;
  /// What the file system has left for us.
  std::uint64_t disk_free = 0;
};

/// What entries may still use.
[[nodiscard]] std::uint64_t room_for_entries(const SpaceFigures& figures) noexcept;

/// True: so little is left in the file alone that it should grow now.
[[nodiscard]] bool should_grow(const SpaceFigures& figures) noexcept;

/// The new state, after `before`.
[[nodiscard]] SpaceState judge_space(const SpaceFigures& figures, SpaceState before) noexcept;

/// Owned by the engine. [writer] unless marked.
class SpaceWatch {
 public:
  explicit SpaceWatch(Environment& environment) noexcept : environment_(environment) {}

  /// `journal`: what the tables will need for what is in the journal. Looks anew, and makes the
  /// file larger when it should be. Pages that were freed are counted only when room is short
  /// without them. Requires: no write transaction.
  void refresh(std::uint64_t journal) noexcept;

  /// The journal has grown, and nothing else changed since the last refresh(): judges by what that
  /// saw. Does not wait. True: refresh() is due.
  [[nodiscard]] bool note(std::uint64_t journal) noexcept;

  /// Entries were refused: there is too little for a while, whatever the figures say (quotas, free
  /// pages that lie scattered).
  void on_no_space() noexcept;

  /// [any thread]
  [[nodiscard]] SpaceState state() const noexcept { return state_; }

 private:
  [[nodiscard]] SpaceFigures figures(std::uint64_t journal) const noexcept;
  void count_reusable(SpaceFigures& figures) noexcept;
  /// True: it did.
  [[nodiscard]] bool grow(const SpaceFigures& figures) noexcept;

  Environment& environment_;
  std::atomic<SpaceState> state_ = SpaceState::kEnough;
  /// By the last refresh, without the journal.
  SpaceFigures seen_;
  // Of the steady clock, in nanoseconds.
  std::int64_t low_until_ = 0;
  std::int64_t counted_at_ = 0;
  std::uint64_t reusable_ = 0;
  /// The file system did not give what it says that it has left.
  bool growth_refused_ = false;
  std::int64_t grow_again_at_ = 0;
};

}  // namespace buoyant::lmdb
