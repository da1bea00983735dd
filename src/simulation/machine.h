// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The user's state machine under observation: what it is given, in which order, what it replies.
#pragma once

#include "buoyant/port/state_machine.h"
#include "simulation/disk.h"
#include "simulation/draw.h"
#include "simulation/ledger.h"
#include "simulation/process.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace buoyant::simulation {

/// What state machines replied, over all servers and runs: the same command gets the same reply.
class Replies {
 public:
  explicit Replies(Context& context) : context_(context) {}

  void check(ServerId server, Index index, const Bytes& reply);

  /// The state after the command at `index`, as text: the same wherever it is captured, and
  /// where a snapshot of it was installed (I7).
  void check_state(ServerId server, Index index, const std::string& text, const char* what);

 private:
  Context& context_;
  std::map<Index, std::uint64_t> replies_;
  std::map<Index, std::uint64_t> states_;
};

/// One run of one state machine. Owned by its server.
class WatchedMachine final : public StateMachine {
 public:
  WatchedMachine(ProcessPointer process, const Disk& disk, Ledger& ledger, Replies& replies,
                 std::unique_ptr<StateMachine> machine, Random random);

  void apply(std::vector<Command> commands, ApplyDone done) noexcept override;
  /// What it gives is preceded by the index of the last command.
  std::unique_ptr<SnapshotSource> capture() noexcept override;
  std::unique_ptr<SnapshotTarget> install() noexcept override;

 private:
  class Target;

  void look_at(const Command& command);
  Result<void> adopt(const std::string& text);
  void finish(const std::vector<Index>& indexes, std::vector<Bytes> replies, ApplyDone done);

  ProcessPointer process_;
  const Disk& disk_;
  Ledger& ledger_;
  Replies& replies_;
  std::unique_ptr<StateMachine> machine_;
  Random random_;
  Index applied_;
  bool busy_ = false;
};

}  // namespace buoyant::simulation
