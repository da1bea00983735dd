// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/cluster/server_command.h"

#include <cstdlib>

namespace buoyant::bench {

void ServerCommand::add_to(CLI::App& app) {
  app.add_option("--server-id", arguments_.id)->group("");
  app.add_option("--server-data", arguments_.data)->group("");
  app.add_option("--member", members_)->group("");
  app.add_option("--snapshot-bytes", arguments_.snapshot_bytes)->group("");
  app.add_option("--server-tls", arguments_.tls)->group("");
  app.add_flag("--with-stages", arguments_.has_stages)->group("");
  app.add_flag("--lease-reads", arguments_.lease_reads)->group("");
}

int ServerCommand::run() {
  for (const std::string& member : members_) {
    const std::size_t equals = member.find('=');
    if (equals == std::string::npos) {
      return 2;
    }
    arguments_.members.push_back({.id = ServerId(std::strtoull(member.c_str(), nullptr, 10)),
                                  .address = member.substr(equals + 1)});
  }
  return run_server(arguments_);
}

}  // namespace buoyant::bench
