// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/page_layout.h"

#include "buoyant/base/little_endian.h"

#include <lmdb.h>

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

static_assert(MDB_VERSION_MAJOR == 0 && MDB_VERSION_MINOR == 9);

namespace buoyant::lmdb {

namespace {

constexpr std::size_t kPageFlagsAt = 10;
constexpr std::size_t kLowerAt = 12;
constexpr std::size_t kUpperAt = 14;
constexpr std::size_t kCountAt = 12;
constexpr std::uint16_t kBranchFlag = 0x01;
constexpr std::uint16_t kLeafFlag = 0x02;
constexpr std::uint16_t kOverflowFlag = 0x04;

constexpr std::size_t kNodeFlagsAt = 4;
constexpr std::size_t kKeyBytesAt = 6;
constexpr std::size_t kNodeHeadBytes = 8;
constexpr std::uint16_t kOwnPagesFlag = 0x01;
constexpr std::uint16_t kTreeFlag = 0x02;

std::uint16_t node_flags(const std::byte* node) {
  return load_le16(node + kNodeFlagsAt);
}

/// Where nodes begin and end in their page.
using Extents = std::vector<std::pair<std::size_t, std::size_t>>;

/// LMDB packs the nodes of a page: they fill it from `begin` on, in any order.
bool fill(Extents& extents, std::size_t begin, std::size_t end) {
  std::sort(extents.begin(), extents.end());
  for (const auto& [first, last] : extents) {
    if (first != begin) {
      return false;
    }
    begin = last;
  }
  return begin == end;
}

const char* check_nodes(ByteView page, std::size_t lower, std::size_t upper, bool is_leaf) {
  Extents extents;
  extents.reserve((lower - kPageHeadBytes) / 2);
  for (std::size_t offset = kPageHeadBytes; offset < lower; offset += 2) {
    const std::size_t begin = load_le16(page.data() + offset);
    if (begin < upper || begin % 2 != 0 || begin + kNodeHeadBytes > page.size()) {
      return "a key lies outside of it";
    }
    const std::byte* const node = page.data() + begin;
    std::uint64_t end = begin + kNodeHeadBytes + load_le16(node + kKeyBytesAt);
    if (is_leaf) {
      const std::uint16_t kind = node_flags(node);
      if (kind != 0 && kind != kOwnPagesFlag && kind != kTreeFlag) {
        return "a value of it has an impossible kind";
      }
      end += kind == kOwnPagesFlag ? sizeof(std::uint64_t) : value_bytes_of(node);
    }
    end += end % 2;
    if (end > page.size()) {
      return "a key or a value reaches beyond it";
    }
    extents.emplace_back(begin, end);
  }
  return fill(extents, upper, page.size()) ? nullptr : "its keys and values do not fill it";
}

}  // namespace

std::optional<TreeFigures> parse_tree(ByteView value) noexcept {
  if (value.size() != TreeFigures::kBytes) {
    return std::nullopt;
  }
  const std::byte* const at = value.data();
  return TreeFigures{.root = load_le64(at + 40),
                     .flags = load_le16(at + 4),
                     .depth = load_le16(at + 6),
                     .branch_pages = load_le64(at + 8),
                     .leaf_pages = load_le64(at + 16),
                     .overflow_pages = load_le64(at + 24),
                     .values = load_le64(at + 32)};
}

std::uint64_t number_of_page(ByteView head) noexcept {
  return load_le64(head.data());
}

PageKind kind_of_page(ByteView head) noexcept {
  // No other flag: LMDB clears those that are for memory only (a page that seems dirty would be
  // written to in the map).
  switch (load_le16(head.data() + kPageFlagsAt)) {
    case kBranchFlag:
      return PageKind::kBranch;
    case kLeafFlag:
      return PageKind::kLeaf;
    case kOverflowFlag:
      return PageKind::kOverflow;
    default:
      return PageKind::kOther;
  }
}

std::uint64_t count_of_pages(ByteView head) noexcept {
  return load_le32(head.data() + kCountAt);
}

std::uint64_t pages_for(std::uint64_t value_bytes, std::uint32_t page_bytes) noexcept {
  return (kPageHeadBytes - 1 + value_bytes) / page_bytes + 1;
}

std::size_t count_of_nodes(ByteView page) noexcept {
  return (load_le16(page.data() + kLowerAt) - kPageHeadBytes) / 2;
}

const std::byte* node_at(ByteView page, std::size_t at) noexcept {
  return page.data() + load_le16(page.data() + kPageHeadBytes + 2 * at);
}

ByteView key_of(const std::byte* node) noexcept {
  return {node + kNodeHeadBytes, load_le16(node + kKeyBytesAt)};
}

std::uint64_t child_of(const std::byte* node) noexcept {
  return load_le32(node) | std::uint64_t{node_flags(node)} << 32U;
}

std::uint32_t value_bytes_of(const std::byte* node) noexcept {
  return load_le32(node);
}

bool has_own_pages(const std::byte* node) noexcept {
  return (node_flags(node) & kOwnPagesFlag) != 0;
}

bool is_tree_node(const std::byte* node) noexcept {
  return (node_flags(node) & kTreeFlag) != 0;
}

const std::byte* content_of(const std::byte* node) noexcept {
  return node + kNodeHeadBytes + load_le16(node + kKeyBytesAt);
}

const char* check_page(ByteView page, std::uint64_t number, KeyOrder order) {
  if (number_of_page(page) != number) {
    return "it has another page's number";
  }
  const PageKind kind = kind_of_page(page);
  if (kind != PageKind::kBranch && kind != PageKind::kLeaf) {
    return "it is no page of a tree";
  }
  const std::size_t lower = load_le16(page.data() + kLowerAt);
  const std::size_t upper = load_le16(page.data() + kUpperAt);
  // LMDB leaves no page without a key, and no branch with one child but in the tree of freed pages.
  const bool may_be_alone = kind == PageKind::kLeaf || order == KeyOrder::kNumbers;
  const std::size_t lower_min = kPageHeadBytes + (may_be_alone ? 2 : 4);
  if (lower < lower_min || lower % 2 != 0 || lower > upper || upper > page.size()) {
    return "its bounds are impossible";
  }
  return check_nodes(page, lower, upper, kind == PageKind::kLeaf);
}

int compare_keys(ByteView left, ByteView right, KeyOrder order) noexcept {
  if (order == KeyOrder::kNumbers) {
    const std::uint64_t one = load_le64(left.data());
    const std::uint64_t other = load_le64(right.data());
    return one < other ? -1 : one > other ? 1 : 0;
  }
  const std::size_t common = std::min(left.size(), right.size());
  const int difference = common == 0 ? 0 : std::memcmp(left.data(), right.data(), common);
  if (difference != 0 || left.size() == right.size()) {
    return difference;
  }
  return left.size() < right.size() ? -1 : 1;
}

}  // namespace buoyant::lmdb
