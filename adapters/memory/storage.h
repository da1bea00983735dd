// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Storage in memory and virtual time, with a disk that survives the crash of its server.
///
/// Deterministic: everything happens in tasks of the scheduler. Writes are picked up, and
/// merged, one task after they were submitted, become durable after the write delay, and are
/// reported in that same task.
#pragma once

#include "adapters/memory/scheduler.h"
#include "buoyant/base/export.h"
#include "buoyant/port/storage.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace buoyant::memory {

/// What survives a crash: the durable image of one server. Must outlive the storages that are
/// opened on it; one at a time is.
struct BUOYANT_EXPORT MemoryDisk {
  MemoryDisk(std::string cluster, ServerId server, std::uint64_t incarnation = 1);

  [[nodiscard]] Index last_index() const noexcept { return base.index + entries.size(); }

  /// Takes time in proportion to the entries, but for a disk without bounds.
  [[nodiscard]] std::uint64_t bytes_used() const noexcept;

  Identity identity;
  HardState hard_state;
  SnapshotMetadata snapshot;
  LogPosition base;
  /// From base.index + 1 on.
  std::vector<Entry> entries;
  std::uint64_t bootstrap = 0;
  std::vector<PeerIdentity> peers;
  bool in_use = false;
  /// What fits, of payloads and so much beside each. Entries beyond it are refused; space is low
  /// when less than an eighth is left, until it is a quarter.
  std::uint64_t bytes_max = std::numeric_limits<std::uint64_t>::max();
  static constexpr std::uint64_t kBytesBesidePayload = 64;
};

struct MemoryStorageOptions {
  Duration write_delay{0};
  Duration read_delay{0};
};

class BUOYANT_EXPORT MemoryStorage final : public port::Storage {
 public:
  /// Opens the disk: its start counter rises.
  /// Requires: no other storage is open on it. Scheduler and disk outlive this.
  MemoryStorage(Scheduler& scheduler, MemoryDisk& disk, MemoryStorageOptions options = {});

  /// Like crash().
  ~MemoryStorage() override;

  [[nodiscard]] port::StoredState take_stored_state() noexcept override;
  void start(port::StorageEvents& events) noexcept override;
  void write(port::StorageWrite write) noexcept override;
  void read(Index first, Index last, std::size_t bytes_max, port::ReadDone done) noexcept override;
  [[nodiscard]] port::StorageStatus status() const noexcept override;
  void close(std::function<void()> done) noexcept override;

  /// From here on no write becomes durable, as on a hanging disk.
  void hold_writes() noexcept;

  /// The disk goes on; what was held is durable at once.
  void release_writes() noexcept;

  /// The next write that is carried out ends like this; kNoSpace: the next one with entries.
  void fail_next_write(port::WriteOutcome outcome) noexcept;

  /// The next read ends with this error.
  void fail_next_read(Error error) noexcept;

  /// A scrub found this.
  void report_damage(const port::StorageDamage& damage) noexcept;

  /// Forgets every write that was not reported, but the first `kept` of them, which became
  /// durable without anybody hearing of it. Nothing is called back any more; the disk may be
  /// opened again.
  void crash(std::size_t kept = 0) noexcept;

 private:
  void pick_up() noexcept;
  void carry_out() noexcept;
  void finish_close() noexcept;
  [[nodiscard]] bool fits(const port::StorageWrite& write) const noexcept;
  [[nodiscard]] SpaceState judge_space() const noexcept;
  [[nodiscard]] port::WriteOutcome outcome_of(const port::StorageWrite& write) noexcept;
  void post(Duration delay, void (MemoryStorage::*step)() noexcept);
  [[nodiscard]] Result<std::vector<Entry>> read_now(Index first, Index last,
                                                    std::size_t bytes_max) noexcept;

  Scheduler& scheduler_;
  MemoryDisk& disk_;
  MemoryStorageOptions options_;
  port::StorageEvents* events_ = nullptr;
  /// Tasks in the scheduler hold it weakly: it dies with the run.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  bool taken_ = false;
  bool closing_ = false;
  std::function<void()> closed_;

  /// Submitted and not carried out; the first `in_flight_` of them are one commit under way.
  std::deque<port::StorageWrite> queue_;
  std::size_t in_flight_ = 0;
  bool pick_up_posted_ = false;
  Instant commit_began_;
  bool held_ = false;
  bool due_ = false;
  WriteId last_submitted_;

  std::optional<port::WriteOutcome> next_outcome_;
  std::optional<Error> next_read_error_;
  bool no_space_ = false;
  SpaceState space_ = SpaceState::kEnough;
  bool poisoned_ = false;
  std::size_t reads_pending_ = 0;
  std::uint64_t writes_ = 0;
  std::uint64_t commits_ = 0;
};

}  // namespace buoyant::memory
