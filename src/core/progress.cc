// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/progress.h"

#include <algorithm>

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

Progress* find_progress(ProgressTable& table, ServerId id) noexcept {
  for (Progress& progress : table) {
    if (progress.id == id) {
      return &progress;
    }
  }
  return nullptr;
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
