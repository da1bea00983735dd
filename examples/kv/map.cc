// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/kv/map.h"

#include "buoyant/base/assert.h"
#include "buoyant/base/checksum.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace kv {

namespace {

constexpr unsigned kBranchBits = 4;
constexpr std::size_t kBranchSlots = std::size_t{1} << kBranchBits;
constexpr unsigned kDepthMax = 64 / kBranchBits;
constexpr std::size_t kLeafEntriesMax = 16;

std::uint64_t hash_of(std::string_view key) {
  return buoyant::checksum(buoyant::view_of(key));
}

/// From the top, so that the order of the slots is that of the hashes.
std::size_t slot_of(std::uint64_t hash, unsigned depth) {
  return static_cast<std::size_t>(hash >> (64 - kBranchBits * (depth + 1))) & (kBranchSlots - 1);
}

/// The sum of these is the digest: an order is not needed, a change costs as much as its entry.
std::uint64_t digest_of(const Entry& entry) {
  return buoyant::checksum(entry.data.view(), entry.hash ^ entry.key_bytes);
}

using Position = std::pair<std::uint64_t, std::string_view>;

template <class Entries>
auto lower_bound(Entries& entries, const Position& position) {
  return std::lower_bound(entries.begin(), entries.end(), position,
                          [](const Entry& entry, const Position& wanted) {
                            return Position(entry.hash, entry.key()) < wanted;
                          });
}

}  // namespace

/// Either a leaf or a branch: a branch has all its slots, and no entries.
struct MapNode {
  std::uint64_t generation = 0;
  std::vector<Entry> entries;
  std::vector<std::shared_ptr<MapNode>> slots;

  [[nodiscard]] bool is_branch() const { return !slots.empty(); }

  [[nodiscard]] bool is_empty() const {
    return entries.empty() && std::all_of(slots.begin(), slots.end(),
                                          [](const auto& slot) { return slot == nullptr; });
  }
};

Entry make_entry(std::string_view key, std::string_view value) {
  if (key.empty() && value.empty()) {
    return {hash_of(key), {}, 0};
  }
  buoyant::Buffer block(key.size() + value.size());
  std::copy(key.begin(), key.end(), reinterpret_cast<char*>(block.data()));
  std::copy(value.begin(), value.end(), reinterpret_cast<char*>(block.data()) + key.size());
  return {hash_of(key), std::move(block).freeze(key.size() + value.size()),
          static_cast<std::uint32_t>(key.size())};
}

// Reading.

MapView::Reader::Reader(MapView view) {
  if (view.root_ != nullptr) {
    waiting_.push_back(std::move(view.root_));
  }
}

const Entry* MapView::Reader::next() {
  while (leaf_ == nullptr || at_ == leaf_->entries.size()) {
    leaf_.reset();
    if (waiting_.empty()) {
      return nullptr;
    }
    const std::shared_ptr<MapNode> node = std::move(waiting_.back());
    waiting_.pop_back();
    if (!node->is_branch()) {
      leaf_ = node;
      at_ = 0;
      continue;
    }
    for (auto slot = node->slots.rbegin(); slot != node->slots.rend(); ++slot) {
      if (*slot != nullptr) {
        waiting_.push_back(*slot);
      }
    }
  }
  return &leaf_->entries[at_++];
}

Map::Map(Map&& other) noexcept {
  *this = std::move(other);
}

Map& Map::operator=(Map&& other) noexcept {
  root_ = std::exchange(other.root_, nullptr);
  generation_ = std::exchange(other.generation_, 0);
  size_ = std::exchange(other.size_, 0);
  bytes_ = std::exchange(other.bytes_, 0);
  digest_ = std::exchange(other.digest_, 0);
  return *this;
}

const Entry* Map::find(std::string_view key) const {
  const std::uint64_t hash = hash_of(key);
  const MapNode* node = root_.get();
  for (unsigned depth = 0; node != nullptr && node->is_branch(); ++depth) {
    node = node->slots[slot_of(hash, depth)].get();
  }
  if (node == nullptr) {
    return nullptr;
  }
  const auto found = lower_bound(node->entries, {hash, key});
  const bool is_there = found != node->entries.end() && found->hash == hash && found->key() == key;
  return is_there ? &*found : nullptr;
}

MapView Map::freeze() {
  MapView view;
  view.root_ = root_;
  view.size_ = size_;
  ++generation_;
  return view;
}

// Changing.

/// The node of a slot, such that no view can see it change.
MapNode& Map::own(std::shared_ptr<MapNode>& slot) const {
  if (slot == nullptr) {
    slot = std::make_shared<MapNode>();
  } else if (slot->generation != generation_) {
    slot = std::make_shared<MapNode>(*slot);
  }
  slot->generation = generation_;
  return *slot;
}

void Map::put(Entry entry) {
  unsigned depth = 0;
  MapNode* node = &own(root_);
  for (; node->is_branch(); ++depth) {
    node = &own(node->slots[slot_of(entry.hash, depth)]);
  }
  count_in(entry);
  const auto place = lower_bound(node->entries, {entry.hash, entry.key()});
  if (place != node->entries.end() && place->hash == entry.hash && place->key() == entry.key()) {
    count_out(*place);
    *place = std::move(entry);
    return;
  }
  node->entries.insert(place, std::move(entry));
  // Hashes that are equal in all their bits stay together.
  if (node->entries.size() > kLeafEntriesMax && depth < kDepthMax) {
    split(*node, depth);
  }
}

void Map::split(MapNode& leaf, unsigned depth) const {
  const std::vector<Entry> entries = std::exchange(leaf.entries, {});
  leaf.slots.resize(kBranchSlots);
  for (const Entry& entry : entries) {
    own(leaf.slots[slot_of(entry.hash, depth)]).entries.push_back(entry);
  }
  for (const std::shared_ptr<MapNode>& slot : leaf.slots) {
    if (slot != nullptr && slot->entries.size() > kLeafEntriesMax && depth + 1 < kDepthMax) {
      split(*slot, depth + 1);
    }
  }
}

bool Map::erase(std::string_view key) {
  if (find(key) == nullptr) {
    return false;
  }
  const std::uint64_t hash = hash_of(key);
  std::array<std::shared_ptr<MapNode>*, kDepthMax + 1> path{};
  std::size_t nodes = 0;
  path[nodes++] = &root_;
  MapNode* node = &own(root_);
  while (node->is_branch()) {
    path[nodes] = &node->slots[slot_of(hash, static_cast<unsigned>(nodes - 1))];
    node = &own(*path[nodes++]);
  }
  const auto place = lower_bound(node->entries, {hash, key});
  count_out(*place);
  node->entries.erase(place);
  for (; nodes > 0 && (*path[nodes - 1])->is_empty(); --nodes) {
    path[nodes - 1]->reset();
  }
  return true;
}

void Map::count_in(const Entry& entry) {
  size_ += 1;
  bytes_ += entry.data.size();
  digest_ += digest_of(entry);
}

void Map::count_out(const Entry& entry) {
  BUOYANT_ASSERT(size_ > 0);
  size_ -= 1;
  bytes_ -= entry.data.size();
  digest_ -= digest_of(entry);
}

}  // namespace kv
