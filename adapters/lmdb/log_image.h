// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What data.mdb says of a server and its log, for those who only look (PageFile).
///
/// The same layout as log_tables.h, read without LMDB: a damaged value is named, and does not
/// keep the others from being read.
#pragma once

#include "adapters/lmdb/journal.h"
#include "adapters/lmdb/page_walk.h"
#include "adapters/lmdb/record.h"
#include "adapters/lmdb/state_values.h"
#include "buoyant/model/entry.h"
#include "buoyant/port/storage.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <thread>
#include <vector>

namespace buoyant::lmdb {

/// The tables of an environment.
struct TableFigures {
  TreeFigures values;
  TreeFigures log;
  TreeFigures runs;
  TreeFigures configurations;
};

/// A value of the log's table.
struct StoredRecord {
  Index first;
  /// Its page, or the first of its pages.
  std::uint64_t page = 0;
  std::uint64_t bytes = 0;
  /// Nothing: it fails its checks, or lies on damaged pages.
  std::optional<RecordView> view;
};

/// One view. Whatever it gives counts if the view still holds afterwards.
class LogImage {
 public:
  /// False: no more.
  using OnRecord = std::function<bool(const StoredRecord&)>;

  /// Looks for the tables. The file outlives this.
  LogImage(const PageFile& file, const FileHeader& view, GroupId group);

  /// What pages of any tree were found damaged so far.
  [[nodiscard]] const std::vector<PageDamage>& damages() const noexcept { return damages_; }

  /// Empty where a table is not there.
  [[nodiscard]] const TableFigures& tables() const noexcept { return tables_; }

  // Each of them: kStorageCorrupt, or kStorageFailed when a page could not be read.

  /// Also kUnsupportedVersion.
  [[nodiscard]] Result<Identity> identity();
  /// The number of the commit, as its values have it.
  [[nodiscard]] Result<std::uint64_t> transaction();
  /// Without what the journal has.
  [[nodiscard]] Result<GroupState> state();
  /// From which batch on the journal counts.
  [[nodiscard]] Result<JournalMark> journal_mark();
  /// What counts in the journal. While a server writes it may be what counted a moment before.
  [[nodiscard]] Result<JournalContents> journal();
  /// Position zero: there is none.
  [[nodiscard]] Result<SnapshotMetadata> snapshot();
  [[nodiscard]] Result<std::vector<PeerIdentity>> peers();
  /// The terms of (state.base, state.last].
  [[nodiscard]] Result<std::vector<TermRun>> runs(const GroupState& state);
  /// Those behind the base.
  [[nodiscard]] Result<std::vector<port::StoredConfiguration>> configurations(
      const GroupState& state);

  /// The record that has `from`, or the first one behind it, and those that follow.
  void records(Index from, const OnRecord& on_record);

  /// The bytes in pages that were freed; nothing: their tree is damaged.
  [[nodiscard]] std::optional<std::uint64_t> bytes_reusable();

 private:
  /// Nothing: there is no such value. Its bytes are copied.
  [[nodiscard]] Result<std::optional<std::vector<std::byte>>> value(ByteView key,
                                                                    const char* context);
  [[nodiscard]] Error page_error(const char* context) const;
  void take_damages(const PageWalk& walk);

  const PageFile& file_;
  FileHeader view_;
  GroupId group_;
  TableFigures tables_;
  std::vector<PageDamage> damages_;
};

/// All values but the log's records; without what the journal has (whole_log.h).
struct LogFacts {
  Identity identity;
  GroupState state;
  SnapshotMetadata snapshot;
  std::vector<PeerIdentity> peers;
  std::vector<TermRun> runs;
  std::vector<port::StoredConfiguration> configurations;
};

[[nodiscard]] Result<LogFacts> read_facts(LogImage& image);

/// How often a view is read before whoever writes is said to be too fast.
inline constexpr int kViewTriesMax = 400;

/// Reads views until one holds: read(view, tries so far) is called for each, and what it gave for
/// the one that held is the answer. It should read less the more tries there were.
/// Errors: those of PageFile::newest, kBusy.
template <class T, class Read>
[[nodiscard]] Result<T> read_view(const PageFile& file, const Read& read) {
  for (int tries = 0; tries < kViewTriesMax; ++tries) {
    const Result<FileHeader> view = file.newest();
    if (!view) {
      return fail(view.error());
    }
    Result<T> result = read(*view, tries);
    const Result<bool> holds = file.view_holds(*view);
    if (!holds) {
      return fail(holds.error());
    }
    if (*holds) {
      return result;
    }
    // Commits come in bursts.
    std::this_thread::sleep_for(std::chrono::microseconds(tries * 10));
  }
  return fail(Errc::kBusy, "the server writes faster than its data can be read");
}

}  // namespace buoyant::lmdb
