// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The end of the log that is durable in the journal and not yet in the tables, in memory: where
/// readers and the transaction that takes it over find it.
///
/// Bounded by the journal's size.
#pragma once

#include "buoyant/model/entry.h"
#include "buoyant/model/ids.h"
#include "buoyant/port/storage.h"

#include <mutex>
#include <vector>

namespace buoyant::lmdb {

/// What a read finds in it.
struct TailPart {
  /// Before this index the tables have the log, and only there.
  Index begin;
  /// The last entry of the log.
  Index last;
  std::vector<Entry> entries;
};

/// Only the writer changes it, and reads it without asking.
class LogTail {
 public:
  /// Empty, behind `last`.
  explicit LogTail(Index last) noexcept : begin_(last.next()) {}

  /// [writer] After the write is durable in the journal; takes its entries.
  void take(port::StorageWrite& write) noexcept;

  /// [writer] The tables have all of the log, through `last`.
  void restart(Index last) noexcept;

  /// [writer] Where it begins: what the tables have from here on is no longer the log.
  [[nodiscard]] Index begin() const noexcept { return begin_; }

  /// [writer]
  [[nodiscard]] const std::vector<Entry>& entries() const noexcept { return entries_; }

  /// [any thread] Entries from max(first, begin) through `last`, about `bytes_max` of payload, at
  /// least one if there is one.
  [[nodiscard]] TailPart read(Index first, Index last, std::size_t bytes_max) const;

 private:
  mutable std::mutex mutex_;
  Index begin_;
  std::vector<Entry> entries_;
};

}  // namespace buoyant::lmdb
