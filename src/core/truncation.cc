// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/truncation.h"

#include "buoyant/base/assert.h"
#include "core/role.h"

#include <algorithm>

namespace buoyant::core {

namespace {

/// Takes everything at `from` and after out of memory.
void forget(State& state, Index from) {
  state.trail.truncate(from);
  auto& created = state.pending.created;
  while (!created.empty() && created.back().index >= from) {
    created.pop_back();
  }
  // §4.1: a configuration that leaves the log is not in effect any more (M7).
  bool changed = false;
  while (state.configurations.size() > 1 && state.configurations.back().index >= from) {
    state.configurations.pop_back();
    changed = true;
  }
  if (changed) {
    configuration_changed(state);
  }
}

}  // namespace

void truncate(State& state, Index from) {
  BUOYANT_ASSERT(from > state.commit);
  if (from <= state.submitted_last) {
    auto& truncate_from = state.pending.truncate_from;
    truncate_from = truncate_from ? std::min(*truncate_from, from) : from;
    state.submitted_last = from.previous();
  }
  forget(state, from);
}

void drop_tail_without_space(State& state) {
  // A snapshot that replaced the log needs no space for entries: its write is carried out.
  const Index durable = std::max(state.trail.durable_index(), state.trail.base().index);
  state.following.verified = std::min(state.following.verified, durable);
  state.following.acknowledgement_owed = false;
  // What others hold may have been committed beyond our disk; a crash would forget that too.
  // Nothing beyond it was applied here.
  state.commit = std::min(state.commit, durable);
  state.submitted_last = std::min(state.submitted_last, durable);
  auto& truncate_from = state.pending.truncate_from;
  if (truncate_from && *truncate_from > durable.next()) {
    truncate_from.reset();
  }
  forget(state, durable.next());
}

}  // namespace buoyant::core
