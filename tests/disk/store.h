// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The two real adapters of one server in one directory, with calls that wait.
///
/// ROOT/data is the data directory and ROOT/data/snapshots that of the snapshots, as
/// buoyant::standard lays them out. The map is small, so that the file grows.
#pragma once

#include "adapters/files/snapshot_store.h"
#include "adapters/lmdb/storage.h"
#include "tests/disk/log_state.h"
#include "tests/support/watching_loop.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace buoyant::disk {

inline constexpr const char* kCluster = "disk-rig";
inline constexpr ServerId kServer{1};
/// A few batches: they begin at the front of the journal again all the time.
inline constexpr std::uint64_t kJournalBytes = std::uint64_t{16} << 10U;

struct StoreOptions {
  std::string root;
  std::string cluster = kCluster;
  ServerId server = kServer;
  /// A moment: the journal goes into the tables whenever nothing is written.
  Duration journal_quiet = std::chrono::seconds(1);
};

/// The contents of a snapshot are known from its place: a small number of bytes, sometimes many.
[[nodiscard]] Bytes snapshot_contents(const SnapshotId& id);

/// `metadata` with the contents' size and checksum. Requires: all else is set.
[[nodiscard]] SnapshotMetadata with_contents(SnapshotMetadata metadata);

/// Gives snapshot_contents part by part.
[[nodiscard]] std::unique_ptr<SnapshotSource> make_source(const SnapshotId& id);

class Store final : private port::StorageEvents {
 public:
  static Result<std::unique_ptr<Store>> open(const StoreOptions& options);

  ~Store();

  [[nodiscard]] const port::StoredState& found() const noexcept { return found_; }

  [[nodiscard]] port::SnapshotStore& snapshots() noexcept { return *snapshots_; }

  [[nodiscard]] support::WatchingLoop& loop() noexcept { return *loop_; }

  /// All that the log's storage holds.
  /// Errors: its own; kFaulted: its parts do not agree.
  Result<LogState> read_log();

  /// Does not wait. Ids are this class's.
  WriteId submit(port::StorageWrite write);

  /// What the next write will be called.
  [[nodiscard]] WriteId next_write() const noexcept { return submitted_.next(); }

  [[nodiscard]] WriteId written() const noexcept { return written_; }

  /// Set: a write was not durable.
  [[nodiscard]] const std::optional<Error>& write_error() const noexcept { return error_; }

  /// Waits for all writes.
  Result<void> wait_for_writes();

  /// Called with each completion, from the loop.
  std::function<void(WriteId through)> on_durable;

  /// Whether a complete file has just the contents that it must have; all of it is read.
  Result<void> check_snapshot(const SnapshotId& id);

  /// What a call of the snapshot store answers.
  template <class T, class Call>
  Result<T> ask(Call call) {
    // Shared: an answer that comes after our patience ended finds it.
    auto answer = std::make_shared<std::optional<Result<T>>>();
    call([answer](Result<T> result) { *answer = std::move(result); });
    if (!loop_->run_until([&] { return answer->has_value(); })) {
      return fail(Errc::kOutcomeUnknown, "no answer from the snapshot store");
    }
    return std::move(**answer);
  }

  /// Closes both, and waits.
  void close();

 private:
  Store() = default;

  void on_written(WriteId through, port::WriteOutcome outcome, Error error) noexcept override;
  Result<void> read_entries(LogState& state, Index last);

  std::shared_ptr<support::WatchingLoop> loop_ = std::make_shared<support::WatchingLoop>();
  port::StoredState found_;
  std::unique_ptr<lmdb::LmdbStorage> log_;
  std::unique_ptr<files::FilesSnapshotStore> snapshots_;
  WriteId submitted_;
  WriteId written_;
  std::optional<Error> error_;
};

}  // namespace buoyant::disk
