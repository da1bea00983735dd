// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The state machine of the key-value workload: registers and lists in memory.
#pragma once

#include "buoyant/port/state_machine.h"
#include "simulation/key_value_command.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace buoyant::simulation {

/// Applies at once. Takes no snapshots.
class KeyValueMachine final : public StateMachine {
 public:
  void apply(std::vector<Command> commands, ApplyDone done) noexcept override;

  /// The reply to a command that changes nothing.
  [[nodiscard]] std::string read(std::string_view text) { return apply(text); }

 private:
  std::string apply(std::string_view text);

  std::map<std::string, std::string> registers_;
  std::map<std::string, ListValues> lists_;
};

}  // namespace buoyant::simulation
