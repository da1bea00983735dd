// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// One snapshot file for those who only look: without the folder's lock, wherever it lies, complete
/// or not, whole or damaged.
#pragma once

#include "adapters/files/chunks.h"
#include "adapters/files/file.h"
#include "buoyant/base/bytes.h"
#include "buoyant/base/export.h"
#include "buoyant/base/result.h"
#include "buoyant/model/snapshot.h"

#include <cstdint>
#include <string>

namespace buoyant::files {

class BUOYANT_EXPORT SnapshotReader {
 public:
  /// Reads the head. Stays readable when the name goes. `offset`: where in the file it begins.
  /// Errors: kCompacted (there is none), kStorageCorrupt, kUnsupportedVersion, kStorageFailed.
  static Result<SnapshotReader> open(const std::string& path, std::uint64_t offset = 0);

  [[nodiscard]] const SnapshotMetadata& metadata() const noexcept { return metadata_; }

  /// The size of a whole file.
  [[nodiscard]] std::uint64_t file_bytes() const noexcept;

  /// Whether the file has that size. Errors: kStorageFailed.
  [[nodiscard]] Result<bool> is_whole() const;

  /// Contents. Errors: kMalformed (beyond the end), kStorageCorrupt, kStorageFailed.
  [[nodiscard]] Result<Bytes> read(std::uint64_t offset, std::size_t bytes_max) const;

  /// As many contents as the file's size has room for. Errors: kStorageFailed.
  [[nodiscard]] Result<std::uint64_t> bytes_by_size() const;

  /// The contents up to the first chunk that is not whole: what of an incoming one was received.
  [[nodiscard]] std::uint64_t whole_bytes() const;

 private:
  SnapshotReader(File file, SnapshotMetadata metadata, std::uint64_t offset,
                 const ChunkLayout& layout)
      : file_(std::move(file)), metadata_(std::move(metadata)), offset_(offset), layout_(layout) {}

  File file_;
  SnapshotMetadata metadata_;
  std::uint64_t offset_;
  ChunkLayout layout_;
};

}  // namespace buoyant::files
