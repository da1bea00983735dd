// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The bytes of LMDB's pages, and whether one can be what it should be.
///
/// The layout is that of LMDB 0.9 on machines of 64 bits. A page: its number, its flags, where its
/// free space begins and ends (of a large value: how many pages it has), then the offsets of its
/// nodes. A node: 32 bits of size, or the lower ones of a page's number; flags, or its upper ones;
/// the key's size; the key; the value, or the number of its own pages.
#pragma once

#include "buoyant/base/bytes.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace buoyant::lmdb {

/// The root of a tree without pages.
inline constexpr std::uint64_t kNoPage = ~std::uint64_t{0};
inline constexpr std::uint64_t kMetaPages = 2;
inline constexpr std::size_t kPageHeadBytes = 16;
/// Of LMDB's cursors.
inline constexpr std::size_t kDepthMax = 32;

enum class PageKind : std::uint8_t { kBranch, kLeaf, kOverflow, kOther };

enum class KeyOrder : std::uint8_t {
  /// Byte by byte.
  kBytes,
  /// Numbers of this machine: the tree of freed pages.
  kNumbers,
};

/// What LMDB keeps of one tree (MDB_db): how much is in it, and where it begins.
struct TreeFigures {
  static constexpr std::size_t kBytes = 48;

  std::uint64_t root = kNoPage;
  std::uint16_t flags = 0;
  std::uint16_t depth = 0;
  std::uint64_t branch_pages = 0;
  std::uint64_t leaf_pages = 0;
  std::uint64_t overflow_pages = 0;
  std::uint64_t values = 0;

  [[nodiscard]] std::uint64_t pages() const noexcept {
    return branch_pages + leaf_pages + overflow_pages;
  }

  friend bool operator==(const TreeFigures&, const TreeFigures&) = default;
};

/// Nothing: it has another size.
[[nodiscard]] std::optional<TreeFigures> parse_tree(ByteView value) noexcept;

// Of the head of any page.
[[nodiscard]] std::uint64_t number_of_page(ByteView head) noexcept;
[[nodiscard]] PageKind kind_of_page(ByteView head) noexcept;
/// Of a large value's first page.
[[nodiscard]] std::uint64_t count_of_pages(ByteView head) noexcept;

/// How many pages a large value takes.
[[nodiscard]] std::uint64_t pages_for(std::uint64_t value_bytes, std::uint32_t page_bytes) noexcept;

// Of a page that check_page found good.
[[nodiscard]] std::size_t count_of_nodes(ByteView page) noexcept;
[[nodiscard]] const std::byte* node_at(ByteView page, std::size_t at) noexcept;

[[nodiscard]] ByteView key_of(const std::byte* node) noexcept;
/// Of a branch.
[[nodiscard]] std::uint64_t child_of(const std::byte* node) noexcept;
// Of a leaf.
[[nodiscard]] std::uint32_t value_bytes_of(const std::byte* node) noexcept;
[[nodiscard]] bool has_own_pages(const std::byte* node) noexcept;
[[nodiscard]] bool is_tree_node(const std::byte* node) noexcept;
/// The value, or the number of its first page.
[[nodiscard]] const std::byte* content_of(const std::byte* node) noexcept;

/// Null: it is a branch or a leaf, whatever is read of it lies in it, and its nodes fill what they
/// should, each byte once. Static.
[[nodiscard]] const char* check_page(ByteView page, std::uint64_t number, KeyOrder order);

/// Below, at or above zero, as memcmp has it.
[[nodiscard]] int compare_keys(ByteView left, ByteView right, KeyOrder order) noexcept;

}  // namespace buoyant::lmdb
