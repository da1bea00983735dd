// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// Snapshots (§5).

#include "tests/scenarios/world.h"

namespace buoyant::scenarios {

void World::on_snapshot(const Server& server, const core_cluster::HeldPacket& packet) {
  say(server.id, show_to_send(packet.packet.to, packet.packet.message, packet.after));
}

bool World::complete_files(Server& server, std::size_t from) {
  const std::size_t end = server.files.size();
  for (std::size_t left = end; left > from; --left) {
    say(server.id, "has the file" + show_snapshot(server.files[from].snapshot));
    cluster_->complete_file(server, from);
  }
  return end > from;
}

std::string World::complete_files(const Command& command) {
  if (std::string why = refuse(command.server, true); !why.empty()) {
    return why;
  }
  Server& writing = server(command.server);
  touched_.insert(command.server);
  const bool is_last = command.word == "last" && !writing.files.empty();
  return complete_files(writing, is_last ? writing.files.size() - 1 : 0)
             ? ""
             : "server " + std::to_string(command.server.value()) + " writes no such file";
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
