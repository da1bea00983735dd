// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/state.h"

#include <algorithm>
#include <utility>

namespace buoyant::core {

State::State(const RaftOptions& raft_options, RestoredState restored, Instant at)
    : options(raft_options),
      random(raft_options.seed),
      now(at),
      hard_state(restored.hard_state),
      trail(restored.base, restored.runs),
      snapshot(std::move(restored.snapshot)),
      commit(std::max({trail.base().index, snapshot.id.position.index, restored.applied})),
      submitted_last(trail.last().index) {
  configurations.push_back(
      {.index = snapshot.configuration_index, .configuration = snapshot.configuration});
  for (ConfigurationAt& stored : restored.configurations) {
    // The log may reach back behind the snapshot.
    if (stored.index > configurations.back().index) {
      configurations.push_back(std::move(stored));
    }
  }
  note_membership();
  standing.term = hard_state.term;
  announced = standing;
}

void State::note_membership() noexcept {
  was_member = was_member || std::any_of(configurations.begin(), configurations.end(),
                                         [this](const ConfigurationAt& each) {
                                           return each.configuration.find(options.id) != nullptr;
                                         });
}

const ConfigurationAt& State::committed_configuration() const noexcept {
  std::size_t at = configurations.size() - 1;
  while (at > 0 && configurations[at].index > commit) {
    --at;
  }
  return configurations[at];
}

}  // namespace buoyant::core
