// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Snapshot files of a simulated process on a simulated disk (§5): what is created or comes in
/// takes as long as the disk, fails as the disk does, and what is under way when the process
/// ends may be durable without anybody knowing, or lost.
#pragma once

#include "adapters/memory/virtual_snapshot_store.h"
#include "simulation/disk.h"
#include "simulation/draw.h"
#include "simulation/process.h"

#include <functional>
#include <memory>
#include <optional>

namespace buoyant::simulation {

/// Owned by its node. The disk outlives it.
class SimulatedSnapshotStore final : public memory::VirtualSnapshotStore {
 public:
  SimulatedSnapshotStore(ProcessPointer process, Disk& disk, Random random);
  ~SimulatedSnapshotStore() override;

  /// The process is gone: the step under way is carried out or not, and of what comes in, none
  /// of which was synced, a beginning is left. Drawn by chance.
  void crash();

  /// Null once it is destroyed.
  [[nodiscard]] const std::shared_ptr<SimulatedSnapshotStore*>& handle() const noexcept {
    return self_;
  }

 private:
  void after_step(bool writes, Task task) override;
  void to_loop(Task task) override;
  void to_loop_at_end(Task task) override;
  std::optional<Error> fault(bool writes) override;

  [[nodiscard]] bool is_stuck() const override { return disk_.stuck; }

  ProcessPointer process_;
  Disk& disk_;
  Random random_;
  std::shared_ptr<SimulatedSnapshotStore*> self_;
  bool crashed_ = false;
};

}  // namespace buoyant::simulation
