// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/memory/snapshot_store.h"

#include <utility>

namespace buoyant::memory {

MemorySnapshotStore::~MemorySnapshotStore() {
  drop(false);
}

void MemorySnapshotStore::release_writes() noexcept {
  held_ = false;
  unstick();
}

void MemorySnapshotStore::after_step(bool /*writes*/, Task task) {
  scheduler_.post_at(scheduler_.now() + options_.step_delay, std::move(task));
}

void MemorySnapshotStore::to_loop(Task task) {
  scheduler_.post(std::move(task));
}

void MemorySnapshotStore::to_loop_at_end(Task task) {
  scheduler_.post(std::move(task));
}

std::optional<Error> MemorySnapshotStore::fault(bool writes) {
  return std::exchange(writes ? write_error_ : read_error_, std::nullopt);
}

}  // namespace buoyant::memory
