// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/disk/log_state.h"

#include "buoyant/base/assert.h"

#include <algorithm>
#include <sstream>

namespace buoyant::disk {

StoredEntry stored(Index index, const Entry& entry) {
  return {.term = entry.term, .kind = entry.kind, .sum = entry_checksum(index, entry)};
}

LogChange change_of(const port::StorageWrite& write) {
  LogChange change{.id = write.id,
                   .hard_state = write.hard_state,
                   .truncate_from = write.truncate_from,
                   .first = write.first,
                   .entries = {},
                   .compact_through = write.compact_through,
                   .snapshot = write.snapshot};
  for (std::size_t at = 0; at < write.entries.size(); ++at) {
    change.entries.push_back(stored(write.first + at, write.entries[at]));
  }
  return change;
}

Term LogState::term_at(Index index) const {
  BUOYANT_ASSERT(index >= base.index);
  BUOYANT_ASSERT(index <= last());
  return index == base.index ? base.term : entries[index - base.index - 1].term;
}

void LogState::apply(const LogChange& change) {
  if (change.hard_state) {
    hard_state = *change.hard_state;
  }
  if (change.truncate_from && *change.truncate_from <= last()) {
    entries.resize(*change.truncate_from - base.index - 1);
  }
  if (change.snapshot) {
    snapshot = *change.snapshot;
    if (!change.compact_through) {
      base = snapshot.id.position;
      entries.clear();
    }
  }
  if (!change.entries.empty()) {
    BUOYANT_ASSERT(change.first == last().next());
    if (change.first == Index(1) && bootstrap == 0) {
      bootstrap = change.entries.front().sum;
    }
    entries.insert(entries.end(), change.entries.begin(), change.entries.end());
  }
  if (change.compact_through) {
    const Index through = std::min(*change.compact_through, last());
    if (through > base.index) {
      const Term term = term_at(through);
      entries.erase(entries.begin(),
                    entries.begin() + static_cast<std::ptrdiff_t>(through - base.index));
      base = {.term = term, .index = through};
    }
  }
}

std::string describe(const LogState& state) {
  std::ostringstream text;
  text << "term " << state.hard_state.term.value() << " vote " << state.hard_state.voted_for.value()
       << " log (" << state.base.index.value() << ", " << state.last().value() << "] base term "
       << state.base.term.value() << " snapshot " << state.snapshot.id.position.index.value()
       << " bootstrap " << state.bootstrap;
  return text.str();
}

std::string difference(const LogState& expected, const LogState& found) {
  std::ostringstream text;
  text << "expected " << describe(expected) << "; found " << describe(found);
  const std::size_t common = std::min(expected.entries.size(), found.entries.size());
  for (std::size_t at = 0; at < common && expected.base == found.base; ++at) {
    if (!(expected.entries[at] == found.entries[at])) {
      text << "; entry " << (found.base.index + at + 1).value() << " differs";
      break;
    }
  }
  return text.str();
}

}  // namespace buoyant::disk
