// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A snapshot file that is being created: written under a name of its own, renamed when all of
/// it is durable. Whatever goes wrong, nothing is left of it.
#pragma once

#include "adapters/files/chunks.h"
#include "adapters/files/file.h"
#include "adapters/files/folder.h"
#include "buoyant/base/bytes.h"
#include "buoyant/base/result.h"
#include "buoyant/model/snapshot.h"

#include <memory>
#include <string>

namespace buoyant::files {

class Creation {
 public:
  /// Of `metadata`, checksum and size are not known yet. The folder outlives this.
  /// Errors: kStorageFull, kStorageFailed.
  static Result<std::unique_ptr<Creation>> begin(const Folder& folder, SnapshotMetadata metadata);

  Creation(const Creation&) = delete;
  Creation& operator=(const Creation&) = delete;
  /// Without finish(): removes the file.
  ~Creation();

  /// Errors: kStorageFull, kStorageFailed. Nothing follows then.
  [[nodiscard]] Result<void> append(ByteView part);

  /// All of it is durable under its name. Errors: kStorageFull, kStorageFailed.
  [[nodiscard]] Result<SnapshotMetadata> finish();

 private:
  Creation(const Folder& folder, SnapshotMetadata metadata, File file);

  const Folder& folder_;
  SnapshotMetadata metadata_;
  /// Empty once it is renamed or gone.
  std::string name_;
  File file_;
  ChunkWriter writer_;
};

}  // namespace buoyant::files
