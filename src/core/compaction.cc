// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/compaction.h"

#include "buoyant/base/assert.h"
#include "core/outbox.h"
#include "core/role.h"

#include <algorithm>
#include <iterator>

namespace buoyant::core {

namespace {

/// Configurations that the snapshot covers are in it: the last of them is the one in effect at
/// its position.
void fold_configurations(State& state, Index through) {
  auto& configurations = state.configurations;
  const auto after =
      std::find_if(configurations.begin(), configurations.end(),
                   [through](const ConfigurationAt& at) { return at.index > through; });
  if (after - configurations.begin() > 1) {
    configurations.erase(configurations.begin(), std::prev(after));
  }
}

}  // namespace

bool snapshot_taken(State& state, const SnapshotMetadata& snapshot, Index compact_through) {
  const LogPosition position = snapshot.id.position;
  if (position.index <= state.snapshot.id.position.index) {
    note(state, StepKind::kIgnored, {}, position.index, "a later snapshot is there");
    return false;
  }
  // Only what is applied is in it, and only what is committed and durable is applied.
  BUOYANT_ASSERT(position.index <= std::min(state.commit, state.trail.durable_index()));
  BUOYANT_ASSERT(state.trail.term_at(position.index) == std::optional(position.term));
  BUOYANT_ASSERT(!state.installation.snapshot.has_value());
  const Index through = std::clamp(compact_through, state.trail.base().index, position.index);
  note(state, StepKind::kSnapshotTaken, {}, position.index);
  fold_configurations(state, position.index);
  BUOYANT_ASSERT(state.configurations.front().index == snapshot.configuration_index);
  BUOYANT_ASSERT(state.configurations.front().configuration == snapshot.configuration);
  state.snapshot = snapshot;
  state.pending.snapshot = snapshot;
  state.pending.compact_through = through;
  state.trail.compact(through);
  return true;
}

void replace_log(State& state, const SnapshotMetadata& snapshot) {
  const LogPosition position = snapshot.id.position;
  BUOYANT_ASSERT(position.index > state.commit);
  BUOYANT_ASSERT(!state.is(Role::kLeader));
  state.trail.replace(position, state.commit);
  state.snapshot = snapshot;
  // One write drops the log and what was to be done to it (S1).
  state.pending.truncate_from.reset();
  state.pending.compact_through.reset();
  state.pending.created.clear();
  state.pending.snapshot = snapshot;
  state.submitted_last = position.index;
  state.installation = {.snapshot = snapshot, .write = {}};
  state.install.reset();
  // M11, M12: the configuration is that of the snapshot, whatever was in effect before.
  const ConfigurationAt configuration = {.index = snapshot.configuration_index,
                                         .configuration = snapshot.configuration};
  const bool changed = configuration != state.configurations.back();
  state.configurations = {configuration};
  if (changed) {
    configuration_changed(state);
  }
}

}  // namespace buoyant::core
