// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/opening_check.h"

#include "adapters/lmdb/log_image.h"
#include "adapters/lmdb/structure.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace buoyant::lmdb {

namespace {

Result<void> result_of(const PageWalk& walk, bool is_good, const char* context) {
  if (!walk.damages().empty()) {
    return fail(damage_error(walk.damages().front()));
  }
  return is_good ? Result<void>() : fail(Errc::kStorageCorrupt, context);
}

/// One of its two commits.
class Check {
 public:
  Check(const PageFile& file, const FileHeader& view, GroupId group)
      : file_(file), view_(view), group_(group), image_(file, view, group) {}

  Result<void> structure() {
    const Structure structure = check_structure(file_, view_);
    return structure.damages.empty() ? Result<void>() : fail(damage_error(structure.damages[0]));
  }

  /// A name that was damaged would hide a table; LMDB would make a new one.
  Result<void> tables() {
    constexpr std::array<std::string_view, 5> kNames = {"configurations", "journal", "log", "runs",
                                                        "values"};
    PageWalk walk(file_, view_, view_.main_tree.root);
    std::size_t count = 0;
    bool is_good = true;
    for (bool found = walk.first(); found; found = walk.next()) {
      is_good = is_good && count < kNames.size() && text_of(walk.key()) == kNames.at(count);
      count += 1;
    }
    return result_of(walk, is_good && count == kNames.size(), "data.mdb: its tables are not ours");
  }

  Result<void> small_values() {
    const TableFigures& tables = image_.tables();
    for (const TreeFigures* table : {&tables.values, &tables.runs, &tables.configurations}) {
      PageWalk walk(file_, view_, table->root);
      bool is_good = true;
      for (bool found = walk.first(); found; found = walk.next()) {
        const std::optional<ByteView> value = walk.value();
        is_good = is_good && value && unseal(walk.key(), *value);
      }
      const Result<void> result = result_of(walk, is_good, "data.mdb: a small value in it");
      if (!result) {
        return result;
      }
    }
    return {};
  }

  /// Says kUnsupportedVersion before anything else is expected.
  Result<void> version() {
    const Result<Identity> identity = image_.identity();
    return identity ? Result<void>() : fail(identity.error());
  }

  Result<void> transaction() {
    const Result<std::uint64_t> transaction = image_.transaction();
    if (!transaction) {
      return fail(transaction.error());
    }
    return *transaction == view_.transaction
               ? Result<void>()
               : fail(Errc::kStorageCorrupt, "data.mdb: a meta page has another commit's number");
  }

  Result<void> log() {
    const Result<LogFacts> facts = read_facts(image_);
    return facts ? records(facts->state) : fail(facts.error());
  }

  Result<FoundJournal> journal() {
    const Result<Identity> identity = image_.identity();
    const Result<JournalPlace> place =
        identity ? find_journal(file_, view_, identity->incarnation) : fail(identity.error());
    Result<JournalContents> contents = place ? image_.journal() : fail(place.error());
    if (!contents) {
      return fail(contents.error());
    }
    if (contents->is_damaged) {
      return fail(Errc::kStorageCorrupt, "data.mdb: a batch of its journal is damaged");
    }
    return FoundJournal{.place = *place, .contents = std::move(*contents)};
  }

 private:
  /// (base, last] is there, once, and nothing behind it. Before it there may be garbage.
  Result<void> records(const GroupState& state) {
    PageWalk walk(file_, view_, image_.tables().log.root);
    const Key begin(group_, state.base.index.next());
    Index next = state.base.index.next();
    bool is_good = true;
    bool is_first = true;
    bool found = walk.seek_back(begin.view()) && index_here(walk).has_value();
    found = found || walk.seek(begin.view());
    for (; found && is_good; found = walk.next()) {
      const std::optional<Index> index = index_here(walk);
      if (!index) {
        break;
      }
      const bool is_before = is_first && *index <= state.base.index;
      is_first = false;
      if (is_before && state.last == state.base.index) {
        continue;
      }
      const std::optional<ByteView> head = walk.value(kRecordHeadBytes);
      const std::uint32_t count = head ? count_of_record(*index, *head) : 0;
      // The first one may reach back behind the base.
      is_good = count > 0 && (*index == next || (is_before && *index + count > next));
      next = *index + count;
    }
    return result_of(walk, is_good && next == state.last.next(),
                     "data.mdb: records of the log are missing");
  }

  [[nodiscard]] std::optional<Index> index_here(const PageWalk& walk) const {
    return Key::index_of(group_, native(walk.key()));
  }

  const PageFile& file_;
  FileHeader view_;
  GroupId group_;
  LogImage image_;
};

Result<void> check_newer(Check& check) {
  Result<void> result = check.structure();
  result = result ? check.version() : result;
  result = result ? check.tables() : result;
  result = result ? check.small_values() : result;
  result = result ? check.transaction() : result;
  return result ? check.log() : result;
}

}  // namespace

Result<FoundJournal> check_before_mapping(const posix::Directory& directory, GroupId group,
                                          bool poisoned) {
  // Closed before LMDB opens the file.
  const Result<PageFile> file = PageFile::open(directory.path());
  const Result<FileViews> views = file ? file->views() : fail(file.error());
  if (!views) {
    return fail(views.error());
  }
  Check newer(*file, views->newer, group);
  if (const Result<void> result = check_newer(newer); !result) {
    return fail(result.error());
  }
  // A damaged number may have made the newer commit the older one. The creation's two commits, and
  // a compaction's, have their numbers too. See FileViews.
  const Result<void> older =
      poisoned ? Result<void>() : Check(*file, views->older, group).transaction();
  return older ? newer.journal() : fail(older.error());
}

}  // namespace buoyant::lmdb
