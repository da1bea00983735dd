// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// Snapshots (§5).

#include "tests/scenarios/world.h"

namespace buoyant::scenarios {

void World::on_snapshot(const Server& server, const core_cluster::HeldPacket& packet) {
  say(server.id, show_to_send(packet.packet.to, packet.packet.message, packet.after));
}

std::string World::take_snapshot(const Command& command) {
  if (std::string why = refuse(command.server, true); !why.empty()) {
    return why;
  }
  if (!cluster_->take_snapshot(server(command.server), command.number)) {
    say(command.server, "has nothing to take a snapshot of");
  }
  touched_.insert(command.server);
  return "";
}

}  // namespace buoyant::scenarios
