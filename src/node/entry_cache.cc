// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/entry_cache.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace buoyant::node {

void EntryCache::append(Index index, Entry entry) {
  entry.payload = entry.payload.compacted();
  const std::size_t charge = entry.payload.pinned_bytes();
  truncate(index);
  push(index, std::move(entry), charge);
}

void EntryCache::append(Index first, std::span<const Entry> entries, std::size_t pinned_bytes) {
  truncate(first);
  std::size_t rest = pinned_bytes;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    // Eviction begins at the front, so the block lives as long as the last of its slices: that
    // one is charged for what no slice covers.
    const std::size_t charge =
        i + 1 == entries.size() ? rest : std::min(rest, entries[i].payload.size());
    rest -= charge;
    push(first + i, entries[i], charge);
  }
}

void EntryCache::fill(Index index, Entry entry) {
  const std::size_t charge = entry.payload.pinned_bytes();
  if (slots_.empty() || index >= end()) {
    push(index, std::move(entry), charge);
    return;
  }
  while (index < first_) {
    slots_.emplace_front();
    first_ = first_.previous();
  }
  set(slots_[index - first_], std::move(entry), charge);
}

void EntryCache::push(Index index, Entry entry, std::size_t charge) {
  if (slots_.empty()) {
    first_ = index;
  }
  while (end() <= index) {
    slots_.emplace_back();
  }
  set(slots_[index - first_], std::move(entry), charge);
}

void EntryCache::set(Slot& slot, Entry entry, std::size_t charge) {
  bytes_ -= slot.charge;
  slot = Slot{.entry = std::move(entry), .charge = charge + sizeof(Slot), .present = true};
  bytes_ += slot.charge;
}

void EntryCache::truncate(Index from) {
  while (!slots_.empty() && end() > from) {
    bytes_ -= slots_.back().charge;
    slots_.pop_back();
  }
}

void EntryCache::clear() noexcept {
  slots_.clear();
  bytes_ = 0;
}

const Entry* EntryCache::find(Index index, Term term) const noexcept {
  if (index < first_ || index >= end()) {
    return nullptr;
  }
  const Slot& slot = slots_[index - first_];
  return slot.present && slot.entry.term == term ? &slot.entry : nullptr;
}

void EntryCache::trim(Index durable) {
  while (bytes_ > bytes_max_ && !slots_.empty() && first_ <= durable) {
    bytes_ -= slots_.front().charge;
    slots_.pop_front();
    first_ = first_.next();
  }
}

std::size_t compact_payloads(std::span<Entry> entries, const Bytes& region) {
  if (region.size() >= region.pinned_bytes() / 4) {
    return region.pinned_bytes();
  }
  const Bytes copy = Bytes::copy_of(region.view());
  const std::less_equal<const std::byte*> not_after;
  for (Entry& entry : entries) {
    const std::byte* begin = entry.payload.data();
    const bool inside = !entry.payload.empty() && not_after(region.data(), begin) &&
                        not_after(begin + entry.payload.size(), region.data() + region.size());
    entry.payload =
        inside ? copy.slice(static_cast<std::size_t>(begin - region.data()), entry.payload.size())
               : entry.payload.compacted();
  }
  return copy.pinned_bytes();
}

}  // namespace buoyant::node
