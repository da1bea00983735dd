// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/page_walk.h"

#include "buoyant/base/assert.h"
#include "buoyant/base/little_endian.h"

#include <algorithm>

namespace buoyant::lmdb {

PageWalk::PageWalk(const PageFile& file, const FileHeader& view, std::uint64_t root, KeyOrder order)
    : file_(file), view_(view), root_(root), order_(order) {}

void PageWalk::damaged(std::uint64_t page, const char* what, int code) {
  damages_.push_back({.page = page, .what = what, .code = code});
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
  if (number < kMetaPages || number > view_.last_page) {
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
  const char* wrong = check_page(frame.page, number, order_);
  if (wrong == nullptr) {
    frame.is_leaf = kind_of_page(frame.page) == PageKind::kLeaf;
    frame.count = count_of_nodes(frame.page);
    wrong = check_keys(frame);
  }
  if (wrong != nullptr) {
    damaged(number, wrong);
    return false;
  }
  if (visit_) {
    visit_(frame.is_leaf ? PageKind::kLeaf : PageKind::kBranch, number, 1);
    visit_overflow(frame);
  }
  path_.push_back(std::move(frame));
  return true;
}

const char* PageWalk::check_keys(const Frame& frame) const {
  std::optional<ByteView> before;
  for (std::size_t at = frame.is_leaf ? 0 : 1; at < frame.count; ++at) {
    const ByteView key = key_of(node_at(frame.page, at));
    if (order_ == KeyOrder::kNumbers && key.size() != sizeof(std::uint64_t)) {
      return "a key of it is no number";
    }
    if (before && compare_keys(*before, key, order_) >= 0) {
      return "its keys are not in order";
    }
    if ((frame.low && compare_keys(key, *frame.low, order_) < 0) ||
        (frame.high && compare_keys(key, *frame.high, order_) >= 0)) {
      return "its keys belong elsewhere";
    }
    before = key;
  }
  return nullptr;
}

bool PageWalk::read_large_head(std::uint64_t leaf, const std::byte* node, LargeHead& head) {
  const std::uint64_t number = load_le64(content_of(node));
  const std::uint64_t count = pages_for(value_bytes_of(node), view_.page_bytes);
  if (number < kMetaPages || number > view_.last_page || count > view_.last_page - number + 1) {
    damaged(leaf, "a value of it lies on a page that is not there");
    return false;
  }
  if (const int code = file_.read(number * view_.page_bytes, head); code != 0) {
    damaged(number, "it cannot be read", code);
    return false;
  }
  if (number_of_page(head) != number || kind_of_page(head) != PageKind::kOverflow ||
      count_of_pages(head) < count) {
    damaged(number, "it is not the page of a large value");
    return false;
  }
  return true;
}

/// The first pages of a leaf's large values; those that lie close to each other in one go.
void PageWalk::read_heads_ahead(const Frame& frame) const {
  constexpr std::uint64_t kGapPages = 8;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  const auto read = [&] {
    if (begin < end) {
      file_.read_ahead(begin * view_.page_bytes, (end - begin) * view_.page_bytes);
    }
  };
  for (std::size_t at = 0; at < frame.count; ++at) {
    const std::byte* const node = node_at(frame.page, at);
    const std::uint64_t number = has_own_pages(node) ? load_le64(content_of(node)) : kNoPage;
    if (number > view_.last_page) {
      continue;
    }
    if (number < end || number - end > kGapPages) {
      read();
      begin = number;
    }
    end = number + 1;
  }
  read();
}

void PageWalk::visit_overflow(const Frame& frame) {
  if (!frame.is_leaf) {
    return;
  }
  read_heads_ahead(frame);
  for (std::size_t at = 0; at < frame.count; ++at) {
    const std::byte* const node = node_at(frame.page, at);
    LargeHead head{};
    if (has_own_pages(node) && read_large_head(frame.number, node, head)) {
      visit_(PageKind::kOverflow, number_of_page(head), count_of_pages(head));
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

/// Of a leaf the first key that is not before it; of a branch the one behind the child that may
/// have it.
std::size_t PageWalk::search(const Frame& frame, ByteView wanted) const {
  std::size_t low = frame.is_leaf ? 0 : 1;
  std::size_t high = frame.count;
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    const int order = compare_keys(key_of(node_at(frame.page, middle)), wanted, order_);
    const bool goes_right = frame.is_leaf ? order < 0 : order <= 0;
    low = goes_right ? middle + 1 : low;
    high = goes_right ? high : middle;
  }
  return low;
}

bool PageWalk::seek(ByteView wanted) {
  BUOYANT_ASSERT(order_ == KeyOrder::kBytes);
  if (!begin()) {
    return false;
  }
  while (!path_.back().is_leaf) {
    path_.back().at = search(path_.back(), wanted) - 1;
    if (!push_child()) {
      return step(Direction::kForward);
    }
  }
  Frame& leaf = path_.back();
  const std::size_t found = search(leaf, wanted);
  leaf.at = std::min(found, leaf.count - 1);
  return found < leaf.count || step(Direction::kForward);
}

bool PageWalk::seek_back(ByteView wanted) {
  if (seek(wanted)) {
    return compare_keys(key(), wanted, order_) == 0 || step(Direction::kBackward);
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
  return value_bytes_of(node_at(path_.back().page, path_.back().at));
}

std::uint64_t PageWalk::value_page() const noexcept {
  const Frame& leaf = path_.back();
  const std::byte* const node = node_at(leaf.page, leaf.at);
  return has_own_pages(node) ? load_le64(content_of(node)) : leaf.number;
}

bool PageWalk::is_tree() const noexcept {
  return is_tree_node(node_at(path_.back().page, path_.back().at));
}

std::optional<ByteView> PageWalk::value(std::uint64_t bytes_max) {
  const Frame& leaf = path_.back();
  const std::byte* const node = node_at(leaf.page, leaf.at);
  const std::uint64_t bytes = std::min<std::uint64_t>(value_bytes_of(node), bytes_max);
  if (!has_own_pages(node)) {
    return ByteView(content_of(node), bytes);
  }
  LargeHead head{};
  if (!read_large_head(leaf.number, node, head)) {
    return std::nullopt;
  }
  large_.resize(bytes);
  const std::uint64_t number = number_of_page(head);
  if (const int code = file_.read(number * view_.page_bytes + kPageHeadBytes, large_); code != 0) {
    damaged(number, "it cannot be read", code);
    return std::nullopt;
  }
  return ByteView(large_);
}

std::optional<TreeFigures> find_table(const PageFile& file, const FileHeader& view,
                                      std::string_view name, std::vector<PageDamage>& damages) {
  PageWalk walk(file, view, view.main_tree.root);
  std::optional<TreeFigures> found;
  if (walk.seek(view_of(name)) && text_of(walk.key()) == name && walk.is_tree()) {
    const std::optional<ByteView> value = walk.value();
    found = value ? parse_tree(*value) : std::nullopt;
  }
  damages.insert(damages.end(), walk.damages().begin(), walk.damages().end());
  return found;
}

}  // namespace buoyant::lmdb
