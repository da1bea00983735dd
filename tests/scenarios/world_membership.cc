// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// Changes of who takes part (§4).

#include "tests/scenarios/world.h"

namespace buoyant::scenarios {

std::string World::change(const Command& command) {
  if (std::string why = refuse(command.server, true); !why.empty()) {
    return why;
  }
  Server& asked = server(command.server);
  const Index based_on =
      command.number == 0 ? asked.raft->configuration().index : Index(command.number);
  const auto number =
      asked.raft->change_membership(cluster_->now(asked), command.members, based_on);
  say(command.server, number ? "change " + std::to_string(*number) + " begins"
                             : std::string("refused: ") + number.error().name());
  touched_.insert(command.server);
  return "";
}

std::string World::tell_removed(const Command& command) {
  if (std::string why = refuse(command.server, true); !why.empty()) {
    return why;
  }
  Server& told = server(command.server);
  told.raft->told_removed(cluster_->now(told));
  touched_.insert(command.server);
  return "";
}

}  // namespace buoyant::scenarios
