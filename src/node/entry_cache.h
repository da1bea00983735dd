// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The bytes of recent entries, for the write that makes them durable, for followers and for
/// apply. Addressed by (index, term).
///
/// Bounded by the bytes that it keeps alive. Entries that are not durable yet have no other home:
/// they stay, beyond the bound if need be. Whatever else is missing is read from storage.
#pragma once

#include "buoyant/model/entry.h"

#include <cstddef>
#include <deque>
#include <span>

namespace buoyant::node {

/// Owned by the engine.
class EntryCache {
 public:
  explicit EntryCache(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  /// Puts an entry at the end of the log; whatever is held at `index` and after is of a log that
  /// is no more, and goes.
  void append(Index index, Entry entry);

  /// The same for entries that share one block; `pinned_bytes` is what they keep alive together.
  void append(Index first, std::span<const Entry> entries, std::size_t pinned_bytes);

  /// Puts an entry that the core made into its place, before entries that came after it.
  void fill(Index index, Entry entry);

  /// Forgets every entry at `from` and after.
  void truncate(Index from);

  /// The entry, or null. Valid until the next call that is not const.
  [[nodiscard]] const Entry* find(Index index, Term term) const noexcept;

  /// Forgets everything: another log took the place of this one.
  void clear() noexcept;

  /// Evicts the oldest durable entries until the bound is kept.
  void trim(Index durable);

  /// What is counted against the bound.
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

  [[nodiscard]] std::size_t entries() const noexcept { return slots_.size(); }

 private:
  struct Slot {
    Entry entry;
    std::size_t charge = 0;
    bool present = false;  ///< False: a place that fill() has yet to fill.
  };

  [[nodiscard]] Index end() const noexcept { return first_ + slots_.size(); }

  void push(Index index, Entry entry, std::size_t charge);
  void set(Slot& slot, Entry entry, std::size_t charge);

  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  Index first_{1};
  std::deque<Slot> slots_;
};

/// Makes slices of a receive buffer cheap to keep: when `region`, in which all payloads of
/// `entries` lie, is less than a quarter of the block that it pins, it is copied once and the
/// payloads point into the copy. Gives the bytes that the entries keep alive together.
std::size_t compact_payloads(std::span<Entry> entries, const Bytes& region);

}  // namespace buoyant::node
