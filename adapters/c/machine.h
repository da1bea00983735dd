// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A user's table of functions as a state machine.
#pragma once

#include "buoyant/base/result.h"
#include "buoyant/c/state_machine.h"
#include "buoyant/port/state_machine.h"

#include <memory>
#include <vector>

namespace buoyant::c_api {

/// Errors: kInvalidOptions (its size, or a function is missing).
Result<buoyant_state_machine_t> machine_of(const buoyant_state_machine_t& given);

class Machine final : public StateMachine {
 public:
  explicit Machine(const buoyant_state_machine_t& table) : table_(table) {}

  void apply(std::vector<Command> commands, ApplyDone done) noexcept override;

  std::unique_ptr<SnapshotSource> capture() noexcept override;

  std::unique_ptr<SnapshotTarget> install() noexcept override;

  [[nodiscard]] Index applied() const noexcept override;

 private:
  buoyant_state_machine_t table_;
};

}  // namespace buoyant::c_api
