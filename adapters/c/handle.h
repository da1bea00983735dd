// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What stands behind buoyant_node_t: the node and what it borrows.
#pragma once

#include "adapters/c/machine.h"
#include "adapters/c/observer.h"
#include "buoyant/c/types.h"
#include "buoyant/node.h"
#include "buoyant/report.h"
#include "buoyant/sessions.h"

#include <cstddef>
#include <memory>
#include <optional>

/// Freed by the last close callback.
struct buoyant_node_s {
  buoyant_node_s(const buoyant_state_machine_t& table, const buoyant_observer_t& observing)
      : machine(table), observer(observing) {}

  void* data = nullptr;
  /// Calls of buoyant_close whose callback did not run yet.
  std::size_t closing = 0;
  buoyant::c_api::Machine machine;
  buoyant::c_api::TableObserver observer;
  /// In front of the observer, if that has a function for the log.
  std::optional<buoyant::LogObserver> log;
  /// Around the machine, if the user asked for it.
  std::optional<buoyant::SessionStateMachine> sessions;
  std::unique_ptr<buoyant::Node> node;
};
