// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Who should lead: leadership handed over, and what makes a server unfit for it.

#include "tests/scenarios/world.h"

namespace buoyant::scenarios {

std::string World::transfer(const Command& command) {
  if (std::string why = refuse(command.server, true); !why.empty()) {
    return why;
  }
  const auto target = cluster_->transfer(server(command.server), ServerId(command.number));
  say(command.server,
      target ? "hands over to " + std::to_string(target->value())
             : std::string("refused: ") + target.error().name() + ", " + target.error().context());
  touched_.insert(command.server);
  return "";
}

std::string World::set_space(const Command& command) {
  if (std::string why = refuse(command.server, true); !why.empty()) {
    return why;
  }
  Server& of = server(command.server);
  of.raft->set_space(cluster_->now(of),
                     command.word == "low" ? SpaceState::kLow : SpaceState::kEnough);
  touched_.insert(command.server);
  return "";
}

}  // namespace buoyant::scenarios
