// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// One of LMDB's trees, key by key, in the pages of a PageFile. Damaged pages are named and
/// stepped over: nothing in them is believed before it was checked.
#pragma once

#include "adapters/lmdb/page_file.h"
#include "adapters/lmdb/page_layout.h"
#include "buoyant/base/bytes.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace buoyant::lmdb {

/// A page that cannot be what it should be.
struct PageDamage {
  std::uint64_t page = 0;
  /// Static.
  std::string_view what;
  /// The errno, if it could not be read.
  int code = 0;

  friend bool operator==(const PageDamage&, const PageDamage&) = default;
};

/// Borrows the file. After a value that lies on damaged pages, or pages that were stepped over,
/// damages() has grown. Everything is a moment old: see PageFile::view_holds.
class PageWalk {
 public:
  /// Hears of each page range that the tree takes.
  using Visit = std::function<void(PageKind kind, std::uint64_t page, std::uint64_t count)>;

  PageWalk(const PageFile& file, const FileHeader& view, std::uint64_t root,
           KeyOrder order = KeyOrder::kBytes);

  void set_visit(Visit visit) { visit_ = std::move(visit); }

  /// To the first key. False: there is none.
  [[nodiscard]] bool first();

  /// To the first key that is not before `key`. False: there is none. Requires: KeyOrder::kBytes.
  [[nodiscard]] bool seek(ByteView key);

  /// To the last key that is not behind `key`. False: there is none. Requires the same.
  [[nodiscard]] bool seek_back(ByteView key);

  [[nodiscard]] bool next();

  /// Of where it stands; until it moves.
  [[nodiscard]] ByteView key() const noexcept;

  /// Reads the value, or its first `bytes_max` bytes; nothing: it is damaged.
  [[nodiscard]] std::optional<ByteView> value(std::uint64_t bytes_max = ~std::uint64_t{0});

  /// Its size and its first page (the leaf, or the pages of its own); without reading it.
  [[nodiscard]] std::uint64_t value_bytes() const noexcept;
  [[nodiscard]] std::uint64_t value_page() const noexcept;

  /// How many pages lie between the root and it, with both.
  [[nodiscard]] std::size_t depth() const noexcept { return path_.size(); }

  /// True: the value is a tree of its own.
  [[nodiscard]] bool is_tree() const noexcept;

  [[nodiscard]] const std::vector<PageDamage>& damages() const noexcept { return damages_; }

 private:
  struct Frame {
    std::uint64_t number = 0;
    std::vector<std::byte> page;
    std::size_t count = 0;
    std::size_t at = 0;
    bool is_leaf = false;
    /// Its keys are not before `low`, and before `high`. Of the pages above it.
    std::optional<ByteView> low;
    std::optional<ByteView> high;
  };

  using LargeHead = std::array<std::byte, kPageHeadBytes>;

  enum class Direction : std::uint8_t { kForward, kBackward };

  [[nodiscard]] bool begin();
  [[nodiscard]] std::size_t search(const Frame& frame, ByteView wanted) const;
  [[nodiscard]] bool push(std::uint64_t number);
  [[nodiscard]] bool push_child();
  [[nodiscard]] bool descend(Direction direction);
  [[nodiscard]] bool shift(Direction direction);
  [[nodiscard]] bool step(Direction direction);
  [[nodiscard]] const char* check_keys(const Frame& frame) const;
  [[nodiscard]] bool read_large_head(std::uint64_t leaf, const std::byte* node, LargeHead& head);
  void read_heads_ahead(const Frame& frame) const;
  void visit_overflow(const Frame& frame);
  void damaged(std::uint64_t page, const char* what, int code = 0);

  const PageFile& file_;
  FileHeader view_;
  std::uint64_t root_;
  KeyOrder order_;
  Visit visit_;
  /// From the root to a leaf.
  std::vector<Frame> path_;
  /// The value that was read last, if it has pages of its own.
  std::vector<std::byte> large_;
  std::vector<PageDamage> damages_;
};

/// A table by its name. Nothing: it is not there, or on damaged pages (then `damages` grows).
[[nodiscard]] std::optional<TreeFigures> find_table(const PageFile& file, const FileHeader& view,
                                                    std::string_view name,
                                                    std::vector<PageDamage>& damages);

}  // namespace buoyant::lmdb
