// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The snapshot files of one server as they are on its disk (§5): what survives its processes.
#pragma once

#include "buoyant/base/bytes.h"
#include "buoyant/base/export.h"
#include "buoyant/base/result.h"
#include "buoyant/model/snapshot.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace buoyant::memory {

/// A file that is complete. Never changed, but for the byte that goes bad.
struct BUOYANT_EXPORT SnapshotFile {
  SnapshotMetadata metadata;
  std::string contents;
  /// The byte that went bad.
  std::optional<std::uint64_t> corrupt_at = std::nullopt;

  /// Errors: kMalformed (beyond the end), kStorageCorrupt.
  [[nodiscard]] Result<Bytes> read(std::uint64_t offset, std::size_t bytes_max) const;
};

/// What port::SnapshotStore says of files, at once and without a disk in between. One store at a
/// time uses it; it must outlive that.
class BUOYANT_EXPORT SnapshotImage {
 public:
  /// The complete files, the newest last.
  [[nodiscard]] std::vector<SnapshotId> found() const;

  /// Null: not there, or not complete.
  [[nodiscard]] std::shared_ptr<const SnapshotFile> find(const SnapshotId& id) const;

  /// A number for a file that is being created; never the same again.
  [[nodiscard]] std::uint64_t next_sequence() noexcept { return ++sequence_; }

  /// A created file is complete: `id.checksum` and `bytes` are set here.
  SnapshotMetadata add(SnapshotMetadata metadata, std::string contents);

  [[nodiscard]] std::uint64_t held(const SnapshotMetadata& metadata) const;

  /// Errors: kMalformed, kStorageCorrupt.
  Result<std::uint64_t> receive(const SnapshotMetadata& metadata, std::uint64_t offset,
                                ByteView part);

  void remove(const SnapshotId& id);

  /// What comes in goes, unless it is newer than this.
  void drop_incoming_through(Index index);

  void drop_incoming() { incoming_.reset(); }

  /// How much of what comes in is here; 0: nothing comes in.
  [[nodiscard]] std::uint64_t incoming_bytes() const noexcept {
    return incoming_ ? incoming_->contents.size() : 0;
  }

  /// A crash before it was synced: of what comes in only the first `bytes` are left.
  void shorten_incoming(std::uint64_t bytes);

  /// A byte of a complete file goes bad. False: there is no such file, or it is empty.
  bool corrupt(const SnapshotId& id, std::uint64_t at);

 private:
  void insert(SnapshotFile file);

  /// Ordered as found() is.
  std::vector<std::shared_ptr<SnapshotFile>> files_;
  std::optional<SnapshotFile> incoming_;
  std::uint64_t sequence_ = 0;
};

}  // namespace buoyant::memory
