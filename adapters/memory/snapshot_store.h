// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Snapshot files in memory and virtual time, on an image that survives the crash of its server
/// (§5). Deterministic: everything happens in tasks of the scheduler.
#pragma once

#include "adapters/memory/scheduler.h"
#include "adapters/memory/snapshot_image.h"
#include "adapters/memory/virtual_snapshot_store.h"
#include "buoyant/base/export.h"

#include <functional>
#include <optional>
#include <vector>

namespace buoyant::memory {

struct MemorySnapshotOptions {
  /// How long one step takes: a request, or 64 KiB of a creation or an installation.
  Duration step_delay{0};
};

class BUOYANT_EXPORT MemorySnapshotStore final : public VirtualSnapshotStore {
 public:
  /// Requires: no other store uses the image. Scheduler and image outlive this.
  MemorySnapshotStore(Scheduler& scheduler, SnapshotImage& image,
                      MemorySnapshotOptions options = {})
      : VirtualSnapshotStore(image), scheduler_(scheduler), options_(options) {}

  /// As a crash: what was not reported did not happen, but for the parts that came in.
  ~MemorySnapshotStore() override;

  /// From here on nothing is written, as on a hanging disk.
  void hold_writes() noexcept { held_ = true; }

  void release_writes() noexcept;

  /// The loop hears of nothing from here on, and then of all of it at once.
  void hold_reports() noexcept { reports_are_held_ = true; }

  void release_reports() noexcept;

  /// The next step that writes ends with this error.
  void fail_next_write(Error error) noexcept { write_error_ = error; }

  /// The next one that only reads.
  void fail_next_read(Error error) noexcept { read_error_ = error; }

 private:
  void after_step(bool writes, Task task) override;
  void to_loop(Task task) override;
  void to_loop_at_end(Task task) override;
  std::optional<Error> fault(bool writes) override;

  [[nodiscard]] bool is_stuck() const override { return held_; }

  Scheduler& scheduler_;
  MemorySnapshotOptions options_;
  bool held_ = false;
  bool reports_are_held_ = false;
  std::vector<Task> reports_;
  std::optional<Error> write_error_;
  std::optional<Error> read_error_;
};

}  // namespace buoyant::memory
