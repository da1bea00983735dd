// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A complete snapshot file that is open for reading; it stays readable when its name goes.
#pragma once

#include "adapters/files/chunks.h"
#include "adapters/files/file.h"
#include "adapters/files/folder.h"
#include "buoyant/base/result.h"
#include "buoyant/model/snapshot.h"

#include <cstdint>

namespace buoyant::files {

class CompleteFile {
 public:
  /// Checks that the head is that of `id`, and the size that of a whole file.
  /// Errors: kCompacted (there is none), kStorageCorrupt, kUnsupportedVersion, kStorageFailed.
  static Result<CompleteFile> open(const Folder& folder, const SnapshotId& id);

  [[nodiscard]] const SnapshotMetadata& metadata() const noexcept { return metadata_; }

  /// Errors: kMalformed (beyond the end), kStorageCorrupt, kStorageFailed.
  [[nodiscard]] Result<Bytes> read(std::uint64_t offset, std::size_t bytes_max) const;

 private:
  CompleteFile(File file, SnapshotMetadata metadata, const ChunkLayout& layout)
      : file_(std::move(file)), metadata_(std::move(metadata)), layout_(layout) {}

  File file_;
  SnapshotMetadata metadata_;
  ChunkLayout layout_;
};

}  // namespace buoyant::files
