// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Files fulfil port::SnapshotStore (§5): one directory, one file for each snapshot.
///
/// The directory holds LOCK (locked for as long as anything of this run may write), the files
/// (name.h), and nothing else. The process must not fork and go on in the child.
///
/// Where things are: name, head and chunks for what is on the disk; file and folder for the
/// operating system; complete_file, creation and incoming for the three kinds of files; shelf
/// for all of them; job and engine for the thread.
#pragma once

#include "adapters/files/engine.h"
#include "adapters/files/options.h"
#include "buoyant/base/export.h"
#include "buoyant/port/loop_poster.h"
#include "buoyant/port/snapshot_store.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace buoyant::files {

class BUOYANT_EXPORT FilesSnapshotStore final : public port::SnapshotStore {
 public:
  /// Opens, or makes, `options.directory`. The only call that blocks.
  /// Errors: kInvalidOptions, kDirectoryInUse, kStorageFailed.
  static Result<std::unique_ptr<FilesSnapshotStore>> open(const FilesOptions& options,
                                                          std::shared_ptr<port::LoopPoster> poster);

  /// Without close: waits for the step under way, but no longer than the hang limit.
  ~FilesSnapshotStore() override;

  [[nodiscard]] std::vector<SnapshotId> found() const override { return found_; }

  void create(SnapshotMetadata metadata, std::unique_ptr<SnapshotSource> source,
              CreateDone done) noexcept override;
  void read(const SnapshotId& id, std::uint64_t offset, std::size_t bytes_max,
            ReadDone done) noexcept override;
  void held(const SnapshotMetadata& metadata, HeldDone done) noexcept override;
  void receive(const SnapshotMetadata& metadata, std::uint64_t offset, Bytes part,
               HeldDone done) noexcept override;
  void install(const SnapshotId& id, std::shared_ptr<SnapshotTarget> target,
               InstallDone done) noexcept override;
  void retain_only(std::vector<SnapshotId> ids) noexcept override;
  void close(std::function<void()> done) noexcept override;

 private:
  /// What answers find on the loop; gone or closed when nobody wants them any more.
  class LoopSide;

  FilesSnapshotStore(const FilesOptions& options, std::shared_ptr<port::LoopPoster> poster,
                     Shelf shelf);

  template <class T>
  void ask(bool is_long, std::function<void(Result<T>)> done, std::unique_ptr<Job> job);

  Duration hang_limit_;
  std::shared_ptr<port::LoopPoster> poster_;
  std::vector<SnapshotId> found_;
  std::uint64_t last_sequence_ = 0;
  std::shared_ptr<LoopSide> loop_side_;
  /// Null and not joinable after close.
  std::shared_ptr<Engine> engine_;
  std::thread thread_;
};

}  // namespace buoyant::files
