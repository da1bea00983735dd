// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What the next opening will find: the tables (log_image.h) and, over them, the journal.
#pragma once

#include "adapters/lmdb/journal.h"
#include "adapters/lmdb/log_image.h"
#include "buoyant/model/entry.h"

#include <cstdint>
#include <vector>

namespace buoyant::lmdb {

struct WholeLog {
  /// With what the journal has.
  LogFacts facts;
  /// Where the journal has the log's end: the tables count before it.
  Index journal_begin;
  std::vector<Entry> journal_entries;
  std::uint64_t journal_batches = 0;
  std::uint64_t journal_bytes = 0;
  /// A whole batch lies behind one that is damaged. What follows is not in the facts.
  bool is_journal_damaged = false;
};

/// What counts in the journal, of a file that a server may be writing: a sector that is half
/// written just now looks like a damaged one, so that is read again for a while. Errors: those of
/// LogImage.
[[nodiscard]] Result<JournalContents> read_live_journal(LogImage& image);

/// Errors: those of LogImage; kStorageCorrupt also when the journal does not continue the tables.
[[nodiscard]] Result<WholeLog> read_whole_log(LogImage& image);

}  // namespace buoyant::lmdb
