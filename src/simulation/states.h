// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// How far each server is, for who listens to a run: told whenever it changed.
#pragma once

#include "simulation/context.h"
#include "simulation/server.h"

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

namespace buoyant::simulation {

/// Owned by the run.
class States {
 public:
  explicit States(Context& context) : context_(context) {}

  /// Tells the state of each server that runs, if it is another one than was told before.
  void look(const std::vector<std::unique_ptr<Server>>& servers);

 private:
  /// The run of the process, and the numbers of the event `state`.
  using State = std::array<std::uint64_t, 8>;

  Context& context_;
  std::map<ServerId, State> told_;
};

}  // namespace buoyant::simulation
