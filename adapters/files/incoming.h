// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The snapshot file that comes in from another server: what is held of it, also since an
/// earlier process, and how it becomes complete.
///
/// Its head is written first, its chunks as they fill. None of it is synced before the end; the
/// checksums tell what of it a crash has left.
#pragma once

#include "adapters/files/chunks.h"
#include "adapters/files/file.h"
#include "adapters/files/folder.h"
#include "buoyant/base/bytes.h"
#include "buoyant/base/result.h"
#include "buoyant/model/snapshot.h"

#include <cstdint>
#include <memory>

namespace buoyant::files {

class Incoming {
 public:
  /// A new file, in place of one that was there. The folder outlives this.
  /// Errors: kStorageFull, kStorageFailed.
  static Result<std::unique_ptr<Incoming>> begin(const Folder& folder,
                                                 const SnapshotMetadata& metadata);

  /// The file that an earlier process left, whatever it is of. Reads all of it.
  /// Null: there is none that is any good. Errors: kStorageFailed.
  static Result<std::unique_ptr<Incoming>> resume(const Folder& folder);

  Incoming(const Incoming&) = delete;
  Incoming& operator=(const Incoming&) = delete;
  /// The file stays.
  ~Incoming() = default;

  [[nodiscard]] const SnapshotMetadata& metadata() const noexcept { return metadata_; }

  /// The contents that were taken.
  [[nodiscard]] std::uint64_t bytes() const noexcept { return writer_.bytes(); }

  [[nodiscard]] bool has_all() const noexcept { return bytes() == metadata_.bytes; }

  /// Requires: that is no more than is missing. Errors: kStorageFull (a beginning of the part
  /// may have been taken), kStorageFailed (this is of no use any more).
  [[nodiscard]] Result<void> append(ByteView part);

  /// It is durable under its name. Requires: has_all(). Nothing follows but another try after
  /// kStorageFull. Errors: kStorageCorrupt, kStorageFull, kStorageFailed.
  [[nodiscard]] Result<void> finish();

 private:
  Incoming(const Folder& folder, SnapshotMetadata metadata, std::size_t head_bytes, File file);

  [[nodiscard]] Result<void> outcome(int code) const;

  const Folder& folder_;
  SnapshotMetadata metadata_;
  File file_;
  ChunkWriter writer_;
};

}  // namespace buoyant::files
