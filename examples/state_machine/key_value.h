// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Example: a state machine with snapshots. A map of texts; commands are texts, too.
///
///   set KEY VALUE   replies what KEY had before
///   del KEY         replies what KEY had
///   anything else   replies "?" and changes nothing: a committed command cannot fail
///
/// Copy it for a state machine of your own, and keep its test: what is in a state machine must
/// follow from the commands alone, and the conformance suite finds much of what does not.
///
/// It is for states that are small: capture() copies the map while the loop waits. A large one
/// wants a structure of which a frozen version costs nothing, or a copy-on-write file.
#pragma once

#include "buoyant/port/state_machine.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace key_value {

/// In order: servers with equal maps give equal snapshots.
using Map = std::map<std::string, std::string, std::less<>>;

class KeyValue final : public buoyant::StateMachine {
 public:
  void apply(std::vector<buoyant::Command> commands, buoyant::ApplyDone done) noexcept override;

  std::unique_ptr<buoyant::SnapshotSource> capture() noexcept override;

  /// The target must not outlive this.
  std::unique_ptr<buoyant::SnapshotTarget> install() noexcept override;

  /// What KEY has; "": nothing.
  [[nodiscard]] std::string_view get(std::string_view key) const;

 private:
  std::string execute(std::string_view command);
  std::string replace(std::string_view key, std::string_view value);

  Map map_;
};

}  // namespace key_value
