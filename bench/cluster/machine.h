// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The state machine of a benchmark's server: it applies nothing, for what is measured is
/// replication; and its state in a snapshot is as large as one wants, and says nothing.
#pragma once

#include "bench/cluster/stage_clock.h"
#include "buoyant/port/state_machine.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace buoyant::bench {

class BenchMachine final : public StateMachine {
 public:
  /// 0 bytes: it gives no snapshots, so the log is kept as a whole. `stages`, which outlives it,
  /// is told of what is applied; null: nobody is.
  BenchMachine(std::uint64_t snapshot_bytes, StageClock* stages)
      : snapshot_bytes_(snapshot_bytes), stages_(stages) {}

  void apply(std::vector<Command> commands, ApplyDone done) noexcept override;
  std::unique_ptr<SnapshotSource> capture() noexcept override;
  std::unique_ptr<SnapshotTarget> install() noexcept override;

 private:
  std::uint64_t snapshot_bytes_;
  StageClock* stages_;
};

}  // namespace buoyant::bench
