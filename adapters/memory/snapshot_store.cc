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
  if (reports_are_held_) {
    reports_.push_back(std::move(task));
  } else {
    scheduler_.post(std::move(task));
  }
}

void MemorySnapshotStore::release_reports() noexcept {
  reports_are_held_ = false;
  scheduler_.post([reports = std::exchange(reports_, {})] {
    for (const Task& report : reports) {
      report();
    }
  });
}

void MemorySnapshotStore::to_loop_at_end(Task task) {
  scheduler_.post(std::move(task));
}

std::optional<Error> MemorySnapshotStore::fault(bool writes) {
  return std::exchange(writes ? write_error_ : read_error_, std::nullopt);
}

}  // namespace buoyant::memory
