// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Storage of a simulated process on a simulated disk: writes become durable later, are reported
/// later still, and what was not reported may be lost or kept when the process ends.
#pragma once

#include "buoyant/port/storage.h"
#include "simulation/disk.h"
#include "simulation/draw.h"
#include "simulation/process.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace buoyant::simulation {

/// Moments around a write at which a server may be made to crash.
enum class WriteMoment : std::uint8_t {
  kSubmitted,  ///< Nothing of it is durable.
  kDurable,    ///< All of it is, and nobody was told.
};

/// Hears of writes as they happen.
class StorageWatcher {
 public:
  StorageWatcher() = default;
  StorageWatcher(const StorageWatcher&) = delete;
  StorageWatcher& operator=(const StorageWatcher&) = delete;

  virtual void on_submitted(Process& process, const port::StorageWrite& write) = 0;
  /// The process may be gone when this returns.
  virtual void on_moment(Process& process, WriteMoment moment, const port::StorageWrite& write) = 0;
  /// The node is told of a failure now.
  virtual void on_failure_reported(Process& process) = 0;

 protected:
  ~StorageWatcher() = default;
};

/// Owned by its node. The disk and the watcher outlive it.
class SimulatedStorage final : public port::Storage {
 public:
  SimulatedStorage(ProcessPointer process, Disk& disk, StorageWatcher& watcher, Random random);
  ~SimulatedStorage() override;

  [[nodiscard]] port::StoredState take_stored_state() noexcept override { return disk_.open(); }

  void start(port::StorageEvents& events) noexcept override { events_ = &events; }

  void write(port::StorageWrite write) noexcept override;
  void read(Index first, Index last, std::size_t bytes_max, port::ReadDone done) noexcept override;
  [[nodiscard]] port::StorageStatus status() const noexcept override;
  void close(std::function<void()> done) noexcept override;

  /// The process is gone: of what is under way, a part drawn by chance becomes durable.
  void crash();

  /// Null once it is destroyed.
  [[nodiscard]] const std::shared_ptr<SimulatedStorage*>& handle() const noexcept { return self_; }

  /// The disk goes on after it was stuck.
  void unstick();

 private:
  using Self = std::shared_ptr<SimulatedStorage*>;

  /// Runs a step later, unless this is gone by then.
  void post(Duration delay, void (SimulatedStorage::*step)());
  void pick_up();
  void carry_out();
  void carry_out_one(const port::StorageWrite& write);
  [[nodiscard]] port::WriteOutcome outcome_of(const port::StorageWrite& write);
  void report();
  [[nodiscard]] Result<std::vector<Entry>> read_now(Index first, Index last, std::size_t bytes_max);

  ProcessPointer process_;
  Disk& disk_;
  StorageWatcher& watcher_;
  Random random_;
  Self self_;
  port::StorageEvents* events_ = nullptr;

  /// Submitted and not carried out; the first `in_flight_` of them are one commit.
  std::deque<port::StorageWrite> queue_;
  std::size_t in_flight_ = 0;
  bool pick_up_posted_ = false;
  /// The commit is due, and the disk is stuck.
  bool overdue_ = false;
  Instant commit_began_;
  std::deque<std::pair<WriteId, port::WriteOutcome>> reports_;
  bool no_space_ = false;
  bool poisoned_ = false;
  bool crashed_ = false;
  std::size_t reads_pending_ = 0;
  std::function<void()> closed_;
  std::uint64_t writes_ = 0;
  std::uint64_t commits_ = 0;
};

}  // namespace buoyant::simulation
