// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// All snapshot files of one server, without threads: what port::SnapshotStore says of them.
#pragma once

#include "adapters/files/complete_file.h"
#include "adapters/files/creation.h"
#include "adapters/files/folder.h"
#include "adapters/files/incoming.h"
#include "buoyant/base/bytes.h"
#include "buoyant/base/result.h"
#include "buoyant/model/snapshot.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace buoyant::files {

/// One thread at a time. Functions give what those of the port give.
class Shelf {
 public:
  /// Makes the names durable, removes what an earlier process was creating, looks at the heads of
  /// the others.
  /// Errors: those of Folder::open.
  static Result<Shelf> open(const FilesOptions& options);

  /// The complete files at opening, the newest last.
  [[nodiscard]] const std::vector<SnapshotId>& found() const noexcept { return found_; }

  [[nodiscard]] Result<std::unique_ptr<Creation>> create(SnapshotMetadata metadata) const {
    return Creation::begin(*folder_, std::move(metadata));
  }

  [[nodiscard]] Result<CompleteFile> open_file(const SnapshotId& id) const {
    return CompleteFile::open(*folder_, id);
  }

  [[nodiscard]] Result<Bytes> read(const SnapshotId& id, std::uint64_t offset,
                                   std::size_t bytes_max);
  [[nodiscard]] Result<std::uint64_t> held(const SnapshotMetadata& metadata);
  [[nodiscard]] Result<std::uint64_t> receive(const SnapshotMetadata& metadata,
                                              std::uint64_t offset, ByteView part);

  /// Removes these complete files, those that were found damaged, and what comes in unless it
  /// is newer than `newest`.
  void remove(const std::vector<SnapshotId>& ids, Index newest);

 private:
  explicit Shelf(Folder folder) : folder_(std::make_unique<Folder>(std::move(folder))) {}

  [[nodiscard]] Result<void> look_around();
  /// Sets incoming_ to what comes in; null: nothing does.
  [[nodiscard]] Result<void> load_incoming();
  [[nodiscard]] Result<std::uint64_t> settle_incoming(Result<void> appended);
  void drop_incoming();

  /// At one place: the others refer to it.
  std::unique_ptr<Folder> folder_;
  std::vector<SnapshotId> found_;
  std::vector<std::string> damaged_;
  /// The one that was read last: a file is sent in many parts.
  std::optional<CompleteFile> open_;
  std::unique_ptr<Incoming> incoming_;
  /// Whether incoming_ says what is in the folder.
  bool incoming_loaded_ = false;
};

}  // namespace buoyant::files
