// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The rolling upgrade of a run with mixed versions: servers are started again as the present
/// release one at a time, some go back to the earlier one, and some clusters stay mixed.
#pragma once

#include "simulation/server.h"

#include <cstddef>
#include <memory>
#include <vector>

namespace buoyant::simulation {

/// Owned by the run. Everything that it draws comes from a stream of its own.
class Upgrades {
 public:
  Upgrades(ServerWorld& world, std::vector<std::unique_ptr<Server>>& servers);

  /// Says which servers begin as the earlier release and when each is upgraded; nothing in a run
  /// without one. Before the first server starts.
  void start();

 private:
  /// From its next process on.
  void change(Server& server, bool earlier);
  void schedule(std::size_t steps);

  Context& context_;
  std::vector<std::unique_ptr<Server>>& servers_;
  Random random_;
};

}  // namespace buoyant::simulation
