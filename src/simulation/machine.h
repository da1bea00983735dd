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
#include <vector>

namespace buoyant::simulation {

/// What state machines replied, over all servers and runs: the same command gets the same reply.
class Replies {
 public:
  explicit Replies(Context& context) : context_(context) {}

  void check(ServerId server, Index index, const Bytes& reply);

 private:
  Context& context_;
  std::map<Index, std::uint64_t> replies_;
};

/// One run of one state machine. Owned by its server.
class WatchedMachine final : public StateMachine {
 public:
  WatchedMachine(ProcessPointer process, const Disk& disk, Ledger& ledger, Replies& replies,
                 std::unique_ptr<StateMachine> machine, Random random);

  void apply(std::vector<Command> commands, ApplyDone done) noexcept override;

  /// The user's own.
  [[nodiscard]] StateMachine& inner() noexcept { return *machine_; }

 private:
  void look_at(const Command& command);
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
