// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The replicated state of buoyant-echo: how many lines there were. Each line's reply is the line
/// itself.
#pragma once

#include "buoyant/port/state_machine.h"

#include <cstdint>
#include <cstdio>
#include <memory>
#include <vector>

namespace echo {

class EchoMachine final : public buoyant::StateMachine {
 public:
  /// Writes every applied line as "INDEX TERM LINE" to `print`, flushed per batch; null: nowhere.
  explicit EchoMachine(std::FILE* print) : print_(print) {}

  void apply(std::vector<buoyant::Command> commands, buoyant::ApplyDone done) noexcept override;

  std::unique_ptr<buoyant::SnapshotSource> capture() noexcept override;

  std::unique_ptr<buoyant::SnapshotTarget> install() noexcept override;

  [[nodiscard]] std::uint64_t lines() const noexcept { return lines_; }

 private:
  std::FILE* print_;
  std::uint64_t lines_ = 0;
};

}  // namespace echo
