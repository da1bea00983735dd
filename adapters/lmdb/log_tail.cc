// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/log_tail.h"

#include "buoyant/base/assert.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace buoyant::lmdb {

void LogTail::take(port::StorageWrite& write) noexcept {
  std::vector<Entry> dropped;
  const std::lock_guard guard(mutex_);
  if (write.truncate_from && *write.truncate_from < begin_ + entries_.size()) {
    const Index from = *write.truncate_from;
    if (from <= begin_) {
      begin_ = from;
      dropped.swap(entries_);
    } else {
      entries_.resize(from - begin_);
    }
  }
  if (!write.entries.empty()) {
    BUOYANT_ASSERT(write.first == begin_ + entries_.size());
    entries_.insert(entries_.end(), std::make_move_iterator(write.entries.begin()),
                    std::make_move_iterator(write.entries.end()));
  }
}

void LogTail::restart(Index last) noexcept {
  // Let go of outside the lock; its memory is used again.
  std::vector<Entry> dropped;
  dropped.reserve(entries_.capacity());
  {
    const std::lock_guard guard(mutex_);
    dropped.swap(entries_);
    begin_ = last.next();
  }
}

TailPart LogTail::read(Index first, Index last, std::size_t bytes_max) const {
  const std::lock_guard guard(mutex_);
  TailPart part{.begin = begin_, .last = begin_.previous() + entries_.size(), .entries = {}};
  std::size_t bytes = 0;
  for (Index at = std::max(first, begin_); at <= std::min(last, part.last); at = at.next()) {
    const Entry& entry = entries_[at - begin_];
    bytes += entry.payload.size();
    if (bytes > bytes_max && !part.entries.empty()) {
      break;
    }
    part.entries.push_back(entry);
  }
  return part;
}

}  // namespace buoyant::lmdb
