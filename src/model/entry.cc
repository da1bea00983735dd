// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/model/entry.h"

namespace buoyant {

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
