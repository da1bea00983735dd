// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The replicated state of buoyant-echo: none. Each line's reply is the line itself.
#pragma once

#include "buoyant/port/state_machine.h"

#include <cstdio>
#include <vector>

namespace echo {

class EchoMachine final : public buoyant::StateMachine {
 public:
  /// Writes every applied line as "INDEX TERM LINE" to `print`, flushed per batch; null: nowhere.
  explicit EchoMachine(std::FILE* print) : print_(print) {}

  void apply(std::vector<buoyant::Command> commands, buoyant::ApplyDone done) noexcept override;

 private:
  std::FILE* print_;
};

}  // namespace echo
