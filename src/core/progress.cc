// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/progress.h"

#include <algorithm>
#include <utility>

namespace buoyant::core {

void Progress::probe_from(Index from) noexcept {
  state = ProgressState::kProbe;
  next = std::max(from, match.next());
  probe_sent = false;
  probe_through = {};
  check_round = {};
}

void Progress::wait_for_probe(Index last) noexcept {
  probe_sent = true;
  probe_through = last;
  check_round = {};
}

void Progress::agree(Index index) noexcept {
  state = ProgressState::kReplicate;
  next = std::max(next, index.next());
  probe_sent = false;
}

const Progress* find_progress(const ProgressTable& table, ServerId id) noexcept {
  const auto found = std::find_if(table.begin(), table.end(),
                                  [id](const Progress& each) { return each.id == id; });
  return found == table.end() ? nullptr : &*found;
}

Progress* find_progress(ProgressTable& table, ServerId id) noexcept {
  return const_cast<Progress*>(find_progress(std::as_const(table), id));
}

const char* progress_name(ProgressState state) noexcept {
  switch (state) {
    case ProgressState::kProbe:
      return "probe";
    case ProgressState::kReplicate:
      return "replicate";
    case ProgressState::kSnapshot:
      return "snapshot";
  }
  return "?";
}

}  // namespace buoyant::core
