// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/inspect/verify_pages.h"

#include "buoyant/base/little_endian.h"

#include <string>
#include <vector>

namespace buoyant::inspect_tool {

namespace {

constexpr int kTriesMax = 3;
constexpr std::uint64_t kMetaPages = 2;

/// The pages of one view.
class Census {
 public:
  Census(const lmdb::PageFile& file, const lmdb::FileHeader& view)
      : file_(file), view_(view), taken_(view.last_page + 1) {}

  void take() {
    take_meta_pages();
    take_free_pages();
    take_tables();
    if (report_.is_clean() && report_.pages < taken_.size()) {
      report_.notes.push_back(std::to_string(taken_.size() - report_.pages) +
                              " pages belong to nothing: space that is lost until `compact`");
    }
  }

  Report& report() { return report_; }

 private:
  void take_meta_pages() { take_range(0, kMetaPages); }

  void take_range(std::uint64_t page, std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) {
      if (page + i >= taken_.size()) {
        report_.add(
            {.part = "pages", .what = "it is in use, and behind the last page", .page = page + i});
        return;
      }
      if (taken_[page + i]) {
        report_.add({.part = "pages", .what = "it is in use twice", .page = page + i});
        continue;
      }
      taken_[page + i] = true;
      report_.pages += 1;
    }
  }

  /// Each value: a count, and so many page numbers.
  void take_free_pages() {
    lmdb::PageWalk walk(file_, view_, view_.free_root, lmdb::KeyOrder::kNumbers);
    visit(walk);
    for (bool found = walk.first(); found; found = walk.next()) {
      const std::optional<ByteView> value = walk.value();
      const std::uint64_t count =
          value && value->size() >= kNumberBytes ? load_le64(value->data()) : 0;
      if (!value || count > value->size() / kNumberBytes - 1) {
        report_.add({.part = "pages",
                     .what = "a list of free pages is damaged",
                     .page = walk.value_page()});
        continue;
      }
      for (std::uint64_t i = 1; i <= count; ++i) {
        take_range(load_le64(value->data() + i * kNumberBytes), 1);
      }
    }
    report_.add("pages", walk.damages());
  }

  void take_tables() {
    lmdb::PageWalk walk(file_, view_, view_.main_root);
    visit(walk);
    for (bool found = walk.first(); found; found = walk.next()) {
      const std::optional<ByteView> value = walk.value();
      const auto table =
          walk.is_tree() && value ? lmdb::parse_tree(*value) : std::optional<lmdb::TreeFigures>();
      if (!table) {
        report_.add({.part = "pages", .what = "a table is none", .page = walk.value_page()});
        continue;
      }
      take_table(std::string(buoyant::text_of(walk.key())), *table);
    }
    report_.add("pages", walk.damages());
  }

  void take_table(const std::string& name, const lmdb::TreeFigures& table) {
    lmdb::PageWalk walk(file_, view_, table.root);
    visit(walk);
    std::uint64_t values = 0;
    for (bool found = walk.first(); found; found = walk.next()) {
      values += 1;
    }
    report_.add("pages", walk.damages());
    if (walk.damages().empty() && values != table.values) {
      report_.add({.part = "pages",
                   .what = "the table \"" + name + "\" has " + std::to_string(values) +
                           " values instead of " + std::to_string(table.values)});
    }
  }

  void visit(lmdb::PageWalk& walk) {
    walk.set_visit([this](std::uint64_t page, std::uint64_t count) { take_range(page, count); });
  }

  static constexpr std::size_t kNumberBytes = sizeof(std::uint64_t);

  const lmdb::PageFile& file_;
  lmdb::FileHeader view_;
  std::vector<bool> taken_;
  Report report_;
};

}  // namespace

Result<void> verify_pages(const lmdb::PageFile& file, Report& report) {
  for (int tries = 0; tries < kTriesMax; ++tries) {
    const Result<lmdb::FileHeader> view = file.newest();
    if (!view) {
      return fail(view.error());
    }
    Census census(file, *view);
    census.take();
    const Result<bool> holds = file.view_holds(*view);
    if (!holds) {
      return fail(holds.error());
    }
    if (*holds) {
      const Report& found = census.report();
      report.damages.insert(found.damages.begin(), found.damages.end());
      report.notes.insert(report.notes.end(), found.notes.begin(), found.notes.end());
      report.pages += found.pages;
      return {};
    }
  }
  report.notes.emplace_back(
      "whether each page is in use once was not checked: the server writes meanwhile");
  return {};
}

}  // namespace buoyant::inspect_tool
