// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The state machine of the key-value workload: registers and lists in memory.
#pragma once

#include "buoyant/port/state_machine.h"
#include "simulation/key_value_command.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace buoyant::simulation {

/// Applies at once. Its snapshots are copies, in text.
class KeyValueMachine final : public StateMachine {
 public:
  void apply(std::vector<Command> commands, ApplyDone done) noexcept override;
  std::unique_ptr<SnapshotSource> capture() noexcept override;
  std::unique_ptr<SnapshotTarget> install() noexcept override;

  /// The reply to a command that changes nothing.
  [[nodiscard]] std::string read(std::string_view text);

 private:
  class Target;

  std::string apply(std::string_view text);

  std::map<std::string, std::string> registers_;
  std::map<std::string, ListValues> lists_;
};

}  // namespace buoyant::simulation
