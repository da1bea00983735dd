// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The state machine of the key-value workload: registers and lists in memory.
#pragma once

#include "buoyant/port/state_machine.h"
#include "simulation/key_value_command.h"
#include "simulation/key_value_snapshot.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace buoyant::simulation {

/// Applies at once. Takes no snapshots.
class KeyValueMachine final : public StateMachine {
 public:
  void apply(std::vector<Command> commands, ApplyDone done) noexcept override;

  std::unique_ptr<SnapshotSource> capture() noexcept override {
    return std::make_unique<KeyValueSource>(state_);
  }

  std::unique_ptr<SnapshotTarget> install() noexcept override {
    return std::make_unique<KeyValueTarget>(state_);
  }

 private:
  std::string apply(std::string_view text);

  KeyValueState state_;
};

}  // namespace buoyant::simulation
