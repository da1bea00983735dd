// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/snapshot_store.h"

#include <cstdint>
#include <utility>

namespace buoyant::simulation {

namespace {

/// From a worker to the loop and back.
constexpr Duration kFilesHandover = std::chrono::microseconds(5);

}  // namespace

SimulatedSnapshotStore::SimulatedSnapshotStore(ProcessPointer process, Disk& disk, Random random)
    : VirtualSnapshotStore(disk.files()),
      process_(std::move(process)),
      disk_(disk),
      random_(random),
      self_(std::make_shared<SimulatedSnapshotStore*>(this)) {}

SimulatedSnapshotStore::~SimulatedSnapshotStore() {
  drop(false);
  *self_ = nullptr;
}

void SimulatedSnapshotStore::crash() {
  if (std::exchange(crashed_, true)) {
    return;
  }
  const bool finish_step = random_.chance(1, 2);
  const bool loses_some = random_.chance(1, 2);
  drop(finish_step);
  const std::uint64_t left = draw_from(random_, 0, image().incoming_bytes());
  if (loses_some) {
    image().shorten_incoming(left);
  }
}

// The disk does not stand still with the process; what it reports does.
void SimulatedSnapshotStore::after_step(bool writes, Task task) {
  const Duration around = draw_around(random_, writes ? disk_.write_time : disk_.read_time);
  process_->context().timeline.post(kFilesHandover + around, std::move(task));
}

void SimulatedSnapshotStore::to_loop(Task task) {
  process_->post(kFilesHandover, Input::kWorker, std::move(task));
}

void SimulatedSnapshotStore::to_loop_at_end(Task task) {
  process_->post(kFilesHandover, Input::kTeardown, std::move(task));
}

std::optional<Error> SimulatedSnapshotStore::fault(bool writes) {
  if (writes && disk_.full) {
    return Error(Errc::kStorageFull, "simulated disk: no space for a snapshot");
  }
  if (writes && disk_.fail_next_file_write) {
    const Errc code = *std::exchange(disk_.fail_next_file_write, std::nullopt);
    return Error(code, "simulated disk: a snapshot cannot be written");
  }
  if (!writes && std::exchange(disk_.fail_next_file_read, false)) {
    return Error(Errc::kStorageFailed, "simulated disk: a snapshot cannot be read");
  }
  return std::nullopt;
}

}  // namespace buoyant::simulation
