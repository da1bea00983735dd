// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The real log and snapshot files in one data directory, with verbs that wait.
#pragma once

#include "adapters/files/snapshot_store.h"
#include "adapters/lmdb/storage.h"
#include "buoyant/conformance/storage_conformance_fixture.h"
#include "tests/adapters/lmdb/support.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace buoyant::golden {

inline constexpr const char* kCluster = "golden";
inline constexpr ServerId kServer{2};

/// Tests only; a failure of the stores is one of the test.
class Stores {
 public:
  explicit Stores(std::string directory) : directory_(std::move(directory)) {}

  Stores(const Stores&) = delete;
  Stores& operator=(const Stores&) = delete;
  ~Stores();

  /// The error if they do not open.
  [[nodiscard]] Result<void> open();

  /// As a process does that ends as it should.
  void close();

  /// Waits for its outcome.
  port::WriteOutcome write(port::StorageWrite write);

  /// All that is stored between.
  [[nodiscard]] std::vector<Entry> read(Index first, Index last);

  [[nodiscard]] Result<SnapshotMetadata> create(SnapshotMetadata metadata, std::string text);
  Result<std::uint64_t> receive(const SnapshotMetadata& metadata, std::uint64_t offset,
                                const std::string& part);
  [[nodiscard]] Result<std::uint64_t> held(const SnapshotMetadata& metadata);
  /// The contents; an error's name.
  [[nodiscard]] std::string contents(const SnapshotId& id);

  /// What was found at opening.
  [[nodiscard]] const port::StoredState& state() const noexcept { return state_; }

  [[nodiscard]] std::vector<SnapshotId> files() const { return files_->found(); }

  [[nodiscard]] Index last() const { return last_; }

  /// How disks fail.
  [[nodiscard]] lmdb::support::FaultyCommits& commits() noexcept { return commits_; }

 private:
  template <class T, class Ask>
  Result<T> ask(Ask ask);

  std::string directory_;
  std::shared_ptr<support::WatchingLoop> loop_ = std::make_shared<support::WatchingLoop>();
  lmdb::support::FaultyCommits commits_;
  conformance::StorageRecorder recorder_;
  std::unique_ptr<lmdb::LmdbStorage> storage_;
  std::unique_ptr<files::FilesSnapshotStore> files_;
  port::StoredState state_;
  Index last_;
  std::uint64_t writes_ = 0;
};

}  // namespace buoyant::golden
