// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/structure.h"

#include "buoyant/base/little_endian.h"

#include <algorithm>
#include <mutex>
#include <set>
#include <string>
#include <utility>

namespace buoyant::lmdb {

namespace {

constexpr std::size_t kNumberBytes = sizeof(std::uint64_t);
/// Of the tree of freed pages: its keys are numbers of this machine (MDB_INTEGERKEY).
constexpr std::uint16_t kNumberKeysFlag = 0x08;
/// More of them say nothing new.
constexpr std::size_t kDamagesMax = 1000;
constexpr std::size_t kTextsMax = 64;

/// The pages of one view.
class Census {
 public:
  Census(const PageFile& file, const FileHeader& view)
      : file_(file), view_(view), taken_(view.last_page + 1) {}

  Structure take() {
    take_range(0, kMetaPages);
    take_free_pages();
    take_tables();
    if (found_.damages.empty()) {
      found_.pages_lost = taken_.size() - found_.pages;
    }
    return std::move(found_);
  }

 private:
  void wrong(std::uint64_t page, const char* what) {
    if (found_.damages.size() < kDamagesMax) {
      found_.damages.push_back({.page = page, .what = what});
    }
  }

  void take_range(std::uint64_t page, std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) {
      if (page + i >= taken_.size()) {
        wrong(page + i, "it is in use, and behind the last page");
        return;
      }
      if (taken_[page + i]) {
        wrong(page + i, "it is in use twice");
        continue;
      }
      taken_[page + i] = true;
      found_.pages += 1;
    }
  }

  /// Each value: a count, and so many page numbers, the largest first.
  void take_free_list(PageWalk& walk) {
    const std::optional<ByteView> value = walk.value();
    const std::uint64_t count =
        value && value->size() >= kNumberBytes ? load_le64(value->data()) : 0;
    if (!value || value->size() < kNumberBytes || count > value->size() / kNumberBytes - 1 ||
        load_le64(walk.key().data()) > view_.transaction) {
      wrong(walk.value_page(), "a list of free pages is damaged");
      return;
    }
    std::uint64_t before = kNoPage;
    for (std::uint64_t i = 1; i <= count; ++i) {
      const std::uint64_t page = load_le64(value->data() + i * kNumberBytes);
      if (page >= before) {
        wrong(walk.value_page(), "a list of free pages is not in order");
        return;
      }
      take_range(page, 1);
      before = page;
    }
  }

  void take_free_pages() {
    PageWalk walk(file_, view_, view_.free_tree.root, KeyOrder::kNumbers);
    take_tree(walk, view_.free_tree, kNumberKeysFlag, [&] {
      if (walk.is_tree()) {
        wrong(walk.value_page(), "a list of free pages is damaged");
      } else {
        take_free_list(walk);
      }
    });
  }

  void take_tables() {
    PageWalk walk(file_, view_, view_.main_tree.root);
    take_tree(walk, view_.main_tree, 0, [&] {
      const std::optional<ByteView> value = walk.is_tree() ? walk.value() : std::nullopt;
      const auto table = value ? parse_tree(*value) : std::optional<TreeFigures>();
      if (!table) {
        wrong(walk.value_page(), "a table is none");
        return;
      }
      PageWalk values(file_, view_, table->root);
      take_tree(values, *table, 0, [&] {
        if (values.is_tree()) {
          wrong(values.value_page(), "a value of it has an impossible kind");
        }
      });
    });
  }

  /// Calls on_value where the walk stands.
  template <class OnValue>
  void take_tree(PageWalk& walk, const TreeFigures& tree, std::uint16_t flags, OnValue on_value) {
    TreeFigures counted{.root = tree.root, .flags = flags};
    walk.set_visit([&](PageKind kind, std::uint64_t page, std::uint64_t count) {
      take_range(page, count);
      counted.branch_pages += kind == PageKind::kBranch ? count : 0;
      counted.leaf_pages += kind == PageKind::kLeaf ? count : 0;
      counted.overflow_pages += kind == PageKind::kOverflow ? count : 0;
    });
    bool is_even = true;
    for (bool found = walk.first(); found; found = walk.next()) {
      is_even = is_even && (counted.values == 0 || counted.depth == walk.depth());
      counted.depth = static_cast<std::uint16_t>(walk.depth());
      counted.values += 1;
      on_value();
      if (found_.damages.size() >= kDamagesMax) {
        break;
      }
    }
    found_.damages.insert(found_.damages.end(), walk.damages().begin(), walk.damages().end());
    if (walk.damages().empty() && (!is_even || counted != tree)) {
      wrong(tree.root == kNoPage ? 0 : tree.root, "its tree is not what is said of it");
    }
    walk.set_visit({});
  }

  const PageFile& file_;
  FileHeader view_;
  std::vector<bool> taken_;
  Structure found_;
};

/// An error borrows its text; so it has to last. A process that goes on after so many of them does
/// not need another one.
const char* lasting(std::string text) {
  static std::mutex mutex;
  static std::set<std::string> texts;
  const std::lock_guard guard(mutex);
  if (texts.size() >= kTextsMax && texts.count(text) == 0) {
    return "data.mdb: a page of it is damaged";
  }
  return texts.insert(std::move(text)).first->c_str();
}

}  // namespace

Structure check_structure(const PageFile& file, const FileHeader& view) {
  return Census(file, view).take();
}

Error damage_error(const PageDamage& damage) {
  const char* const context = lasting("data.mdb, page " + std::to_string(damage.page) + ": " +
                                      std::string(damage.what) + " (docs/INSPECT.md)");
  return damage.code == 0 ? Error(Errc::kStorageCorrupt, context)
                          : Error(Errc::kStorageFailed, context, damage.code);
}

}  // namespace buoyant::lmdb
