// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The journal: the end of the log and the newest hard state, until a transaction takes them into
/// the tables. One flush makes a batch durable, where a transaction of LMDB needs two.
///
/// It is one large value, made with the file and never given to LMDB again; batches are written
/// into its pages one behind another, through a descriptor of our own. LMDB neither moves nor
/// writes the pages of a value that nobody puts (mdb_page_touch, mdb_page_flush of 0.9). A
/// transaction that takes over what is in the journal also commits the mark: only batches from its
/// sequence on still count. Then they begin at the front again (decision 0019).
#pragma once

#include "adapters/lmdb/environment.h"
#include "adapters/lmdb/journal_batch.h"
#include "adapters/lmdb/journal_sector.h"
#include "adapters/lmdb/page_file.h"
#include "adapters/lmdb/transaction.h"
#include "buoyant/base/result.h"
#include "buoyant/port/storage.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace buoyant::lmdb {

/// What of the value is before the batches: its own page stays as it is, with a tag.
inline constexpr std::size_t kJournalHeadBytes = 4096 - kPageHeadBytes;

/// Where in data.mdb the batches lie. Never stored: a copy of the file has another one.
struct JournalPlace {
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
  /// Of its owner: the incarnation.
  std::uint64_t tag = 0;
};

/// What counts in a journal.
struct JournalContents {
  /// In their order, without ids.
  std::vector<port::StorageWrite> writes;
  std::uint64_t batches = 0;
  /// The sequence of the batch that would follow.
  std::uint64_t next = 0;
  /// In sectors.
  std::uint64_t bytes = 0;
  /// It does not end with a write that was cut off, or with none: what follows is damaged.
  bool is_damaged = false;
  /// Sectors behind the last batch that are none, though nothing of them counts.
  std::vector<std::uint64_t> rotten;
};

/// What of the journal counts, as the tables have it.
struct JournalMark {
  /// Of the first batch that counts.
  std::uint64_t sequence = 0;
  /// The last run ended as it should, with all in the tables: nothing counts, whatever is there.
  bool is_closed = false;

  friend bool operator==(const JournalMark&, const JournalMark&) = default;
};

/// The key of the one value in the journal's table.
[[nodiscard]] ByteView journal_key() noexcept;

/// How large a new journal is: what it holds must fit into the reserve.
[[nodiscard]] std::uint64_t journal_bytes_for(std::uint64_t reserve_bytes,
                                              std::uint64_t bytes_max) noexcept;

/// What the tables need, at most, for the entries of these writes.
[[nodiscard]] std::uint64_t table_bytes_for(std::span<const port::StorageWrite> writes) noexcept;

/// Makes it, empty, in the transaction that creates the file; `tag` is the incarnation of its
/// owner. LMDB's code.
[[nodiscard]] int create_journal(Transaction& txn, std::uint64_t tag, std::uint64_t bytes);

/// The mark among the values. LMDB's code.
[[nodiscard]] int put_mark(Transaction& txn, GroupId group, const JournalMark& mark);

/// Nothing: it is not one.
[[nodiscard]] std::optional<JournalMark> decode_mark(ByteView content) noexcept;

/// Makes those sectors blank and flushes: the next batches will lie before and on them, and whether
/// one was cut off is told by what is behind it. 0 or errno.
[[nodiscard]] int mend_journal(Environment& environment, const JournalPlace& place,
                               const std::vector<std::uint64_t>& rotten);

/// Has the journal cached page by page. The kernel caches what was written in one piece as one
/// piece, and treats all of it as changed when 512 bytes of it are. Best effort. Requires: it is
/// flushed.
void cache_by_pages(Environment& environment, const JournalPlace& place);

/// That of a start: behind every sequence that an earlier run can have used, also for a batch that
/// was cut off.
[[nodiscard]] std::uint64_t mark_of_start(const JournalContents& found) noexcept;

/// Finds it with plain reads, and its tag in it. Errors: kStorageCorrupt, kStorageFailed.
[[nodiscard]] Result<JournalPlace> find_journal(const PageFile& file, const FileHeader& view,
                                                std::uint64_t tag);

/// Reads what counts since `mark`. Errors: kStorageCorrupt, kStorageFailed.
[[nodiscard]] Result<JournalContents> read_journal(const PageFile& file, const JournalPlace& place,
                                                   const JournalMark& mark, GroupId group);

}  // namespace buoyant::lmdb
