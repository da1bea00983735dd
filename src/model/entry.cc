// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/model/entry.h"

#include "buoyant/base/checksum.h"
#include "buoyant/base/little_endian.h"

#include <array>

namespace buoyant {

std::uint64_t entry_checksum(Index index, const Entry& entry) noexcept {
  std::array<std::byte, 17> head{};
  store_le64(head.data(), index.value());
  store_le64(head.data() + 8, entry.term.value());
  head[16] = static_cast<std::byte>(entry.kind);
  const std::uint64_t value = checksum(entry.payload.view(), checksum(head));
  return value == 0 ? 1 : value;
}

std::uint64_t count_of(const std::vector<TermRun>& runs) noexcept {
  std::uint64_t count = 0;
  for (const TermRun& run : runs) {
    count += run.count;
  }
  return count;
}

void append_run(std::vector<TermRun>& runs, Term term, std::uint64_t count) {
  if (count == 0) {
    return;
  }
  if (!runs.empty() && runs.back().term == term) {
    runs.back().count += count;
    return;
  }
  runs.push_back({.term = term, .count = count});
}

}  // namespace buoyant
