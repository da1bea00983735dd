// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/page_walk.h"

#include "buoyant/base/assert.h"
#include "buoyant/base/little_endian.h"

#include <lmdb.h>

#include <algorithm>
#include <array>
#include <cstring>

// The layout below is that of LMDB 0.9, on machines of 64 bits.
static_assert(MDB_VERSION_MAJOR == 0 && MDB_VERSION_MINOR == 9);

namespace buoyant::lmdb {

namespace {

/// Of LMDB's cursors.
constexpr std::size_t kDepthMax = 32;
constexpr std::uint64_t kFirstTreePage = 2;

// A page: its number, its flags, where its free space begins and ends (of an overflow page: how
// many there are), then the offsets of its nodes.
constexpr std::size_t kPageFlagsAt = 10;
constexpr std::size_t kLowerAt = 12;
constexpr std::size_t kUpperAt = 14;
constexpr std::size_t kCountAt = 12;
constexpr std::size_t kPageHeadBytes = 16;
constexpr std::uint16_t kBranchFlag = 0x01;
constexpr std::uint16_t kLeafFlag = 0x02;
constexpr std::uint16_t kOverflowFlag = 0x04;
/// In memory only; LMDB may leave it on the disk.
constexpr std::uint16_t kDirtyFlag = 0x10;

// A node: 32 bits of size, or the lower ones of a page's number; flags, or its upper ones; the
// key's size; the key; the value, or the number of its own pages.
constexpr std::size_t kNodeFlagsAt = 4;
constexpr std::size_t kKeyBytesAt = 6;
constexpr std::size_t kNodeHeadBytes = 8;
constexpr std::uint16_t kOwnPagesFlag = 0x01;
constexpr std::uint16_t kTreeFlag = 0x02;

// A tree (MDB_db).
constexpr std::size_t kTreeBytes = 48;

std::uint16_t flags_of(ByteView page) {
  return static_cast<std::uint16_t>(load_le16(page.data() + kPageFlagsAt) & ~kDirtyFlag);
}

const std::byte* node_at(ByteView page, std::size_t at) {
  return page.data() + load_le16(page.data() + kPageHeadBytes + 2 * at);
}

ByteView key_of(const std::byte* node) {
  return {node + kNodeHeadBytes, load_le16(node + kKeyBytesAt)};
}

std::uint16_t node_flags(const std::byte* node) {
  return load_le16(node + kNodeFlagsAt);
}

std::uint64_t child_of(const std::byte* node) {
  return load_le32(node) | std::uint64_t{load_le16(node + kNodeFlagsAt)} << 32U;
}

const std::byte* content_of(const std::byte* node) {
  return node + kNodeHeadBytes + load_le16(node + kKeyBytesAt);
}

int compare_bytes(ByteView left, ByteView right) {
  const std::size_t common = std::min(left.size(), right.size());
  const int order = common == 0 ? 0 : std::memcmp(left.data(), right.data(), common);
  if (order != 0 || left.size() == right.size()) {
    return order;
  }
  return left.size() < right.size() ? -1 : 1;
}

}  // namespace

PageWalk::PageWalk(const PageFile& file, const FileHeader& view, std::uint64_t root, KeyOrder order)
    : file_(file), view_(view), root_(root), order_(order) {}

void PageWalk::damaged(std::uint64_t page, const char* what, int code) {
  damages_.push_back({.page = page, .what = what, .code = code});
}

std::uint64_t PageWalk::pages_of(std::uint64_t bytes) const noexcept {
  return (kPageHeadBytes - 1 + bytes) / view_.page_bytes + 1;
}

bool PageWalk::begin() {
  path_.clear();
  return root_ != kNoPage && push(root_);
}

bool PageWalk::push_child() {
  const Frame& parent = path_.back();
  return push(child_of(node_at(parent.page, parent.at)));
}

bool PageWalk::push(std::uint64_t number) {
  if (number < kFirstTreePage || number > view_.last_page) {
    damaged(path_.empty() ? number : path_.back().number, "it refers to a page that is not there");
    return false;
  }
  if (path_.size() == kDepthMax) {
    damaged(number, "the tree is too deep");
    return false;
  }
  Frame frame{.number = number, .page = std::vector<std::byte>(view_.page_bytes)};
  if (!path_.empty()) {
    const Frame& parent = path_.back();
    const std::size_t at = parent.at;
    // A branch's first key is not looked at by anybody.
    frame.low = at == 0 ? parent.low : key_of(node_at(parent.page, at));
    frame.high = at + 1 == parent.count ? parent.high : key_of(node_at(parent.page, at + 1));
  }
  if (const int code = file_.read(number * view_.page_bytes, frame.page); code != 0) {
    damaged(number, "it cannot be read", code);
    return false;
  }
  const char* wrong = check(frame);
  if (wrong == nullptr) {
    frame.is_leaf = flags_of(frame.page) == kLeafFlag;
    frame.count = (load_le16(frame.page.data() + kLowerAt) - kPageHeadBytes) / 2;
    wrong = check_keys(frame);
  }
  if (wrong != nullptr) {
    damaged(number, wrong);
    return false;
  }
  if (visit_) {
    visit_(number, 1);
    visit_overflow(frame);
  }
  path_.push_back(std::move(frame));
  return true;
}

/// Null: whatever is read of it lies in it.
const char* PageWalk::check(const Frame& frame) const {
  const std::byte* const page = frame.page.data();
  if (load_le64(page) != frame.number) {
    return "it has another page's number";
  }
  const std::uint16_t flags = flags_of(frame.page);
  if (flags != kBranchFlag && flags != kLeafFlag) {
    return "it is no page of a tree";
  }
  const std::size_t lower = load_le16(page + kLowerAt);
  const std::size_t upper = load_le16(page + kUpperAt);
  // LMDB leaves no page without a key.
  if (lower < kPageHeadBytes + 2 || lower % 2 != 0 || lower > upper || upper > view_.page_bytes) {
    return "its bounds are impossible";
  }
  for (std::size_t offset = kPageHeadBytes; offset < lower; offset += 2) {
    const std::size_t node = load_le16(page + offset);
    if (node < upper || node % 2 != 0 || node + kNodeHeadBytes > view_.page_bytes) {
      return "a key lies outside of it";
    }
    std::uint64_t end = node + kNodeHeadBytes + load_le16(page + node + kKeyBytesAt);
    if (flags == kLeafFlag) {
      const std::uint16_t kind = node_flags(page + node);
      if (kind != 0 && kind != kOwnPagesFlag && kind != kTreeFlag) {
        return "a value of it has an impossible kind";
      }
      end += (kind & kOwnPagesFlag) != 0 ? sizeof(std::uint64_t) : load_le32(page + node);
    }
    if (end > view_.page_bytes) {
      return "a key or a value reaches beyond it";
    }
  }
  return nullptr;
}

const char* PageWalk::check_keys(const Frame& frame) const {
  std::optional<ByteView> before;
  for (std::size_t at = frame.is_leaf ? 0 : 1; at < frame.count; ++at) {
    const ByteView key = key_of(node_at(frame.page, at));
    if (order_ == KeyOrder::kNumbers && key.size() != sizeof(std::uint64_t)) {
      return "a key of it is no number";
    }
    if (before && compare(*before, key) >= 0) {
      return "its keys are not in order";
    }
    if ((frame.low && compare(key, *frame.low) < 0) ||
        (frame.high && compare(key, *frame.high) >= 0)) {
      return "its keys belong elsewhere";
    }
    before = key;
  }
  return nullptr;
}

int PageWalk::compare(ByteView left, ByteView right) const {
  if (order_ == KeyOrder::kBytes) {
    return compare_bytes(left, right);
  }
  const std::uint64_t one = load_le64(left.data());
  const std::uint64_t other = load_le64(right.data());
  return one < other ? -1 : one > other ? 1 : 0;
}

void PageWalk::visit_overflow(const Frame& frame) {
  for (std::size_t at = 0; frame.is_leaf && at < frame.count; ++at) {
    const std::byte* const node = node_at(frame.page, at);
    if ((node_flags(node) & kOwnPagesFlag) == 0) {
      continue;
    }
    const std::uint64_t number = load_le64(content_of(node));
    std::array<std::byte, kPageHeadBytes> head{};
    if (number < kFirstTreePage || number > view_.last_page) {
      damaged(frame.number, "a value of it lies on a page that is not there");
    } else if (const int code = file_.read(number * view_.page_bytes, head); code != 0) {
      damaged(number, "it cannot be read", code);
    } else if (load_le64(head.data()) != number || flags_of(head) != kOverflowFlag) {
      damaged(number, "it is not the page of a large value");
    } else {
      visit_(number, load_le32(head.data() + kCountAt));
    }
  }
}

/// From the path's end down to a leaf; past children that are damaged.
bool PageWalk::descend(Direction direction) {
  while (!path_.empty() && !path_.back().is_leaf) {
    if (push_child()) {
      path_.back().at = direction == Direction::kForward ? 0 : path_.back().count - 1;
    } else if (!shift(direction)) {
      return false;
    }
  }
  return !path_.empty();
}

/// To the neighbour, on the level where there is one.
bool PageWalk::shift(Direction direction) {
  for (; !path_.empty(); path_.pop_back()) {
    Frame& frame = path_.back();
    if (direction == Direction::kForward && frame.at + 1 < frame.count) {
      frame.at += 1;
      return true;
    }
    if (direction == Direction::kBackward && frame.at > 0) {
      frame.at -= 1;
      return true;
    }
  }
  return false;
}

bool PageWalk::step(Direction direction) {
  return shift(direction) && descend(direction);
}

bool PageWalk::first() {
  return begin() && descend(Direction::kForward);
}

bool PageWalk::next() {
  return step(Direction::kForward);
}

bool PageWalk::seek(ByteView wanted) {
  BUOYANT_ASSERT(order_ == KeyOrder::kBytes);
  if (!begin()) {
    return false;
  }
  for (;;) {
    Frame& frame = path_.back();
    // Of a leaf the first key that is not before it; of a branch the child that may have it.
    std::size_t low = frame.is_leaf ? 0 : 1;
    std::size_t high = frame.count;
    while (low < high) {
      const std::size_t middle = low + (high - low) / 2;
      const int order = compare(key_of(node_at(frame.page, middle)), wanted);
      const bool goes_right = frame.is_leaf ? order < 0 : order <= 0;
      low = goes_right ? middle + 1 : low;
      high = goes_right ? high : middle;
    }
    if (!frame.is_leaf) {
      frame.at = low - 1;
      if (!push_child()) {
        return step(Direction::kForward);
      }
      continue;
    }
    frame.at = std::min(low, frame.count - 1);
    return low < frame.count || step(Direction::kForward);
  }
}

bool PageWalk::seek_back(ByteView wanted) {
  if (seek(wanted)) {
    return compare(key(), wanted) == 0 || step(Direction::kBackward);
  }
  // All keys are before it.
  if (!begin()) {
    return false;
  }
  path_.back().at = path_.back().count - 1;
  return descend(Direction::kBackward);
}

ByteView PageWalk::key() const noexcept {
  return key_of(node_at(path_.back().page, path_.back().at));
}

std::uint64_t PageWalk::value_bytes() const noexcept {
  return load_le32(node_at(path_.back().page, path_.back().at));
}

std::uint64_t PageWalk::value_page() const noexcept {
  const Frame& leaf = path_.back();
  const std::byte* const node = node_at(leaf.page, leaf.at);
  return (node_flags(node) & kOwnPagesFlag) != 0 ? load_le64(content_of(node)) : leaf.number;
}

bool PageWalk::is_tree() const noexcept {
  return (node_flags(node_at(path_.back().page, path_.back().at)) & kTreeFlag) != 0;
}

std::optional<ByteView> PageWalk::value() {
  const Frame& leaf = path_.back();
  const std::byte* const node = node_at(leaf.page, leaf.at);
  const std::uint64_t bytes = load_le32(node);
  if ((node_flags(node) & kOwnPagesFlag) == 0) {
    return ByteView(content_of(node), bytes);
  }
  const std::uint64_t number = load_le64(content_of(node));
  const std::uint64_t count = pages_of(bytes);
  if (number < kFirstTreePage || number > view_.last_page || count > view_.last_page - number + 1) {
    damaged(leaf.number, "a value of it lies on a page that is not there");
    return std::nullopt;
  }
  std::array<std::byte, kPageHeadBytes> head{};
  int code = file_.read(number * view_.page_bytes, head);
  if (code == 0 && (load_le64(head.data()) != number || flags_of(head) != kOverflowFlag ||
                    load_le32(head.data() + kCountAt) < count)) {
    damaged(number, "it is not the page of a large value");
    return std::nullopt;
  }
  if (code == 0) {
    large_.resize(bytes);
    code = file_.read(number * view_.page_bytes + kPageHeadBytes, large_);
  }
  if (code != 0) {
    damaged(number, "it cannot be read", code);
    return std::nullopt;
  }
  return ByteView(large_);
}

std::optional<TreeFigures> parse_tree(ByteView value) noexcept {
  if (value.size() != kTreeBytes) {
    return std::nullopt;
  }
  const std::byte* const at = value.data();
  return TreeFigures{.root = load_le64(at + 40),
                     .branch_pages = load_le64(at + 8),
                     .leaf_pages = load_le64(at + 16),
                     .overflow_pages = load_le64(at + 24),
                     .values = load_le64(at + 32)};
}

std::optional<TreeFigures> find_table(const PageFile& file, const FileHeader& view,
                                      std::string_view name, std::vector<PageDamage>& damages) {
  PageWalk walk(file, view, view.main_root);
  std::optional<TreeFigures> found;
  if (walk.seek(view_of(name)) && text_of(walk.key()) == name && walk.is_tree()) {
    const std::optional<ByteView> value = walk.value();
    found = value ? parse_tree(*value) : std::nullopt;
  }
  damages.insert(damages.end(), walk.damages().begin(), walk.damages().end());
  return found;
}

}  // namespace buoyant::lmdb
