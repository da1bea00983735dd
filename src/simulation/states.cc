// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/states.h"

namespace buoyant::simulation {

namespace {

enum class Membership : std::uint8_t { kNone, kVoter, kLearner, kRemoved };

Membership membership_of(const NodeStatus& status) {
  if (status.removed) {
    return Membership::kRemoved;
  }
  if (status.configuration.find(status.id) == nullptr) {
    return Membership::kNone;
  }
  return status.configuration.is_voter(status.id) ? Membership::kVoter : Membership::kLearner;
}

}  // namespace

void States::look(const std::vector<std::unique_ptr<Server>>& servers) {
  for (const auto& server : servers) {
    if (!server->is_running() || !server->process()->is_alive()) {
      continue;
    }
    const NodeStatus status = server->node().status();
    const State state = {
        server->process()->start(), status.commit.value(),
        status.applied.value(),     status.durable.value(),
        status.last.index.value(),  status.first.value(),
        status.snapshot.value(),    static_cast<std::uint64_t>(membership_of(status))};
    State& told = told_[server->id()];
    if (told != state) {
      told = state;
      context_.tell(server->id(), "state",
                    {state[1], state[2], state[3], state[4], state[5], state[6], state[7]});
    }
  }
}

}  // namespace buoyant::simulation
