// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/storage/image.h"

#include "buoyant/base/assert.h"

#include <algorithm>

namespace file_storage {

using buoyant::Entry;
using buoyant::Errc;
using buoyant::fail;
using buoyant::Index;
using buoyant::port::StorageWrite;

void Image::apply(const StorageWrite& write, bool with_entries) {
  if (write.hard_state) {
    hard_state = *write.hard_state;
  }
  if (write.peers) {
    peers = *write.peers;
  }
  if (write.truncate_from && *write.truncate_from <= last()) {
    BUOYANT_ASSERT(*write.truncate_from > base.index);
    entries.resize(*write.truncate_from - base.index.next());
  }
  if (write.snapshot) {
    snapshot = *write.snapshot;
    if (!write.compact_through) {
      base = snapshot.id.position;
      entries.clear();
    }
  }
  if (with_entries && !write.entries.empty()) {
    BUOYANT_ASSERT(write.first == last().next());
    if (write.first == Index(1) && bootstrap == 0) {
      bootstrap = entry_checksum(write.first, write.entries.front());
    }
    entries.insert(entries.end(), write.entries.begin(), write.entries.end());
  }
  if (write.compact_through && *write.compact_through > base.index) {
    // Not behind the end: entries that found no space cannot be compacted.
    const std::uint64_t count = std::min(*write.compact_through, last()) - base.index;
    for (std::uint64_t i = 0; i < count; ++i) {
      base = {.term = entries.front().term, .index = base.index.next()};
      entries.pop_front();
    }
  }
}

buoyant::Result<std::vector<Entry>> Image::read(Index first, Index last_wanted,
                                                std::size_t bytes_max) const {
  if (first <= base.index) {
    return fail(Errc::kCompacted, "file storage: read");
  }
  if (first > last()) {
    return fail(Errc::kNotReady, "file storage: read");
  }
  std::vector<Entry> found;
  std::size_t bytes = 0;
  for (Index at = first; at <= std::min(last_wanted, last()); at = at.next()) {
    const Entry& entry = entries[at - base.index.next()];
    bytes += entry.payload.size();
    if (!found.empty() && bytes > bytes_max) {
      break;
    }
    found.push_back(entry);
  }
  return found;
}

buoyant::port::StoredState Image::stored_state() const {
  buoyant::port::StoredState state{.identity = identity,
                                   .hard_state = hard_state,
                                   .snapshot = snapshot,
                                   .base = base,
                                   .runs = {},
                                   .configurations = {},
                                   .bootstrap = bootstrap,
                                   .peers = peers};
  Index index = base.index;
  for (const Entry& entry : entries) {
    index = index.next();
    append_run(state.runs, entry.term, 1);
    if (entry.kind == buoyant::EntryKind::kConfiguration) {
      state.configurations.push_back({.index = index, .payload = entry.payload});
    }
  }
  return state;
}

}  // namespace file_storage
